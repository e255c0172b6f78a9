"""Waiting for a run, as its changes come in."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .words import progress, short_id, took

if TYPE_CHECKING:
    from jupyterlab_batch.launcher import Connection, LineStream

    from .terminal import StatusLine, Terminal

TERMINAL_STATES = ("succeeded", "failed", "cancelled", "lost")
LEASE_PATIENCE = 30.0
"""Seconds that a wait gives the lease after the run ended."""
BROKER_PATIENCE = 60.0
"""Seconds without a broker after which a wait gives up; the run does not."""
_POLL = 5.0
_FRAME = 0.25


class Hints:
    """Says when to look again: the broker's events, over a stream that is reopened.

    Nothing is believed of an event but that something changed, so that one which
    never arrives costs a few seconds and not the truth.
    """

    def __init__(self, connection: Connection, run: str, after: int) -> None:
        self._connection = connection
        self._run = run
        self._after = after
        self._queue: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._stream: LineStream | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Hints:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        if self._stream is not None:
            self._stream.close()
        self._thread.join(5.0)

    def _read(self) -> None:
        from jupyterlab_batch.launcher import LauncherError

        pause = 0.1
        while not self._closed.is_set():
            try:
                with self._connection.stream(
                    f"/v1/events?after={self._after}"
                ) as stream:
                    self._stream = stream
                    for _, change in stream.events():
                        pause = 0.1
                        self._after = max(self._after, int(change["revision"]))
                        if change["id"] == self._run:
                            self._queue.put(None)
            except (LauncherError, OSError, ValueError, KeyError):
                pass
            # whatever was missed while the stream was down is looked at once
            self._queue.put(None)
            self._closed.wait(pause)
            pause = min(pause * 2, 2.0)

    def wait(self, within: float) -> bool:
        """Wait for a hint; several that came meanwhile are one."""
        try:
            self._queue.get(timeout=within)
        except queue.Empty:
            return False
        while not self._queue.empty():
            self._queue.get_nowait()
        return True


def follow(
    connection: Connection,
    run: Mapping[str, Any],
    terminal: Terminal,
    place: str = "",
    patience: float = LEASE_PATIENCE,
) -> dict[str, Any]:
    """Wait until a run has ended, and ``patience`` seconds more for its lease.

    Parameters
    ----------
    run : mapping
        The run as it was accepted.
    place : str
        How its target is called on the line.

    Returns
    -------
    dict
        The run as it is then (RunDetail).
    """
    look = _Look(connection, str(run["id"]))
    with (
        Hints(connection, str(run["id"]), int(run["revision"])) as hints,
        terminal.status_line() as line,
    ):
        detail = look()
        while detail["run"]["state"] not in TERMINAL_STATES:
            _draw_until_hint(hints, line, detail["run"], place)
            detail = look()
        deadline = time.monotonic() + patience
        while detail["run"]["closed_at"] is None and time.monotonic() < deadline:
            head = f"{short_id(str(run['id']))}  {detail['run']['state']}"
            line.draw(f"{head}, ending its credential", None, "")
            hints.wait(min(1.0, max(0.01, deadline - time.monotonic())))
            detail = look()
    return detail


def _draw_until_hint(
    hints: Hints, line: StatusLine, run: Mapping[str, Any], place: str
) -> None:
    """Keep the clock on the line going until there is something to look at."""
    deadline = time.monotonic() + _POLL
    while time.monotonic() < deadline:
        _draw(line, run, place)
        if hints.wait(_FRAME):
            return


def _draw(line: StatusLine, run: Mapping[str, Any], place: str) -> None:
    head = "  ".join(
        part for part in (short_id(str(run["id"])), place, progress(run)) if part
    )
    done = run["progress"]
    share = None
    if run["state"] == "running" and done is not None and done["cells"]:
        share = max(0, done["cell"] - 1) / done["cells"]
    line.draw(head, share, took(run))


class _Look:
    """Fetches the run, and bears a broker that is being brought back."""

    def __init__(self, connection: Connection, run: str) -> None:
        self._connection = connection
        self._path = f"/v1/runs/{run}"

    def __call__(self) -> dict[str, Any]:
        from jupyterlab_batch.launcher import BrokerUnreachable

        deadline = time.monotonic() + BROKER_PATIENCE
        while True:
            try:
                found: dict[str, Any] = self._connection.request("GET", self._path)
                return found
            except BrokerUnreachable:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
