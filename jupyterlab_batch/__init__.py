"""Run a notebook as a batch job, and get back what it made.

Nothing is imported here: a kernel that has only the travelling copy must be
able to import :mod:`jupyterlab_batch.job`.
"""

from __future__ import annotations

from typing import Any


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyterlab-batch"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .server.app import BatchApp

    return [{"module": "jupyterlab_batch", "app": BatchApp}]
