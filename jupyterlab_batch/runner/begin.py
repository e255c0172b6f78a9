"""The first program of a job that a scheduler starts: ``begin.py FOLDER ATTEMPT``.

The scheduler's script names this file, the run folder and a number. What may be read by
nobody lies in the folder: the environment, and the ticket, which goes to the runner
through a pipe. Needs the standard library only, and no import of ours.
"""

from __future__ import annotations

import json
import os
import re
import stat
import sys
import time

TICKET_PATIENCE = 600.0
#: what only the scheduler knows, and a notebook may want to
_OF_SCHEDULER = re.compile(
    "SLURM_|CUDA_VISIBLE_DEVICES$|ROCR_VISIBLE_DEVICES$|GPU_DEVICE_ORDINAL$|TMPDIR$"
)


def environment(folder: str, package: str, given: dict[str, str]) -> dict[str, str]:
    """Return what the job may see: its own, and the scheduler's words."""
    with open(os.path.join(folder, "environment.json"), encoding="utf-8") as file:
        own: dict[str, str] = json.load(file)
    words = {name: given[name] for name in given if _OF_SCHEDULER.match(name)}
    path = [package, *filter(None, [own.get("PYTHONPATH")])]
    return {**words, **own, "PYTHONPATH": os.pathsep.join(path)}


def is_current(folder: str, attempt: int) -> bool:
    """Whether no later attempt has taken the place of this one."""
    with open(os.path.join(folder, "job.json"), encoding="utf-8") as file:
        return int(json.load(file)["attempt"]) == attempt


def ticket(
    folder: str, attempt: int, patience: float = TICKET_PATIENCE
) -> bytes | None:
    """Wait for the ticket of this attempt; None where it does not come."""
    until = time.monotonic() + patience
    while is_current(folder, attempt):
        found = _read(os.path.join(folder, "ticket"))
        match = re.fullmatch(rb"([0-9a-f]{64}) ([0-9]+)\n", found)
        if match and int(match.group(2)) == attempt:
            return match.group(1)
        if time.monotonic() > until:
            return None
        time.sleep(0.5)
    return None


def _read(path: str) -> bytes:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return b""
    with open(fd, "rb") as file:
        seen = os.fstat(fd)
        mine = seen.st_uid == os.getuid() and not stat.S_IMODE(seen.st_mode) & 0o077
        return file.read(100) if mine else b""


def main(folder: str, attempt: int) -> None:
    """Become the runner; the job of an attempt that is over leaves."""
    os.umask(0o077)
    # .../jupyterlab_batch/runner/begin.py
    package = os.path.abspath(__file__).rsplit(os.sep, 3)[0]
    own = environment(folder, package, dict(os.environ))
    value = ticket(folder, attempt)
    if value is None:
        sys.exit(f"attempt {attempt}: it is over, or its ticket did not come in time")
    reading, writing = os.pipe()
    os.write(writing, value + b"\n")
    os.close(writing)
    os.dup2(reading, 0)
    os.close(reading)
    argv = [sys.executable, "-m", "jupyterlab_batch.runner", folder]
    os.execve(sys.executable, argv, own)


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]), int(sys.argv[2]))
