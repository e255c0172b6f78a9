"""JupyterLab server for the browser tests (never use it for anything else)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from jupyterlab.galata import configure_jupyter_server

c = get_config()  # type: ignore[name-defined]  # noqa: F821
configure_jupyter_server(c)
# the same for Notebook 7, which has a trait of its own
c.JupyterNotebookApp.expose_app_in_browser = True

place = Path(os.environ["JLB_UI_PLACE"])
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.allow_root = True
c.ServerApp.port = int(os.environ["JLB_UI_PORT"])
# so that a page may call this machine 0.0.0.0; it still listens to itself alone
c.ServerApp.allow_remote_access = True
c.ServerApp.root_dir = str(place / "root")
c.LabApp.workspaces_dir = str(place / "workspaces")

# Where a test may put the language pack that it made.
(place / "pack").mkdir(exist_ok=True)
sys.path.append(str(place / "pack"))
