"""Environments of Python as users have them, made in a second and without a network.

They are real: ``python -m venv`` made them. What is in them besides are links to what
this suite's own environment has, so that only the wheels are not installed again. One
of conda is such a one with conda's marks: no channel of conda is to be had here.
"""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path

from packaging.requirements import Requirement


def make_virtualenv(path: Path, *distributions: str) -> Path:
    """Make one that has these distributions and what they need; return its folder."""
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", path], check=True, timeout=60
    )
    [site] = path.glob("lib/python*/site-packages")
    for name in _closure(distributions):
        _link(importlib.metadata.distribution(name), site)
    return path


def make_conda(path: Path, *distributions: str) -> Path:
    """Make one that looks like conda's."""
    make_virtualenv(path, *distributions)
    (path / "conda-meta").mkdir()
    (path / "conda-meta" / "history").touch()
    return path


def add_kernel(environment: Path, name: str, text: str | None = None) -> None:
    """Give an environment another kernel of its own Python."""
    folder = environment / "share" / "jupyter" / "kernels" / name
    folder.mkdir(parents=True)
    argv = ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": name.title(), "language": "python"}
    (folder / "kernel.json").write_text(text or json.dumps(spec))


def _closure(names: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name in found:
            continue
        found.add(name)
        for text in importlib.metadata.distribution(name).requires or []:
            needed = Requirement(text)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                left.append(needed.name)
    return found


def _link(distribution: importlib.metadata.Distribution, site: Path) -> None:
    for file in distribution.files or []:
        top = file.parts[0]
        place = site / top
        # what leads out is a program, and not for us
        if top != ".." and top != "__pycache__" and not place.exists():
            place.symlink_to(str(distribution.locate_file(top)))


if __name__ == "__main__":
    # for the browser tests: FOLDER and what is to be in it
    made = make_virtualenv(Path(sys.argv[1]), *sys.argv[2:])
    add_kernel(made, "own")
