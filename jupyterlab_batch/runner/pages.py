"""Answers a reader's questions about a run: ``python -m jupyterlab_batch.runner view``.

One question is one line of JSON on stdin. One answer on stdout is a line of JSON that
says how many bytes follow, and those bytes, so that whoever passes them on need not
parse them. The end of stdin is the end.
"""

from __future__ import annotations

import json
import os
from typing import Any, BinaryIO

from . import notebook
from .view import Output, View, size_of

#: cells of one outline
OUTLINE = 2000
#: characters after which a page of cells is closed; one cell always fits
PAGE = 1 << 20
#: outputs of one cell in a page: the last ones
OUTPUTS = 100
#: characters of an output: text keeps its end, data loses its largest kinds
TEXT, DATA = 64 << 10, 1 << 20
#: the same, of a cell that is asked for whole: what a browser renders in a blink
WHOLE_TEXT, WHOLE_DATA = 2 << 20, 8 << 20
WHOLE_OUTPUTS = 5000

Page = dict[str, Any]


class Reader:
    """Knows one run folder."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._view: View | None = None

    def answer(self, question: dict[str, Any]) -> Page:
        """Give the page that is asked for."""
        view, behind = self._current()
        epoch = view.epoch if view else ""
        after = question.get("after")
        if after is None or question.get("epoch", "") != epoch:
            after = -1
        head = {
            "epoch": epoch,
            "seq": view.fold.seq if view else 0,
            "behind": behind,
            "total": len(view.fold.cells) if view else 0,
        }
        first = question.get("from") or 0
        if view is None:
            return {**head, "cells": [], "next": None}
        if question["ask"] == "outline":
            return {**head, **outline(view, after, first)}
        count = 1 if question.get("whole") else question.get("count") or 50
        whole = bool(question.get("whole"))
        return {**head, **cells(view, after, range(first, first + count), whole)}

    def _current(self) -> tuple[View | None, bool]:
        if self._view is not None and self._view.stale:
            self._view = None
        if self._view is None:
            if not os.path.isdir(self._folder):
                raise FileNotFoundError(self._folder)
            try:
                self._view = View(self._folder)
            except FileNotFoundError:
                return None, False
        return self._view, not self._view.advance()


def outline(view: View, after: int, first: int) -> Page:
    """Say of each cell that changed after an event how it is."""
    page: list[dict[str, Any]] = []
    news = view.fold.news
    for index in range(first, len(news)):
        cell, found = view.fold.cells[index], news[index]
        if found.seq <= after:
            continue
        if len(page) == OUTLINE:
            return {"cells": page, "next": index}
        page.append(
            {
                "index": index,
                "kind": cell["cell_type"],
                "number": found.number,
                "title": found.title,
                "execution_count": cell.get("execution_count"),
                "status": found.status,
                "started_at": found.started_at,
                "ended_at": found.ended_at,
                "outputs": len(cell.get("outputs", ())),
                "seq": found.seq,
            }
        )
    return {"cells": page, "next": None}


def cells(view: View, after: int, wanted: range, whole: bool = False) -> Page:
    """Give cells with their outputs; what has not changed is left out."""
    page: list[dict[str, Any]] = []
    size = 0
    for index in wanted:
        if index >= len(view.fold.cells):
            break
        seq = view.fold.news[index].seq
        if seq <= after:
            continue
        if size > PAGE:
            return {"cells": page, "next": index}
        cell = view.fold.cells[index]
        outputs = cell.get("outputs", [])
        begin = max(0, len(outputs) - (WHOLE_OUTPUTS if whole else OUTPUTS))
        shown = []
        for number, output in enumerate(outputs[begin:], begin):
            changed = output["_seq"] > after
            cut, omitted = _cut(view, output, whole) if changed else (None, 0)
            size += size_of(cut) if changed else 0
            entry = {"index": number, "seq": output["_seq"]}
            shown.append({**entry, "output": cut, "omitted": omitted})
        source = notebook.joined(cell["source"]) if after < 0 else None
        size += len(source or "")
        page.append(
            {
                "index": index,
                "seq": seq,
                "execution_count": cell.get("execution_count"),
                "source": source,
                "outputs_from": begin,
                "outputs": shown,
            }
        )
    return {"cells": page, "next": None}


def _cut(view: View, output: Output, whole: bool) -> tuple[Output, int]:
    """Return an output for a page, and how many characters it lost."""
    made = {name: value for name, value in output.items() if name != "_seq"}
    room = WHOLE_TEXT if whole else TEXT
    if output["output_type"] == "stream":
        made["text"], lost = _tail(view, output["text"], room)
        return made, lost
    if output["output_type"] == "error":
        lines = view.fetch(output["traceback"])
        made["traceback"], lost = _last_lines(lines, room)
        return made, lost
    room, lost, kept = WHOLE_DATA if whole else DATA, 0, set()
    data = made.get("data") or {}
    for kind, value in sorted(data.items(), key=lambda item: size_of(item[1])):
        if size_of(value) > room:
            lost += size_of(value)
        else:
            room -= size_of(value)
            kept.add(kind)
    made["data"] = {
        kind: view.fetch(value) for kind, value in data.items() if kind in kept
    }
    return made, lost


def _tail(view: View, parts: list[Any], room: int) -> tuple[str, int]:
    total = sum(map(size_of, parts))
    kept: list[str] = []
    left = room
    for part in reversed(parts):
        if left <= 0:
            break
        text = view.fetch(part)[-left:]
        kept.append(text)
        left -= len(text)
    return "".join(reversed(kept)), max(0, total - room)


def _last_lines(lines: list[str], room: int) -> tuple[list[str], int]:
    kept: list[str] = []
    for line in reversed(lines):
        room -= len(line)
        if room < 0 and kept:
            break
        kept.append(line)
    return kept[::-1], sum(map(len, lines)) - sum(map(len, kept))


def serve(folder: str, questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the questions end."""
    reader = Reader(folder)
    for line in questions:
        question = json.loads(line)
        error = None
        body = b""
        try:
            page = reader.answer(question)
            body = json.dumps(page, ensure_ascii=False).encode("utf-8", "replace")
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as problem:
            # a kernel may have sent what no notebook holds: the next page may be whole
            error = f"{type(problem).__name__}: {problem}"
        head = {"id": question["id"], "length": len(body), "error": error}
        answers.write(json.dumps(head).encode("ascii") + b"\n" + body)
        answers.flush()
