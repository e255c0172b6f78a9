"""The target `local` from the terminal: queue, limit, cancel, adoption, and after."""

from __future__ import annotations

import time
from pathlib import Path

import nbformat

from .place import Place, alive, end, texts, until

WAIT = "import os, time\nwhile not os.path.exists({0!r}):\n    time.sleep(0.02)"


def gate(place: Place, name: str = "gate") -> tuple[Path, str]:
    """Give a file, and the code of a cell that waits for it."""
    path = place.folder / name
    return path, WAIT.format(str(path))


def test_a_run_goes_on_while_its_broker_is_killed(place: Place) -> None:
    open_gate, wait = gate(place)
    notebook = place.notebook("print('before')", wait, "print('after')")
    run = place.submit(notebook)
    until(lambda: "before" in place.events(run), "the first cell's output")
    runner, broker = place.runner(run), place.broker
    assert runner is not None and broker is not None
    end(broker)
    # nobody asks for it: the runner brings it back and is found again
    until(lambda: place.broker not in (None, broker), "another broker")
    assert place.state(run, "running")["progress"]["cell"] == 2
    assert place.runner(run) == runner
    open_gate.touch()
    done = place.ended(run)
    assert done["state"] == "succeeded"
    assert "before" in texts(done["output"]) and "after" in texts(done["output"])
    until(lambda: not alive(runner), "the end of the runner")
