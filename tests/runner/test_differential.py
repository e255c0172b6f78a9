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
from nbclient.exceptions import CellExecutionError, CellTimeoutError

from .corpus import CORPUS
from .harness import Run, surroundings

_IDS = re.compile(r"\b[0-9a-f]{32}\b|0x[0-9a-f]{6,16}")
_CELL_FILES = re.compile(r"/tmp/(?:jb\w+/r/tmp/)?ipykernel_\d+")
_MODEL = "IPY_MODEL_"


def by_nbclient(notebook: Any, folder: Path) -> Any:
    """Ask the oracle; again where it lost a message and would wait for ever."""
    for number in range(3):
        with contextlib.suppress(CellTimeoutError):
            return _asked(notebook, folder / str(number))
    raise AssertionError("nbclient lost a message three times")


def _asked(notebook: Any, folder: Path) -> Any:
    folder.mkdir(parents=True)
    client = NotebookClient(
        nbformat.reads(nbformat.writes(notebook), 4),
        resources={"metadata": {"path": str(folder)}},
        timeout=40,
    )
    with contextlib.suppress(CellExecutionError):
        client.execute(env=surroundings())
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

    widgets = notebook.metadata.pop("widgets", {})
    models = {
        kind: sorted(
            (expanded(name, value["state"]) for name in value["state"]),
            key=lambda model: json.dumps(model, sort_keys=True),
        )
        for kind, value in widgets.items()
    }
    plain = json.dumps([notebook.cells, notebook.metadata, models], sort_keys=True)
    cells, metadata, state = json.loads(_IDS.sub(number, _CELL_FILES.sub("T", plain)))
    return {"cells": cells, "metadata": metadata, "widgets": state}


def expanded(name: str, models: Any) -> Any:
    """A widget with the widgets it refers to in their places, without ids."""

    def visit(value: Any) -> Any:
        if isinstance(value, str) and value.startswith(_MODEL):
            return expanded(value[len(_MODEL) :], models)
        if isinstance(value, list):
            return [visit(item) for item in value]
        if isinstance(value, dict):
            return {key: visit(item) for key, item in value.items()}
        return value

    return visit(models[name])


@pytest.mark.parametrize("name", CORPUS)
def test_equal_to_nbclient(name: str) -> None:
    run = Run(CORPUS[name]())
    try:
        # at the same time: most of it is waiting for kernels
        run.start()
        with tempfile.TemporaryDirectory() as folder:
            expected = by_nbclient(CORPUS[name](), Path(folder) / "n")
        run.wait()
        assert "warning" not in {event["op"] for event in run.events()}
        assert normal(run.output()) == normal(expected)
    finally:
        run.close()
