"""A broker's double, and the promise that none outlives its test."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyterlab_batch.launcher import lock
from jupyterlab_batch.launcher.program import Program, node_program
from jupyterlab_batch.launcher.start import places_of

DOUBLE = Path(__file__).with_name("double.cjs")


@pytest.fixture
def installed() -> Callable[[], Program]:
    return lambda: Program(node_program(), DOUBLE, "1.0.0")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    folder = Path(os.path.realpath(tmp_path)) / "data"
    yield folder
    holder = lock.read_holder(folder / "broker.lock")
    if holder is not None and lock.is_held(folder / "broker.lock"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(holder.pid, signal.SIGKILL)
        until(lambda: not lock.is_held(folder / "broker.lock"))
    sockets = places_of(folder).sockets
    if sockets.is_dir():
        for socket in sockets.iterdir():
            socket.unlink()
        sockets.rmdir()


def until(condition: Callable[[], bool], within: float = 15.0) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "the condition never came true"
        time.sleep(0.01)
