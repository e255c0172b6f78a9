"""What the runner asks of the operating system about processes."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator

MARKER = "JUPYTERLAB_BATCH_RUN"

_PR_SET_DUMPABLE = 4
_PR_SET_CHILD_SUBREAPER = 36


def harden() -> None:
    """Make this process unreadable to others, and the parent of its orphans.

    Without it a cell could read the runner's memory through ``/proc/PID/mem``.
    The subreaper is only the fast path of the sweep.
    """
    os.umask(0o077)
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None, use_errno=True)
    for option, value in ((_PR_SET_DUMPABLE, 0), (_PR_SET_CHILD_SUBREAPER, 1)):
        if libc.prctl(option, value, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), f"prctl({option}) failed")


def _marked(run: str) -> Iterator[int]:
    """Yield the living processes of our uid that carry the run's marker."""
    needle = b"\0" + f"{MARKER}={run}".encode() + b"\0"
    mine = os.getuid()
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or int(entry) == os.getpid():
            continue
        try:
            if os.stat(f"/proc/{entry}").st_uid != mine:
                continue
            with open(f"/proc/{entry}/environ", "rb") as file:
                if needle in b"\0" + file.read() + b"\0":
                    yield int(entry)
        except OSError:
            continue


def _reap_orphans() -> None:
    """Collect zombies that were given to us; by pid, so that no one else's go."""
    mine = str(os.getpid())
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", "rb") as file:
                state, parent = file.read().rsplit(b")", 1)[1].split()[:2]
            if state == b"Z" and parent.decode() == mine:
                os.waitpid(int(entry), os.WNOHANG)
        except (OSError, ValueError):
            continue


def sweep(run: str, patience: float = 10.0) -> int:
    """Kill every process that carries the marker of `run`, except this one.

    Asked again until none is left: a process may fork while it is listed.

    Returns
    -------
    int
        How many are left after `patience` seconds; 0 is success.
    """
    if not os.path.isdir("/proc/self"):
        return 0
    until = time.monotonic() + patience
    while True:
        left = list(_marked(run))
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        _reap_orphans()
        if not left or time.monotonic() > until:
            return len(left)
        time.sleep(0.02)


def oom_kills() -> int | None:
    """Return how often the OOM killer struck in our control group, if known."""
    try:
        with open("/proc/self/cgroup", encoding="ascii") as file:
            groups = [line.rstrip("\n").split(":", 2) for line in file]
    except OSError:
        return None
    for _, controllers, path in groups:
        if controllers == "":
            source = f"/sys/fs/cgroup{path}/memory.events"
        elif "memory" in controllers.split(","):
            source = f"/sys/fs/cgroup/memory{path}/memory.oom_control"
        else:
            continue
        try:
            with open(source, encoding="ascii") as file:
                for line in file:
                    name, _, count = line.partition(" ")
                    if name == "oom_kill":
                        return int(count)
        except (OSError, ValueError):
            continue
    return None
