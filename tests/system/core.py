"""What a core of the broker would hold after every credential was closed.

Reads the memory of a living broker (as root, or where ptrace allows it) after runs
have ended and their leases are closed, and counts what it finds of the secrets that
the platform gave out. Prints the figures of SECURITY.md; `test_core.py` holds the
broker to them.

    PYTHONPATH=examples python -m tests.system.core [RUNS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from platform_process import Platform

from .canary import TURNS
from .place import Place, until


def memory(pid: int) -> Iterator[bytes]:
    """Every part of a process's memory that is readable and its own."""
    with Path(f"/proc/{pid}/mem").open("rb", 0) as mem:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            where, rights, *_ = line.split()
            first, last = (int(each, 16) for each in where.split("-"))
            if rights[0] != "r" or "[v" in line:
                continue
            try:
                mem.seek(first)
                yield mem.read(last - first)
            except (OSError, ValueError):
                continue


def count(pid: int, secrets: list[str]) -> tuple[int, int]:
    """How many of the secrets are there, and how often all of them together."""
    parts = list(memory(pid))
    times = [
        sum(
            part.count(form)
            for part in parts
            for form in (secret.encode(), secret.encode("utf-16-le"))
        )
        for secret in secrets
    ]
    return sum(1 for each in times if each), sum(times)


def closed(place: Place, run: str) -> bool:
    """Whether nothing of its credential is left, as far as the broker says."""
    return place.json("show", run)["closed_at"] is not None


def main(runs: int) -> None:
    with tempfile.TemporaryDirectory(prefix="jlc-", dir="/tmp") as name:
        folder = Path(name)
        way = ("--refresh", "rotating", "--ttl", "4")
        with (
            Platform(folder / "platform", *way) as platform,
            Place(folder / "p", platform) as place,
        ):
            registration = set(platform.secrets())
            started = [place.submit(place.notebook(TURNS)) for _ in range(runs)]
            for run in started:
                until(partial(closed, place, run), "its end")
            pid = place.broker
            assert pid is not None
            given = [each for each in platform.secrets() if each not in registration]
            print(f"{runs} runs, {len(given)} secrets of closed leases")
            for wait in (0, 30):
                time.sleep(wait)
                there, often = count(pid, given)
                print(f"{wait} s later: {there} found, {often} times", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
