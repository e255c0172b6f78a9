"""A project that holds the broker's own folders: they go with no run."""

from __future__ import annotations

import os
from pathlib import Path

from .place import Place


def test_neither_the_data_nor_the_work_folder_is_copied(place: Place) -> None:
    # everything of the place is one project now: data, work and home folder
    (place.project / "jupyterlab-batch.toml").unlink()
    (place.folder / ".git").mkdir()
    (place.folder / "table.csv").write_text("1,2\n")
    notebook = place.notebook("print(open('../table.csv').read())")
    first = place.submit(notebook, "--yes")
    assert place.ended(first)["state"] == "succeeded"
    # the database has changed since, and there is a run in the work folder
    second = place.submit(notebook, "--yes")
    run = place.ended(second)
    assert run["state"] == "succeeded", run
    files = Path(run["run_folder"]) / "files"
    assert (files / "table.csv").is_file()
    copied = {os.path.relpath(at, files) for at, _, _ in os.walk(files)}
    assert not {"work", "data/jupyterlab-batch"} & copied, copied
