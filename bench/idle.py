"""How long this machine lets a loop wait that has nothing to do."""

from __future__ import annotations

import threading
import time

from .figures import Figure

TICK = 0.002


class Idle:
    """A thread that only sleeps, from start to end of a `with`.

    What it is late by, everyone's loop may be late by at that time without having
    done anything: read the loop blocks of a busy machine against it.
    """

    def __init__(self) -> None:
        self._longest = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Idle:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.is_set():
            begun = time.perf_counter()
            time.sleep(TICK)
            self._longest = max(self._longest, time.perf_counter() - begun - TICK)

    def take(self, when: str) -> Figure:
        """Return the longest since it was last asked."""
        longest, self._longest = self._longest, 0.0
        what = f"longest loop block, a process that only sleeps{when}"
        return Figure(what, longest * 1000, "ms", None, "the machine's own part")
