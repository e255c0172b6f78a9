"""Every promise has a proof: each test that the page of guarantees names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "developers" / "guarantees.md"
LINK = re.compile(r"\[([^\]]+)\]\(\.\./\.\./((?:tests|broker/test)/[^)]+)\)")


def rows() -> list[str]:
    """Give the rows of the page's tables, without their heads."""
    lines = PAGE.read_text().splitlines()
    return [
        line
        for line in lines
        if line.startswith("|") and not re.match(r"\| *(what is promised|---)", line)
    ]


PROOFS = sorted({proof for row in rows() for proof in LINK.findall(row)})


def has(name: str, path: Path) -> bool:
    """Whether a file has a test, or a group of tests, of this name."""
    source = path.read_text()
    if path.suffix == ".py":
        return re.search(rf"^def {re.escape(name)}\(", source, re.MULTILINE) is not None
    declared = r"\b(?:it|describe)(?:\.each\((?:[^'`]|'[^']*')*?\))?\(\s*"
    return re.search(declared + re.escape(f"'{name}'"), source) is not None


def test_each_promise_names_a_proof() -> None:
    assert len(rows()) > 30
    assert [row for row in rows() if not LINK.search(row)] == []


@pytest.mark.parametrize(("name", "path"), PROOFS)
def test_the_proof_is_there(name: str, path: str) -> None:
    assert has(name, ROOT / path), f"{path} has no test {name!r}"


def test_the_search_finds_no_text_that_is_no_test() -> None:
    assert not has("test_no_such_thing", Path(__file__))
    assert not has("the-shared-secret", ROOT / "broker/test/chaos/matrix.test.ts")
