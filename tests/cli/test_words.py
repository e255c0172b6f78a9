"""Reading what people type, and telling them what is."""

from __future__ import annotations

import argparse
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_batch.cli.arguments import parameter_values, seconds
from jupyterlab_batch.cli.errors import TerminalError
from jupyterlab_batch.cli.terminal import log_text, shown
from jupyterlab_batch.cli.words import (
    clock,
    credential,
    elapsed,
    ending,
    ordinal,
    progress,
    short_id,
    size,
    start,
)
from tests.submission.control import lease, run

DURATIONS = json.loads(
    Path(__file__, "../../../protocol/grammar/durations.json").resolve().read_text()
)["rows"]


@pytest.mark.parametrize("row", DURATIONS, ids=lambda row: repr(row["text"]))
def test_durations(row: dict[str, Any]) -> None:
    if row["seconds"]:
        assert seconds(row["text"]) == row["seconds"]
        return
    with pytest.raises(argparse.ArgumentTypeError):
        seconds(row["text"])


def test_values_are_text_to_the_last_letter() -> None:
    overrides, types = parameter_values(
        ["AMP=4", "X:int=3", "URL=http://h/?a=b:c", "E=", "S= a "]
    )
    assert overrides == {
        "AMP": "4",
        "X": "3",
        "URL": "http://h/?a=b:c",
        "E": "",
        "S": " a ",
    }
    assert types == {"X": "int"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["AMP"], "write NAME=VALUE"),
        (["=4"], "write NAME=VALUE"),
        (["A=1", "A=2"], "A is given twice"),
        (["A:flot=1"], "flot is not a type. Types are bool, int, float"),
        (["A:=1"], "nothing is not a type"),
    ],
)
def test_values_that_are_none(given: list[str], words: str) -> None:
    with pytest.raises(TerminalError, match=words):
        parameter_values(given)


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("dead_at_resource", "revoked and verified dead"),
        ("expired", "verified dead"),
        ("dead_at_issuer", "not verified"),
        ("unconfirmed", "NOT confirmed dead"),
    ],
)
def test_only_what_was_verified_is_called_so(end: str, told: str) -> None:
    line = credential(lease(end=end))
    assert told in line
    assert ("verified dead" in line) == (end in ("dead_at_resource", "expired"))
    assert "used 3 times" in line


def test_a_credential_that_lives_or_never_was() -> None:
    living = lease(end=None, ended_at=None, state="RETRYING", problem="no answer")
    assert "not ended yet (RETRYING: no answer)" in credential(living)
    assert "none was minted" in credential(lease(minted_at=None, end=None))
    assert "used 1 time," in credential(lease(used=1))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"state": "queued", "position": 2}, "waiting, 2nd in line"),
        (
            {"state": "queued", "waiting": {"why": "held by you", "starts_at": None}},
            "held by you",
        ),
        (
            {
                "state": "queued",
                "waiting": {"why": None, "starts_at": "2026-11-23T12:00:00Z"},
            },
            f"waiting, estimated start 2026-11-23 {clock('2026-11-23T12:00:00Z')[:5]}",
        ),
        (
            {
                "state": "running",
                "waiting": {"why": "suspended by the cluster", "starts_at": None},
                "progress": {"cell": 3, "cells": 12, "title": "solve"},
            },
            "suspended by the cluster",
        ),
        (
            {
                "state": "running",
                "progress": {"cell": 3, "cells": 12, "title": "solve"},
            },
            "cell 3/12 solve",
        ),
        ({"state": "running", "cancelling": True}, "cancelling"),
        ({"state": "succeeded", "deleting": True}, "deleting"),
        ({"state": "failed", "reason": "timeout"}, "failed: timeout"),
        ({"state": "succeeded"}, "succeeded"),
    ],
)
def test_progress(more: dict[str, Any], told: str) -> None:
    assert progress(run(**more)) == told


def test_small_words() -> None:
    assert [elapsed(s) for s in (0, 62.9, 3723, -1)] == [
        "0:00",
        "1:02",
        "1:02:03",
        "0:00",
    ]
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == [
        *("1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th")
    ]
    assert [size(n) for n in (5, 3_400_000, 9_000_000_000_000)] == [
        *("5 B", "3.4 MB", "9000.0 GB")
    ]
    assert short_id("0197c41e-0000-7000-8000-00007c41e9b2") == "7c41e9b2"
    ended = run(
        state="succeeded",
        started_at="2026-11-23T12:00:00Z",
        ended_at="2026-11-23T12:01:44Z",
        output="/elsewhere/wave.ipynb",
    )
    assert ending(ended) == "succeeded in 1:44 → /elsewhere/wave.ipynb"


def test_what_comes_from_outside_cannot_drive_the_terminal() -> None:
    hostile = "a\x1b[2J\x1b]0;title\x07\r\nb\x9b"
    assert shown(hostile) == "a\\x1b[2J\\x1b]0;title\\x07\\x0d\\nb\\x9b"
    told = log_text("\x1b[31mred\x1b[0m\x1b[2J\x1b]52;c;aGk=\x07\x1bc x\x08y\n")
    assert told == "\x1b[31mred\x1b[0mc xy\n"


def test_a_start_is_told_by_the_clock_of_who_reads_it() -> None:
    now = datetime.now(timezone.utc)

    def iso(**ahead: float) -> str:
        return (now + timedelta(**ahead)).strftime("%Y-%m-%dT%H:%M:%SZ")

    assert start(iso(minutes=-5)) == "at once"
    assert start(iso(seconds=5)) == "at once"
    later = now + timedelta(days=2)
    told = later.astimezone().strftime("%Y-%m-%d %H:%M")
    assert start(iso(days=2)) == f"at about {told}"
