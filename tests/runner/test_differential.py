"""Our loop gives what nbclient gives; only ids and times may differ."""

from __future__ import annotations

import contextlib
import json
import re
import tempfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from .corpus import CORPUS
from .harness import Run

_IDS = re.compile(r"\b[0-9a-f]{32}\b|0x[0-9a-f]{6,16}|IPY_MODEL_\w+")
_PATHS = re.compile(
    r"/tmp/[\w./-]*?ipykernel_\d+|/tmp/jb\w+/run/tmp|/tmp/ipykernel_\d+"
)
_SHORT = re.compile(r"/tmp/jb\w+/r/tmp")


def by_nbclient(notebook: Any, folder: Path) -> Any:
    folder.mkdir()
    client = NotebookClient(
        nbformat.reads(nbformat.writes(notebook), 4),
        resources={"metadata": {"path": str(folder)}},
    )
    with contextlib.suppress(CellExecutionError):
        client.execute()
    # nbclient leaves this out when a cell fails; the state is there all the same
    client.set_widgets_metadata()
    return client.nb


def normal(notebook: Any) -> Any:
    """Join neighbouring streams, number ids in order of appearance, drop times."""
    notebook = nbformat.reads(nbformat.writes(notebook), 4)
    for cell in notebook.cells:
        timing = cell.metadata.pop("execution", {})
        if timing:
            cell.metadata["timed"] = sorted(timing)
        if cell.cell_type != "code":
            continue
        joined: list[Any] = []
        for output in cell.outputs:
            last = joined[-1] if joined else {}
            if (
                output.output_type == last.get("output_type") == "stream"
                and output.name == last["name"]
            ):
                last["text"] += output.text
            else:
                joined.append(output)
        cell.outputs = joined
    seen: dict[str, str] = {}

    def number(match: re.Match[str]) -> str:
        return seen.setdefault(match.group(), f"id-{len(seen)}")

    # the state of widgets last: outputs have to give the numbers
    widgets = notebook.metadata.pop("widgets", {})
    plain = json.dumps([notebook.cells, notebook.metadata, widgets])
    plain = _PATHS.sub("TMP", _SHORT.sub("TMP", plain))
    cells, metadata, state = json.loads(_IDS.sub(number, plain))
    for kind in state.values():
        kind["state"] = sorted(
            kind["state"].values(), key=lambda one: json.dumps(one, sort_keys=True)
        )
    return {"cells": cells, "metadata": metadata, "widgets": state}


@pytest.mark.parametrize("name", CORPUS)
def test_equal_to_nbclient(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        expected = by_nbclient(CORPUS[name](), Path(folder) / "n")
    run = Run(CORPUS[name]())
    try:
        ours = run.go()
        assert "warning" not in {event["op"] for event in run.events()}
    finally:
        run.close()
    assert normal(ours) == normal(expected)
