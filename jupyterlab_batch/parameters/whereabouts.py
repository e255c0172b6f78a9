"""Which notebook is this kernel's? There is no certain answer by hand."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path


def notebook_of_kernel(environ: Mapping[str, str]) -> Path | None:
    """Find the notebook that runs in this kernel.

    Jupyter Server tells kernels by ``JPY_SESSION_NAME``, VS Code by a variable
    in the user's namespace; other front ends do not tell.

    Returns
    -------
    Path or None
        Absolute path of an existing ``.ipynb`` file.
    """
    for name in (environ.get("JPY_SESSION_NAME"), _vscode()):
        if name and name.endswith(".ipynb"):
            path = Path(name)
            if path.is_absolute() and path.is_file():
                return path
            # a server may tell the path below its root; kernels start beside it
            beside = Path.cwd() / path.name
            if beside.is_file():
                return beside
    return None


def _vscode() -> str | None:
    name = getattr(sys.modules.get("__main__"), "__vsc_ipynb_file__", None)
    return name if isinstance(name, str) else None
