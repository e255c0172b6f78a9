"""`run_changed.v1`: hints for every browser, and a broker that is brought back."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from jupyterlab_batch import launcher
from jupyterlab_batch.server.events import SCHEMA_ID, EventPump
from tests.orders import order, wanted

from .conftest import Call, ended


async def until(true: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for a condition; fail when it does not come."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def test_a_run_tells_of_its_life_and_of_nothing_else(
    call: Call, notebook: Path, jp_serverapp: Any
) -> None:
    # What a server that serves for real does once its loop runs.
    await jp_serverapp.extension_manager.start_all_extensions()
    heard: list[dict[str, Any]] = []

    async def listen(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        heard.append(data)

    jp_serverapp.event_logger.add_listener(schema_id=SCHEMA_ID, listener=listen)
    request = wanted("waves/wave.ipynb")
    _, prepared = await call("POST", "prepare", body=request)
    _, run = await call("POST", "submit", body=order(request, prepared))
    await ended(call, run["id"])
    await until(lambda: bool(heard) and heard[-1]["state"] == "succeeded")
    assert {frozenset(each) for each in heard} == {frozenset(heard[0])}
    assert set(heard[0]) == {"id", "state", "revision"}
    revisions = [each["revision"] for each in heard]
    assert revisions == sorted(set(revisions))
    # Somebody who comes back must not find the server culled under a run.
    assert "jupyterlab_batch" in jp_serverapp.web_app.settings["last_activity_times"]


async def test_a_broker_that_was_killed_under_a_run_comes_back(
    call: Call, notebook: Path, short_folder: Path
) -> None:
    gate = short_folder / "go"
    content = nbformat.read(notebook, as_version=4)
    content.cells.append(
        nbformat.v4.new_code_cell(
            f"import os, time\nwhile not os.path.exists({str(gate)!r}):\n"
            "    time.sleep(0.05)\nprint('done')"
        )
    )
    nbformat.write(content, notebook)
    request = wanted("waves/wave.ipynb")
    _, prepared = await call("POST", "prepare", body=request)
    _, run = await call("POST", "submit", body=order(request, prepared))
    first = launcher.status()
    assert first is not None
    before = (await call("GET", "v1", "health"))[1]["pid"]

    async def state() -> str:
        _, detail = await call("GET", "v1", "runs", run["id"])
        return str(detail["run"]["state"])

    deadline = time.monotonic() + 30
    while await state() != "running":
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
    os.kill(before, signal.SIGKILL)
    gate.touch()

    # Nobody calls: runner and server extension see to it themselves.
    def back() -> bool:
        try:
            health = launcher.connect(start=False).request("GET", "/v1/health")
        except launcher.LauncherError:
            return False
        return bool(health["pid"] != before)

    await until(back)
    detail = await ended(call, run["id"])
    assert detail["run"]["state"] == "succeeded"
    executed = nbformat.read(detail["run"]["output"], as_version=4)
    assert executed.cells[-1].outputs[0].text == "done\n"


async def test_a_broker_that_was_killed_before_it_told_how_it_is_comes_back(
    call: Call, notebook: Path, jp_serverapp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have accepted a run with its last breath."""
    looks, killed = [0], [False]
    look = EventPump._take_health

    async def too_late(pump: EventPump, connection: launcher.Connection) -> None:
        looks[0] += 1
        if killed[0]:
            await look(pump, connection)

    monkeypatch.setattr(EventPump, "_take_health", too_late)
    await jp_serverapp.extension_manager.start_all_extensions()
    await call("POST", "prepare", body=wanted("waves/wave.ipynb"))
    before = (await call("GET", "v1", "health"))[1]["pid"]
    await until(lambda: looks[0] > 0)
    killed[0] = True
    os.kill(before, signal.SIGKILL)
    await until(lambda: looks[0] > 1)
    health = launcher.connect(start=False).request("GET", "/v1/health")
    assert health["pid"] != before
