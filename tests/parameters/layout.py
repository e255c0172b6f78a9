"""Rows of the golden table, and laying one out on disk.

A row says what lies where, what is in the environment and what the user gave;
and which values with which provenance, or which problems, have to come of it.
It knows nothing of how it is asked: an *entry* is any callable that takes a
``Layout`` and returns ``{"parameters": [...], "problems": [...]}`` in the wire's
shapes. The chain itself, ``params()``, REST and CLI are entries.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Entry = Callable[["Layout"], Mapping[str, Any]]

FOLDER = None
"""As the content of a file in a row: a folder lies there instead."""


@dataclass(frozen=True)
class P:
    """A parameter of a row's notebook.

    ``cell``: a top-level assignment, which is only suggested; ``metadata``: one
    that the notebook's metadata declare; ``environment``: a float that the code
    reads from a variable of this very name; ``params``: one that the code asks
    ``params()`` for.
    """

    name: str
    type: str | None
    default: str | None
    source: str = "metadata"
    nullable: bool = False
    items: str | None = None
    choices: tuple[str, ...] | None = None
    min: str | None = None
    max: str | None = None

    def code(self) -> str:
        """The assignment in the notebook."""
        if self.source == "environment":
            read = f'os.environ.get("{self.name}", "{self.default}")'
            return f"import os; {self.name} = float({read})"
        words = {"true": "True", "false": "False", "null": "None"}
        value = words.get(self.default or "", self.default)
        if self.type == "str":
            value = repr(self.default)
        if self.source == "params":
            call = f'job.params("FUNWAVE", {self.name}={value})'
            return f"from jupyterlab_batch import job; p = {call}"
        return f"{self.name} = {value}"

    def in_metadata(self) -> dict[str, Any]:
        """The entry of ``metadata.jupyterlab_batch.parameters``."""
        told = {
            "name": self.name,
            "type": self.type,
            "default": self.default,
            "items": self.items,
            "choices": None if self.choices is None else list(self.choices),
            "min": self.min,
            "max": self.max,
        }
        kept = {key: value for key, value in told.items() if value is not None}
        return {**kept, **({"nullable": True} if self.nullable else {})}

    def declaration(self, line: int) -> dict[str, Any]:
        """What an inspection says of it."""
        untyped = self.type == "null"
        choices = [{"type": "str", "text": text} for text in self.choices or ()]
        kind = "str" if self.type == "enum" else self.type
        return {
            "name": self.name,
            "type": None if untyped else self.type,
            "nullable": self.nullable or untyped,
            "items": self.items,
            "choices": choices or None,
            "default": (
                None
                if self.default is None
                else {"type": kind or "str", "text": self.default}
            ),
            "expression": None,
            "declared": self.source != "cell",
            "evidence": "assignment" if self.source == "cell" else self.source,
            "description": None,
            "min": self.min,
            "max": self.max,
            "step": None,
            "cell": None if self.source == "metadata" else 1,
            "line": None if self.source == "metadata" else line,
        }


@dataclass(frozen=True)
class Row:
    """One row: the world, the question and the answer.

    ``files`` are named as the user sees them: relative to the notebook's folder
    (the project root is the folder above it), or ``~/…``. ``expect`` has
    ``text layer (origin)`` by name, then the shadowed ones, and names every
    parameter that matters to the row. ``problems`` has ``code parameter`` or
    ``code parameter (origin)``, all of them that are errors or warnings; notes
    only where the row is about them.
    """

    name: str
    parameters: tuple[P, ...]
    expect: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    prefix: str | None = "FUNWAVE"
    files: Mapping[str, str | bytes | None] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    overrides: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    ticked: tuple[str, ...] = ()
    pins: Mapping[str, str] = field(default_factory=dict)
    #: the names that are not declared although they have a value
    undeclared: tuple[str, ...] = ()

    @property
    def inspected(self) -> bool:
        """A broker that inspects the notebook lets the row's prefix through."""
        return self.prefix is None or self.prefix.isidentifier()

    @property
    def by_hand(self) -> bool:
        """`params()` can be asked this: it has no dialog and no `-p`."""
        return not (
            self.overrides
            or self.types
            or self.ticked
            or self.pins
            or self.undeclared
            or self.prefix is None
            or not self.inspected
            or any(
                p.choices
                or p.min
                or p.max
                or p.nullable
                or p.default is None
                or p.source == "environment"
                for p in self.parameters
            )
        )


@dataclass(frozen=True)
class Layout:
    """A row on disk."""

    row: Row
    project: Path
    home: Path

    @property
    def notebook(self) -> Path:
        """The notebook; its own folder is one below the project root."""
        return self.project / "work" / "wave.ipynb"

    @property
    def environ(self) -> dict[str, str]:
        """The submitter's environment: nothing of ours may leak into a row."""
        return {"HOME": str(self.home), "PATH": "/usr/bin:/bin", **self.row.env}

    def path(self, name: str) -> Path:
        """The file that the user calls by this name."""
        if name.startswith("~/"):
            return self.home / name[2:]
        return self.notebook.parent / name

    def notebook_json(self) -> dict[str, Any]:
        """The notebook, for entries that inspect it themselves."""
        assigned = [p.code() for p in self.row.parameters if p.source != "metadata"]
        ours: dict[str, Any] = {
            "parameters": [
                p.in_metadata() for p in self.row.parameters if p.source == "metadata"
            ]
        }
        if self.row.prefix is not None:
            ours["prefix"] = self.row.prefix
        return {
            "cells": [
                {
                    "cell_type": "markdown",
                    "id": "a",
                    "metadata": {},
                    "source": "# Wave",
                },
                {
                    "cell_type": "code",
                    "id": "b",
                    "metadata": {},
                    "source": "\n".join([*assigned, "print('go')"]),
                    "outputs": [],
                    "execution_count": None,
                },
            ],
            "metadata": {
                "jupyterlab_batch": ours,
                "kernelspec": {"name": "python3", "display_name": "Python 3"},
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        }

    def inspection(self) -> dict[str, Any]:
        """The inspection of that notebook, built by hand."""
        return {
            "language": "python",
            "kernel": "python3",
            "prefix": self.row.prefix,
            "parameters": [
                p.declaration(line) for line, p in enumerate(self.row.parameters, 1)
            ],
            "lints": [],
            "files": [],
            "writes": [],
            "reads_environment": [
                p.name for p in self.row.parameters if p.source == "environment"
            ],
            "environment": [],
            "outputs": [],
            "files_mode": None,
            "deliver_to": None,
            "resources": {},
            "runtime": {},
            "code_cells": 1,
            "pins": [
                {"name": name, "text": text, "origin": "site.toml:2"}
                for name, text in self.row.pins.items()
            ],
        }


def lay_out(row: Row, folder: Path) -> Layout:
    """Put a row's files on disk."""
    layout = Layout(row, folder / "project", folder / "home")
    layout.home.mkdir(parents=True)
    layout.notebook.parent.mkdir(parents=True)
    (layout.project / ".git").mkdir()
    layout.notebook.write_text(json.dumps(layout.notebook_json()), encoding="utf-8")
    for name, content in row.files.items():
        path = layout.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is FOLDER:
            path.mkdir()
        elif isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8")
    return layout


def check(row: Row, answer: Mapping[str, Any]) -> None:
    """Compare an entry's answer with the row, provenance and all."""
    found = {p["name"]: p for p in answer["parameters"]}
    assert list(found) == [p.name for p in row.parameters]
    for name, expected in row.expect.items():
        first, *shadowed = (expected,) if isinstance(expected, str) else expected
        assert told(found[name]) == first
        if not isinstance(expected, str):
            assert [told(each) for each in found[name]["shadowed"]] == shadowed
        assert found[name]["declared"] == (name not in row.undeclared)
    severe = [p for p in answer["problems"] if p["severity"] != "note"]
    assert _told_problems(severe, row.problems) == sorted(row.problems)
    notes = [p for p in answer["problems"] if p["severity"] == "note"]
    if row.notes:
        assert _told_problems(notes, row.notes) == sorted(row.notes)


def told(value: Mapping[str, Any]) -> str:
    """A value with its provenance as rows write it."""
    return f"{value['text']} {value['layer']} ({value['origin']})"


def _told_problems(
    problems: list[Mapping[str, Any]], expected: tuple[str, ...]
) -> list[str]:
    """Problems as rows write them: the origin only where the row wants it."""
    written = []
    for problem in problems:
        short = f"{problem['code']} {problem['parameter'] or '-'}"
        long = f"{short} ({problem['origin']})"
        written.append(long if long in expected or short not in expected else short)
        assert problem["message"].strip().endswith((".", "?", ")"))
    return sorted(written)
