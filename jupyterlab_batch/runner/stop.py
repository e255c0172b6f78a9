"""Why a run has to stop early; the first reason wins."""

from __future__ import annotations

import contextlib
import os
import signal
import threading

CANCELLED = "user"
TIMEOUT = "timeout"
DISK_FULL = "disk_full"
FOLDER_GONE = "folder_gone"


class Stop:
    """Set from signals and threads; wakes whoever polls `wake`."""

    def __init__(self) -> None:
        self.wake, self._write = os.pipe()
        os.set_blocking(self.wake, False)
        os.set_blocking(self._write, False)
        self._lock = threading.Lock()
        self.reason: str | None = None

    def request(self, reason: str) -> None:
        """Ask the run to stop."""
        # a signal may arrive while the lock is held: no waiting here
        if self._lock.acquire(blocking=False):
            try:
                self.reason = self.reason or reason
            finally:
                self._lock.release()
        elif self.reason is None:
            self.reason = reason
        self.nudge()

    def nudge(self) -> None:
        """End the poll that is going on."""
        with contextlib.suppress(BlockingIOError):
            os.write(self._write, b"x")

    def drain(self) -> None:
        """Forget nudges."""
        with contextlib.suppress(BlockingIOError):
            os.read(self.wake, 4096)

    def listen(self) -> None:
        """Take SIGTERM and SIGINT as a cancel, SIGUSR1 as a scheduler's last call.

        SIGHUP means nothing here.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.request(CANCELLED))
        signal.signal(signal.SIGUSR1, lambda *_: self.request(TIMEOUT))
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
