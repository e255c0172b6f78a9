"""Executes cells one after the other; sees every way in which that can end."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from . import clock, notebook
from .capture import Capture, CellOutputs
from .events import DiskFull, EventLog
from .kernel import Kernel
from .stop import DISK_FULL, FOLDER_GONE, TIMEOUT, Stop
from .wire import Message

# after the reply, silence of this length means that the idle was lost
QUIET = 10.0
_TICK = 0.5


@dataclass
class CellEnd:
    """How a cell ended."""

    status: str
    ename: str | None = None
    evalue: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the notebook goes on."""
        return self.status == "ok"


class Execution:
    """Drives one kernel through a notebook.

    Parameters
    ----------
    deadline
        Monotonic time after which the run is out of time.
    grace
        Seconds between an interrupt and the end of patience.
    """

    def __init__(
        self,
        kernel: Kernel,
        capture: Capture,
        events: EventLog,
        stop: Stop,
        deadline: float,
        grace: float,
        quiet: float = QUIET,
    ) -> None:
        self._kernel = kernel
        self._capture = capture
        self._events = events
        self._stop = stop
        self._deadline = deadline
        self._grace = grace
        self._quiet = quiet

    def cell(self, index: int, source: dict[str, Any]) -> CellEnd:
        """Execute the code cell `source`; ends with its `cell_ended` event."""
        expected = "raises-exception" in notebook.tags(source)
        msg_id = self._kernel.send(
            "shell",
            "execute_request",
            {
                "code": source["source"],
                "silent": False,
                "store_history": True,
                "user_expressions": {},
                "allow_stdin": False,
                "stop_on_error": not expected,
            },
        )
        outputs = self._capture.begin(index, msg_id)
        reply = _Reply()
        end = self._wait(msg_id, outputs, reply)
        if end.status == "error" and expected:
            end.status = "ok"
        self._capture.end(outputs)
        self._events.append(
            "cell_ended",
            cell=index,
            status=end.status,
            ename=end.ename,
            evalue=end.evalue,
            timing=outputs.timing,
        )
        return end

    def _wait(self, msg_id: str, outputs: CellOutputs, reply: _Reply) -> CellEnd:
        interrupted: float | None = None
        heard = time.monotonic()
        while True:
            messages = self.pump()
            for channel, message in messages:
                self._answer(channel, message, msg_id, outputs, reply)
                if message.parent_id == msg_id:
                    heard = time.monotonic()
            now = time.monotonic()
            if reply.content is not None and outputs.idle:
                return self._verdict(reply, outputs, interrupted)
            if messages:
                # look at all that was said before deciding anything
                if self._stop.reason is None:
                    continue
            elif not self._kernel.alive:
                return CellEnd("kernel_died")
            elif self._silent(reply, outputs, now - heard):
                return self._verdict(reply, outputs, interrupted)
            if self._stop.reason is not None:
                if interrupted is None:
                    interrupted = now
                    self._kernel.interrupt()
                elif now - interrupted > self._grace:
                    self._kernel.kill()
                    return CellEnd("interrupted")

    def _silent(self, reply: _Reply, outputs: CellOutputs, silence: float) -> bool:
        """Whether half of the cell's end was lost; leaves a warning."""
        if silence < self._quiet or (reply.content is None and not outputs.idle):
            return False
        lost = "idle status" if reply.content is not None else "reply"
        self._events.append(
            "warning",
            code="lost_message",
            message=f"The kernel's {lost} for this cell never came: it counts as"
            f" ended after {self._quiet:g} s of silence",
            cell=outputs.index,
        )
        return True

    def _verdict(
        self, reply: _Reply, outputs: CellOutputs, interrupted: float | None
    ) -> CellEnd:
        content = reply.content or {}
        if content.get("status") == "error":
            end = CellEnd("error", content.get("ename"), content.get("evalue"))
        elif reply.content is None and outputs.error is not None:
            end = CellEnd("error", *outputs.error)
        else:
            end = CellEnd("ok")
        if interrupted is not None and not end.ok:
            end.status = "interrupted"
        return end

    def _answer(
        self,
        channel: str,
        message: Message,
        msg_id: str,
        outputs: CellOutputs,
        reply: _Reply,
    ) -> None:
        if channel == "iopub":
            self._capture.take(message)
        elif channel == "stdin" and message.type == "input_request":
            # a kernel that asks although it was told not to: end of file
            content = {"value": "\x04", "status": "ok"}
            self._kernel.send("stdin", "input_reply", content, message.parent)
            self._events.append(
                "warning",
                code="input_refused",
                message="A cell asked for input; nobody is there to answer",
                cell=outputs.index,
            )
        elif message.type == "execute_reply" and message.parent_id == msg_id:
            reply.content = message.content
            outputs.timing["shell.execute_reply"] = clock.precise(message.date)

    def pump(self) -> list[tuple[str, Message]]:
        """Wait for messages, and do meanwhile what is due."""
        now = time.monotonic()
        due = self._events.due()
        timeout = min(_TICK, max(0.0, self._deadline - now) or _TICK)
        if due is not None:
            timeout = min(timeout, max(0.0, due - now))
        messages = self._kernel.poll(timeout)
        self._stop.drain()
        now = time.monotonic()
        if now >= self._deadline and self._stop.reason is None:
            self._stop.request(TIMEOUT)
        try:
            due = self._events.due()
            if due is not None and now >= due:
                self._capture.flush()
                self._events.flush()
        except DiskFull:
            self._stop.request(DISK_FULL)
        if self._events.gone:
            self._stop.request(FOLDER_GONE)
        return messages

    def drain(self, seconds: float) -> None:
        """Take what still comes until the kernel is gone, or time is up."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            messages = self._kernel.poll(0.05)
            for channel, message in messages:
                if channel == "iopub":
                    self._capture.take(message)
            if not messages and not self._kernel.alive:
                return


class _Reply:
    """The execute_reply of the running cell, once it is there."""

    def __init__(self) -> None:
        self.content: dict[str, Any] | None = None
