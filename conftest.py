"""What every Python test starts from: places of its own, and nothing of the user's."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ("pytest_jupyter.jupyter_server",)


@pytest.fixture
def jp_server_config(jp_server_config: dict[str, Any]) -> dict[str, Any]:
    """Load the extension in every server that a test starts."""
    return {
        **jp_server_config,
        "ServerApp": {"jpserver_extensions": {"jupyterlab_batch": True}},
    }


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """Give a folder whose path leaves room for a socket's name (107 bytes)."""
    folder = Path(tempfile.mkdtemp(prefix="jlb-", dir=os.environ.get("TMPDIR", "/tmp")))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
