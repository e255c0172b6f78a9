"""The first program of a job that a scheduler starts: ``python begin.py FOLDER``.

The scheduler's script names this file and the run folder and nothing else. What may
be read by nobody lies in the folder: the environment, and the ticket, which goes to
the runner through a pipe. Needs the standard library only, and no import of ours.
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


def ticket(folder: str, patience: float = TICKET_PATIENCE) -> bytes | None:
    """Wait for the ticket of this attempt; None where it does not come."""
    with open(os.path.join(folder, "job.json"), encoding="utf-8") as file:
        attempt = int(json.load(file)["attempt"])
    until = time.monotonic() + patience
    while True:
        found = _read(os.path.join(folder, "ticket"))
        match = re.fullmatch(rb"([0-9a-f]{64}) ([0-9]+)\n", found)
        if match and int(match.group(2)) == attempt:
            return match.group(1)
        if time.monotonic() > until:
            return None
        time.sleep(0.5)


def _read(path: str) -> bytes:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return b""
    with open(fd, "rb") as file:
        seen = os.fstat(fd)
        mine = seen.st_uid == os.getuid() and not stat.S_IMODE(seen.st_mode) & 0o077
        return file.read(100) if mine else b""


def main(folder: str) -> None:
    """Become the runner."""
    os.umask(0o077)
    # .../jupyterlab_batch/runner/begin.py
    package = os.path.abspath(__file__).rsplit(os.sep, 3)[0]
    own = environment(folder, package, dict(os.environ))
    value = ticket(folder)
    if value is None:
        sys.exit(f"no ticket came within {TICKET_PATIENCE:g} s")
    reading, writing = os.pipe()
    os.write(writing, value + b"\n")
    os.close(writing)
    os.dup2(reading, 0)
    os.close(reading)
    argv = [sys.executable, "-m", "jupyterlab_batch.runner", folder]
    os.execve(sys.executable, argv, own)


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]))
