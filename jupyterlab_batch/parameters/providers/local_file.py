"""Layer ``local_file``: files beside the notebook, up to the project root."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..base import Finding
from ..files import FilePlace, Naming
from ..formats import READERS

#: the project's own file; its ``[params]`` are shared by all notebooks below
PROJECT = "jupyterlab-batch"


class LocalFile(FilePlace):
    """The three files of each folder, the notebook's own folder first.

    In a folder ``<notebook>.params.*`` counts more than ``<prefix>.*``, and that
    more than ``[params]`` of ``jupyterlab-batch.*``.
    """

    layer = "local_file"

    def naming(self) -> Naming:
        """Relative to the notebook."""
        return Naming(self.request.home, self.request.folder, upwards=True)

    def findings(self) -> Iterator[Finding]:
        """Yield what the files say, the nearest first."""
        notebook, nearest = self.request.notebook, self.request.folder
        if nearest is None:
            return
        prefix = self.request.prefix
        for folder in folders_up(nearest):
            if notebook is not None:
                yield from self.look(folder, f"{notebook.stem}.params", own=True)
            if prefix is not None and prefix.lower() != PROJECT:
                yield from self.look(folder, prefix.lower())
            yield from self.look(folder, PROJECT, table="params")

    def where(self) -> str | None:
        """Name the files that count, nearest first."""
        if self.request.folder is None:
            return None
        notebook, prefix = self.request.notebook, self.request.prefix
        stems = [] if notebook is None else [f"{notebook.stem}.params"]
        if prefix is not None and prefix.lower() != PROJECT:
            stems.append(prefix.lower())
        return ", ".join(f"{stem}.*" for stem in [*stems, PROJECT])


def project_root(folder: Path) -> Path:
    """Give the nearest folder with ``jupyterlab-batch.*`` or ``.git``."""
    for candidate in (folder, *folder.parents):
        marks = (".git", *(f"{PROJECT}.{suffix}" for suffix in READERS))
        try:
            if any((candidate / mark).exists() for mark in marks):
                return candidate
        except OSError:
            break
    return folder


def folders_up(folder: Path) -> Iterator[Path]:
    """Yield the folder and those above it, up to the project root."""
    root = project_root(folder)
    yield folder
    while folder != root:
        folder = folder.parent
        yield folder
