"""The view of a run: the one fold in pages, bounded, whatever was printed."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_batch.runner import pages
from jupyterlab_batch.runner.fold import Fold
from jupyterlab_batch.runner.pages import Reader
from jupyterlab_batch.runner.view import View
from tests.contract import check_schema

from . import golden_cells
from .golden_cells import GOLDEN, NOTEBOOK, write_log


class Screen:
    """Keeps what pages say, as the browser's model does."""

    def __init__(self) -> None:
        self.cells: dict[int, dict[str, Any]] = {}

    def take(self, page: dict[str, Any]) -> None:
        for news in page["cells"]:
            known = self.cells.setdefault(news["index"], {"outputs": {}, "source": ""})
            before = known["outputs"]
            known["outputs"] = {
                one["index"]: before[one["index"]]
                if one["output"] is None
                else one["output"]
                for one in news["outputs"]
            }
            known["execution_count"] = news["execution_count"]
            if news["source"] is not None:
                known["source"] = news["source"]

    def shown(self) -> list[dict[str, Any]]:
        return [
            {
                "source": cell["source"],
                "execution_count": cell["execution_count"],
                "outputs": list(cell["outputs"].values()),
            }
            for _, cell in sorted(self.cells.items())
        ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "input.ipynb").write_text(json.dumps(NOTEBOOK))
    return tmp_path


def log(folder: Path, *ops: dict[str, Any], first: int = 1) -> None:
    lines = [{"seq": n, "at": golden_cells.AT, **op} for n, op in enumerate(ops, first)]
    write_log(folder / "events.jsonl", lines)


def test_the_golden_file_is_what_fold_and_pages_make() -> None:
    kept = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert kept == golden_cells.golden(), "run python -m tests.runner.golden_cells"
    screen = Screen()
    for told in kept["pages"]:
        check_schema("Outline", told["outline"])
        screen.take(check_schema("CellPage", told["cells"]))
    assert screen.shown() == kept["folded"]


@pytest.mark.parametrize("seed", range(20))
def test_pages_at_any_cut_add_up_to_the_fold(folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    ops: list[dict[str, Any]] = []
    for number in range(120):
        cell = chance.choice([1, 2, 4])
        text = chance.choice(["a\n", f"{number}\n", "long " * 2000])
        display = chance.choice(["x", "y"])
        ops.append(
            chance.choice(
                [
                    {"op": "stream", "cell": cell, "name": "stdout", "text": text},
                    {"op": "stream", "cell": cell, "name": "stderr", "text": text},
                    {"op": "clear", "cell": cell},
                    {
                        "op": "update_display",
                        "display_id": display,
                        "data": {"text/plain": text},
                        "metadata": {},
                    },
                    {
                        "op": "output",
                        "cell": cell,
                        "output": {
                            "output_type": "display_data",
                            "data": {"text/plain": text},
                            "metadata": {},
                            "transient": {"display_id": display},
                        },
                    },
                ]
            )
        )
    reader, screen = Reader(str(folder)), Screen()
    known: dict[str, Any] = {}
    done = 0
    while done < len(ops):
        step = chance.randint(1, 30)
        log(folder, *ops[done : done + step], first=done + 1)
        done += step
        page = reader.answer({"ask": "cells", "count": 9, **known})
        known = {"epoch": page["epoch"], "after": page["seq"]}
        screen.take(page)
    fold = Fold(json.loads(json.dumps(NOTEBOOK)))
    for number, op in enumerate(ops, 1):
        fold.apply({"seq": number, "at": golden_cells.AT, **json.loads(json.dumps(op))})
    fold.finish()
    for shown, cell in zip(screen.shown(), fold.notebook["cells"], strict=True):
        wanted = cell.get("outputs", [])
        for mine, its in zip(shown["outputs"], wanted, strict=True):
            if its["output_type"] == "stream":
                its["text"] = its["text"][-pages.TEXT :]
            assert mine == its


def test_fifty_megabytes_stay_in_the_log(folder: Path) -> None:
    piece = "0123456789abcde\n" * (1 << 16)
    stream = {"op": "stream", "cell": 1, "name": "stdout", "text": piece}
    log(folder, *([stream] * 50))
    reader = Reader(str(folder))
    page = reader.answer({"ask": "cells", "count": 9})
    while page["behind"]:
        page = reader.answer({"ask": "cells", "count": 9})
    (output,) = page["cells"][1]["outputs"]
    assert len(output["output"]["text"]) == pages.TEXT
    assert output["output"]["text"].endswith("abcde\n")
    assert output["omitted"] == 50 * len(piece) - pages.TEXT
    view = reader._view
    assert view is not None
    held = view.fold.cells[1]["outputs"][0]["text"]
    assert not any(isinstance(part, str) for part in held)
    whole = reader.answer({"ask": "cells", "from": 1, "whole": True})
    assert len(whole["cells"][0]["outputs"][0]["output"]["text"]) == pages.WHOLE_TEXT


def test_a_large_picture_is_left_out_until_it_is_asked_for(folder: Path) -> None:
    picture = "A" * (2 << 20)
    data = {"image/png": picture, "text/plain": "<Figure>"}
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    log(folder, {"op": "output", "cell": 2, "output": output})
    reader = Reader(str(folder))
    (shown,) = reader.answer({"ask": "cells", "from": 2, "count": 1})["cells"]
    assert shown["outputs"][0]["output"]["data"] == {"text/plain": "<Figure>"}
    assert shown["outputs"][0]["omitted"] == len(picture)
    whole = reader.answer({"ask": "cells", "from": 2, "whole": True})["cells"][0]
    assert whole["outputs"][0]["output"]["data"] == data


def test_ten_thousand_cells_come_in_pages(folder: Path) -> None:
    many = {**NOTEBOOK, "cells": [NOTEBOOK["cells"][1]] * 10_000}
    (folder / "input.ipynb").write_text(json.dumps(many))
    reader = Reader(str(folder))
    first: int | None = 0
    seen = 0
    while first is not None:
        page = reader.answer({"ask": "outline", "from": first})
        assert len(json.dumps(page)) < 1 << 20
        assert page["total"] == 10_000
        seen += len(page["cells"])
        first = page["next"]
    assert seen == 10_000
    log(folder, {"op": "cell_started", "cell": 9000, "number": 9001, "title": "x"})
    known = {"epoch": "", "after": 0}
    anew = reader.answer({"ask": "outline", **known})
    assert len(anew["cells"]) == 2000, "a log that has just begun is another epoch"
    news = reader.answer({"ask": "outline", "epoch": anew["epoch"], "after": 0})
    assert [cell["index"] for cell in news["cells"]] == [9000]


def test_a_cell_of_many_outputs_shows_the_last(folder: Path) -> None:
    log(
        folder,
        *[
            {
                "op": "output",
                "cell": 1,
                "output": {
                    "output_type": "display_data",
                    "data": {"text/plain": str(number)},
                    "metadata": {},
                },
            }
            for number in range(300)
        ],
    )
    page = Reader(str(folder)).answer({"ask": "cells", "from": 1, "count": 1})
    (cell,) = page["cells"]
    assert cell["outputs_from"] == 200
    assert cell["outputs"][-1]["output"]["data"]["text/plain"] == "299"


def test_another_attempt_begins_anew(folder: Path) -> None:
    path = folder / "events.jsonl"
    log(folder, {"op": "stream", "cell": 1, "name": "stdout", "text": "first\n"})
    reader = Reader(str(folder))
    first = reader.answer({"ask": "cells", "count": 9})
    os.replace(path, folder / "events.jsonl.1")
    log(folder, {"op": "stream", "cell": 1, "name": "stdout", "text": "second\n"})
    known = {"epoch": first["epoch"], "after": first["seq"]}
    again = reader.answer({"ask": "cells", "count": 9, **known})
    assert again["epoch"] != first["epoch"]
    assert again["cells"][1]["outputs"][0]["output"]["text"] == "second\n"


def test_a_torn_line_waits_and_a_hole_is_passed_over(folder: Path) -> None:
    path = folder / "events.jsonl"
    log(folder, {"op": "stream", "cell": 1, "name": "stdout", "text": "whole\n"})
    with path.open("ab") as file:
        file.write(b"\0\0\0\n" + b'{"seq": 3, "op": "stream", "cell": 1')
    view = View(str(folder))
    assert view.advance()
    assert view.fold.seq == 1
    with path.open("ab") as file:
        file.write(b', "at": "x", "name": "stdout", "text": "later\\n"}\n')
    view.advance()
    assert view.fold.cells[1]["outputs"][0]["text"] == ["whole\n", "later\n"]


def test_the_process_answers_and_ends_with_its_questions(folder: Path) -> None:
    log(folder, {"op": "stream", "cell": 1, "name": "stdout", "text": "é\n"})
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab_batch.runner", "view", str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None

    def ask(**question: Any) -> tuple[dict[str, Any], bytes]:
        process.stdin.write(json.dumps(question).encode() + b"\n")  # type: ignore[union-attr]
        process.stdin.flush()  # type: ignore[union-attr]
        head = json.loads(process.stdout.readline())  # type: ignore[union-attr]
        return head, process.stdout.read(head["length"])  # type: ignore[union-attr]

    head, body = ask(id=7, ask="cells")
    assert (head["id"], head["error"]) == (7, None)
    check_schema("CellPage", json.loads(body))
    head, body = ask(id=8, ask="cells", **{"from": "the start"})
    assert head["error"] is not None
    assert body == b""
    process.stdin.close()
    assert process.wait(timeout=10) == 0
