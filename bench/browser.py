"""JupyterLab in a real browser: servers for it, and what is measured there."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyterlab_batch.launcher.program import node_program

from .place import Place
from .server import Server

HERE = Path(__file__).resolve().parent
NO_EXTENSIONS = "no-extensions"


def lab(python: Path, extension: str | None, place: Place) -> Server:
    """Give a server with JupyterLab, its front page empty.

    Parameters
    ----------
    python
        Of the environment it runs in.
    extension
        What it has beside JupyterLab; None: nothing, in the browser neither.
    """
    pages = place.folder / "jupyter" / "labconfig" / "page_config.json"
    pages.parent.mkdir(exist_ok=True)
    # it asks the network for news
    news = {"@jupyterlab/apputils-extension:announcements": True}
    pages.write_text(json.dumps({"disabledExtensions": news}))
    options = ["--LabApp.expose_app_in_browser=True"]
    if extension is None:
        nowhere = place.folder / NO_EXTENSIONS
        options.append(f"--LabApp.labextensions_path=['{nowhere}']")
    wanted = ["jupyterlab", *([extension] if extension else [])]
    return Server(python, wanted, place.home, place.environ, options)


def drive(scenario: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Let a browser measure something; see `bench/browser/main.ts`."""
    done = subprocess.run(
        [node_program(), HERE / "browser" / "main.ts", scenario],
        input=json.dumps(given),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return said
