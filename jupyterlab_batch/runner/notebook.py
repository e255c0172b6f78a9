"""Reads and writes notebook files, as nbformat does, without nbformat."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from typing import Any, Callable

# characters of a notebook that are written at once
_PIECE = 1 << 20

Notebook = dict[str, Any]
Cell = dict[str, Any]


def read(path: str) -> Notebook:
    """Return the notebook with its texts joined."""
    with open(path, encoding="utf-8") as file:
        notebook: Notebook = json.load(file)
    for cell in notebook["cells"]:
        cell["source"] = joined(cell.get("source", ""))
        if cell["cell_type"] == "code":
            cell["outputs"] = []
            cell["execution_count"] = None
            cell.setdefault("metadata", {}).pop("execution", None)
    return notebook


def joined(text: Any) -> str:
    """Return a multi-line string that may be stored as a list."""
    return "".join(text) if isinstance(text, list) else str(text)


def runs(cell: Cell) -> bool:
    """Whether a cell is executed at all: the same choice as nbclient's."""
    return (
        cell["cell_type"] == "code"
        and bool(cell["source"].strip())
        and "skip-execution" not in tags(cell)
    )


def tags(cell: Cell) -> list[str]:
    """Return the tags of a cell."""
    found = cell.get("metadata", {}).get("tags", [])
    return found if isinstance(found, list) else []


def title(cells: list[Cell], index: int) -> str | None:
    """Return what a reader would call a cell: heading above, or first comment."""
    for cell in reversed(cells[:index]):
        if cell["cell_type"] != "markdown":
            break
        headings = re.findall(r"^#{1,6}\s+(.+?)\s*#*$", cell["source"], re.M)
        if headings:
            return str(headings[-1])[:120]
    first = next((x for x in cells[index]["source"].splitlines() if x.strip()), "")
    comment = re.match(r"\s*(?:#+(?!!)|//|--)\s*(?:%%\s*)?(\S.*)", first)
    return comment.group(1).strip()[:120] if comment else None


class _Split(list[Any]):
    """Items that are split into lines when it is their turn, and not all at once."""

    def __init__(self, items: list[Any], split: Callable[[Any], Any]) -> None:
        super().__init__(items)
        self._split = split

    def __iter__(self) -> Iterator[Any]:
        return map(self._split, super().__iter__())


def _split_cell(cell: Cell) -> Cell:
    """Store long texts line by line, as nbformat does, so that diffs are small."""
    cell = {**cell, "source": cell["source"].splitlines(True)}
    if cell["cell_type"] == "code":
        cell["outputs"] = _Split(cell["outputs"], _split_output)
    return cell


def _split_output(output: dict[str, Any]) -> dict[str, Any]:
    if output["output_type"] == "stream":
        return {**output, "text": output["text"].splitlines(True)}
    if "data" not in output:
        return output
    lines = {
        kind: value.splitlines(True)
        if isinstance(value, str) and not _is_json(kind)
        else value
        for kind, value in output["data"].items()
    }
    return {**output, "data": lines}


def _is_json(kind: str) -> bool:
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )


def write(
    path: str, notebook: Notebook, redact: Callable[[str], str] = lambda text: text
) -> str:
    """Write a notebook under a temporary name, then give it its own.

    Returns
    -------
    str
        SHA-256 of the file, in hex.
    """
    digest = hashlib.sha256()

    def written() -> Iterator[bytes]:
        for text in _encoded(notebook):
            raw = redact(text).encode("utf-8", "replace")
            digest.update(raw)
            yield raw

    replace(path, written())
    return digest.hexdigest()


def _encoded(notebook: Notebook) -> Iterator[str]:
    """Yield the file's text in pieces; what was one string is in one of them."""
    split = {**notebook, "cells": _Split(notebook["cells"], _split_cell)}
    encoder = json.JSONEncoder(ensure_ascii=False, indent=1, separators=(",", ": "))
    pieces: list[str] = []
    size = 0
    for piece in encoder.iterencode(split):
        pieces.append(piece)
        size += len(piece)
        if size >= _PIECE:
            yield "".join(pieces)
            pieces, size = [], 0
    yield "".join([*pieces, "\n"])


def replace(path: str, pieces: Iterable[bytes]) -> None:
    """Replace a file by another one; readers see the old or the new, whole."""
    temporary = f"{path}.{os.getpid()}.part"
    try:
        fd = os.open(temporary, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with open(fd, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise
