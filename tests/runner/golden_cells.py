"""Writes ``protocol/cells/golden.json``: what fold, pages and browser must agree on.

``python -m tests.runner.golden_cells`` writes it anew. `events` are applied to
`notebook`; `pages` is what a browser is told that asks after each of `cuts`; `folded`
is what the fold makes of all of them, and so what the browser must show in the end.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from jupyterlab_batch.runner import notebook
from jupyterlab_batch.runner.fold import Fold
from jupyterlab_batch.runner.pages import Reader

GOLDEN = Path(__file__).parents[2] / "protocol" / "cells" / "golden.json"

AT = "2026-11-23T12:03:11.042Z"
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"


def _code(source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": f"c{len(source)}",
        "source": source,
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }


NOTEBOOK: dict[str, Any] = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {},
    "cells": [
        {"cell_type": "markdown", "id": "m", "source": "# Grüße\n", "metadata": {}},
        _code("# load\nload()"),
        _code("plot()"),
        _code(""),
        _code("solve(1)"),
        _code("never()"),
    ],
}


def _shown(text: str, display: str | None = None) -> dict[str, Any]:
    output: dict[str, Any] = {
        "output_type": "display_data",
        "data": {"text/plain": text, "image/png": PNG},
        "metadata": {"image/png": {"width": 1}},
    }
    return {**output, "transient": {"display_id": display}} if display else output


OPS: list[dict[str, Any]] = [
    {"op": "run_started", "cells": 4, "pid": 1, "kernel": "python3"},
    {"op": "cell_started", "cell": 1, "number": 1, "title": "load"},
    {"op": "execute_input", "cell": 1, "execution_count": 1},
    {"op": "stream", "cell": 1, "name": "stdout", "text": "10 %\r"},
    {"op": "stream", "cell": 1, "name": "stdout", "text": "20 %\rdone\n"},
    {"op": "stream", "cell": 1, "name": "stderr", "text": "\x1b[31mred\x1b[0m\n"},
    {"op": "stream", "cell": 1, "name": "stdout", "text": "after <b>red</b>\n"},
    {"op": "cell_ended", "cell": 1, "status": "ok", "ename": None, "evalue": None},
    {"op": "cell_started", "cell": 2, "number": 2, "title": None},
    {"op": "output", "cell": 2, "output": _shown("frame 1", "movie")},
    {"op": "output", "cell": 2, "output": _shown("beside it")},
    {
        "op": "update_display",
        "display_id": "movie",
        "data": {"text/plain": "frame 2"},
        "metadata": {},
    },
    {"op": "stream", "cell": 1, "name": "stdout", "text": "late, from a thread\n"},
    {"op": "cell_ended", "cell": 2, "status": "ok", "ename": None, "evalue": None},
    {"op": "cell_started", "cell": 4, "number": 3, "title": None},
    {"op": "stream", "cell": 4, "name": "stdout", "text": "step 1\n"},
    {"op": "output", "cell": 4, "output": _shown("to be cleared")},
    {"op": "clear", "cell": 4},
    {"op": "stream", "cell": 4, "name": "stdout", "text": "step 2\n"},
    {"op": "output", "cell": 4, "output": _shown("frame 3", "movie")},
    {"op": "truncated", "cell": 4, "bytes": 7, "spill": "spill-4.txt"},
    {
        "op": "output",
        "cell": 4,
        "output": {
            "output_type": "execute_result",
            "data": {"text/plain": "42", "application/json": {"a": [1, None]}},
            "metadata": {},
            "execution_count": 3,
        },
    },
    {
        "op": "output",
        "cell": 4,
        "output": {
            "output_type": "error",
            "ename": "ValueError",
            "evalue": "the basin leaks",
            "traceback": ["Traceback", "\x1b[0;31mValueError\x1b[0m: the basin leaks"],
        },
    },
    {
        "op": "cell_ended",
        "cell": 4,
        "status": "error",
        "ename": "ValueError",
        "evalue": "the basin leaks",
    },
    {"op": "run_ended", "outcome": "failed", "cell": 4},
]
CUTS = [0, 4, 5, 10, 12, 13, 17, 18, 20, 24, len(OPS)]


def events() -> list[dict[str, Any]]:
    """Number the operations as the runner does."""
    numbered = []
    for seq, op in enumerate(OPS, 1):
        timing: dict[str, Any] = {"timing": {}} if op["op"] == "cell_ended" else {}
        numbered.append({"seq": seq, "at": AT, **op, **timing})
    return numbered


def write_log(path: Path, lines: list[dict[str, Any]]) -> None:
    """Append events as the runner writes them."""
    with path.open("a", encoding="utf-8") as file:
        for event in lines:
            file.write(json.dumps(event, ensure_ascii=False) + "\n")


def pages(folder: Path) -> list[dict[str, Any]]:
    """Ask after each cut, as a browser would that shows all cells."""
    (folder / "input.ipynb").write_text(json.dumps(NOTEBOOK))
    reader = Reader(str(folder))
    told: list[dict[str, Any]] = []
    log, before = events(), 0
    known: dict[str, Any] = {}
    for cut in CUTS:
        write_log(folder / "events.jsonl", log[before:cut])
        before = cut
        outline = reader.answer({"ask": "outline", **known})
        found = reader.answer({"ask": "cells", "from": 0, "count": 50, **known})
        known = {"epoch": found["epoch"], "after": found["seq"]}
        for page in (outline, found):
            page["epoch"] = "log"  # an inode: another one each time
        told.append({"outline": outline, "cells": found})
    return told


def folded() -> list[dict[str, Any]]:
    """Fold all events: outputs and counts by cell."""
    fold = Fold(json.loads(json.dumps(NOTEBOOK)))
    for event in events():
        fold.apply(event)
    fold.finish()
    return [
        {
            "source": notebook.joined(cell["source"]),
            "execution_count": cell.get("execution_count"),
            "outputs": cell.get("outputs", []),
        }
        for cell in fold.notebook["cells"]
    ]


def golden() -> dict[str, Any]:
    """Make all of it anew."""
    with tempfile.TemporaryDirectory() as folder:
        told = pages(Path(folder))
    made = {"notebook": NOTEBOOK, "events": events(), "cuts": CUTS}
    made |= {"pages": told, "folded": folded()}
    copy: dict[str, Any] = json.loads(json.dumps(made))
    return copy


def main() -> int:
    """Write the file."""
    text = json.dumps(golden(), ensure_ascii=False, indent=2)
    GOLDEN.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
