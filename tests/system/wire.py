"""A wire between a broker and its platform on which anything can happen."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any

from platform_process import Platform

from jupyterlab_batch.launcher.program import node_program

from .place import until

SCRIPT = Path(__file__).parents[2] / "broker" / "test" / "chaos" / "proxy-process.ts"
HELD = ("hang", "drip", "withhold")
"""Requests that never get their answer, until their sender is gone."""


class Wire(Platform):
    """The platform as seen from a broker: its address is that of the wire.

    Parameters
    ----------
    platform
        What is behind it. It has to run already.
    """

    def __init__(self, platform: Platform) -> None:
        super().__init__(platform.folder)
        self.behind = platform
        self._wire: subprocess.Popen[str] | None = None
        self._met: list[dict[str, Any]] = []
        self._last: dict[str, float] = {}

    def __enter__(self) -> Wire:
        self._wire = subprocess.Popen(
            [node_program(), SCRIPT, self.behind.url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._wire.stdout is not None
        url = json.loads(self._wire.stdout.readline())["url"]
        spelt = json.dumps(self.behind.state).replace(self.behind.url, url)
        self.state = json.loads(spelt)
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def _listen(self) -> None:
        assert self._wire is not None and self._wire.stdout is not None
        for line in self._wire.stdout:
            told = json.loads(line)
            self._last[told["at"]] = time.monotonic()
            self._met.append(told)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._wire is not None
        self._wire.kill()
        self._wire.wait()
        for stream in (self._wire.stdin, self._wire.stdout):
            if stream is not None:
                stream.close()

    def meet(self, door: str, *kinds: str) -> None:
        """Let the next requests of a door meet these faults, one each."""
        assert self._wire is not None and self._wire.stdin is not None
        before = self._ordered
        self._wire.stdin.write(json.dumps({"at": door, "kinds": kinds}) + "\n")
        self._wire.stdin.flush()
        until(lambda: self._ordered > before, f"the faults of {door}")

    @property
    def _ordered(self) -> int:
        return sum("ordered" in line for line in self._met)

    def met(self) -> Counter[tuple[str, str]]:
        """How often each fault was met at each door."""
        return Counter(
            (line["at"], line["kind"]) for line in list(self._met) if "kind" in line
        )

    def held(self) -> int:
        """How many requests were left without an answer so far."""
        return sum(n for (_, kind), n in self.met().items() if kind in HELD)

    def left(self) -> list[str]:
        """Doors at which a fault still waits for somebody to meet it."""
        last = {line["at"]: line for line in list(self._met) if "kind" in line}
        return [door for door, line in last.items() if line["left"] > 0]

    def troubled(self, door: str) -> float:
        """When the last fault of a door was met, on the monotonic clock."""
        return self._last.get(door, 0.0)

    # its own books are asked behind the wire
    def inventory(self) -> dict[str, Any]:
        """Give what the platform itself has in its books."""
        return self.behind.inventory()

    def secrets(self) -> list[str]:
        """Give every secret that the platform ever gave out."""
        return self.behind.secrets()
