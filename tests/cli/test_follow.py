"""Waiting: hints that come, that are lost, and a person who leaves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_batch.cli import follow
from jupyterlab_batch.launcher import Connection
from tests.submission.control import Call, Control, detail, lease, run

from .conftest import Shell

ID = run()["id"]


class Life:
    """A run that moves on when the test says so."""

    def __init__(self, control: Control) -> None:
        self.now = run(state="running", revision=5)
        self.asked = threading.Semaphore(0)
        control.on(f"GET /v1/runs/{ID}", self._show)

    def _show(self, call: Call) -> dict[str, Any]:
        shown = detail(self.now)
        self.asked.release()
        return shown

    def end(self, **more: Any) -> None:
        done = {"state": "succeeded", "ended_at": "2026-11-23T12:01:00Z", "revision": 8}
        self.now = run(**{**done, "closed_at": "2026-11-23T12:01:01Z", **more})


def change(revision: int, of: str = ID) -> dict[str, Any]:
    return {"id": of, "state": "running", "revision": revision}


@pytest.fixture(autouse=True)
def no_safety_net(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only hints may lead to a second look within a test."""
    monkeypatch.setattr(follow, "_POLL", 600.0)


def test_a_hint_ends_the_wait(shell: Shell, control: Control, notebook: Path) -> None:
    life = Life(control)

    def stream(call: Call) -> Iterator[dict[str, Any]]:
        life.asked.acquire(timeout=20)
        life.end()
        yield change(7, of="another")
        yield change(8)

    control.on("GET /v1/events", stream)
    assert shell("run", "wave.ipynb", "--wait").code == 0


def test_a_broken_stream_is_opened_again_where_it_broke(
    shell: Shell, control: Control, notebook: Path
) -> None:
    life = Life(control)

    def stream(call: Call) -> Iterator[dict[str, Any]]:
        if len(control.called("GET", "/v1/events")) == 1:
            yield change(6)
            return
        life.end()
        yield change(8)

    control.on("GET /v1/events", stream)
    assert shell("run", "wave.ipynb", "--wait").code == 0
    after = [call.query["after"] for call in control.called("GET", "/v1/events")]
    assert after[:2] == ["4", "6"]


def test_what_happened_while_no_stream_was_up_is_seen(
    shell: Shell, control: Control, notebook: Path
) -> None:
    """The event itself is never sent again; opening the stream is hint enough."""
    life = Life(control)

    def stream(call: Call) -> Iterator[dict[str, Any]]:
        life.asked.acquire(timeout=20)
        life.end()
        yield from ()

    control.on("GET /v1/events", stream)
    assert shell("run", "wave.ipynb", "--wait").code == 0


def test_leaving_does_not_end_the_run(
    shell: Shell, control: Control, notebook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Life(control)
    control.on("GET /v1/events", [])

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(follow, "_draw_until_hint", interrupted)
    done = shell("run", "wave.ipynb", "--wait")
    assert done.code == 130
    assert "the run goes on" in done.err
    assert "jupyter batch cancel 7c41e9b2" in done.err
    document = shell("run", "wave.ipynb", "--wait", "--json").document
    assert document["state"] == "running"
    assert not [call for call in control.calls if call.path.endswith("cancel")]


def test_an_ended_run_gives_its_lease_time_but_not_for_ever(
    shell: Shell, control: Control, notebook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = Life(control)
    control.on("GET /v1/events", [])
    open_lease = lease(end=None, ended_at=None, state="REVOKING")
    life.end(closed_at=None, lease=open_lease)
    patience = follow.follow.__defaults__
    assert patience is not None and 30.0 in patience
    monkeypatch.setattr(follow.follow, "__defaults__", ("", 0.2))

    done = shell("run", "wave.ipynb", "--wait")
    assert done.code == 0, "the run's end never waits for its lease"
    assert "not ended yet (REVOKING)" in done.out


def test_a_broker_that_is_away_for_a_moment_is_borne(
    control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = Life(control)
    control.stop()
    back = threading.Timer(0.3, control.start)
    back.start()
    look = follow._Look(Connection(control.socket), ID)
    assert look()["run"]["state"] == life.now["state"]
    back.join()


def test_a_person_sees_one_line_that_moves(
    shell: Shell, control: Control, notebook: Path
) -> None:
    life = Life(control)
    life.now = run(
        state="running",
        revision=5,
        started_at="2026-11-23T12:00:00Z",
        progress={"cell": 3, "cells": 12, "title": "solve"},
    )

    def stream(call: Call) -> Iterator[dict[str, Any]]:
        life.asked.acquire(timeout=20)
        life.end()
        yield change(8)

    control.on("GET /v1/events", stream)
    done = shell("run", "wave.ipynb", "--wait", tty=True)
    assert done.code == 0
    assert "7c41e9b2  this machine  cell 3/12 solve" in done.out
    assert "\r\x1b[2K" in done.out, "the line is taken away before the result"
