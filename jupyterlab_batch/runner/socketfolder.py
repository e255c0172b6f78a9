"""The folder of sockets and the connection file, and those that killed runners left.

On a node it lies in ``/tmp``, where nobody of ours looks once the job is gone. Its
runner holds a lock in it for life, which the kernel frees whatever ends the runner.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import platform
import re
import shutil
import stat
import time
from collections.abc import Iterator

_LOCK = "alive"
_NAME = re.compile("jlb-([0-9]+)-[0-9a-f]{12}")
_PATIENCE = 10.0


def own_folder(path: str) -> None:
    """Make a folder that nobody else may enter; it may lie in ``/tmp``.

    Raises
    ------
    PermissionError
        Something else is there under this name.
    """
    os.makedirs(path, mode=0o700, exist_ok=True)
    if not _is_ours(path):
        raise PermissionError(f"{path} is not a folder of ours alone: remove it")


@contextlib.contextmanager
def held(path: str) -> Iterator[None]:
    """Make the folder and hold it for life; then take it away.

    Raises
    ------
    PermissionError
        Something else is there, or another runner that lives holds it.
    """
    lock = _hold(path)
    try:
        sweep(os.path.dirname(path))
        yield
    finally:
        # of this host, where nobody else of ours will look
        shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


def sweep(top: str) -> list[str]:
    """Take away the folders of our uid whose runners are dead; return which."""
    swept = []
    with contextlib.suppress(OSError), os.scandir(top) as entries:
        for entry in entries:
            match = _NAME.fullmatch(entry.name)
            ours = match is not None and int(match.group(1)) == os.getuid()
            if ours and _is_ours(entry.path) and _take_away(entry.path):
                swept.append(entry.path)
    return swept


def _hold(path: str) -> int:
    """Return the descriptor of the lock; begin anew where it was swept meanwhile."""
    until = time.monotonic() + _PATIENCE
    while True:
        own_folder(path)
        try:
            lock = _lock(path, os.O_CREAT)
        except FileNotFoundError:
            # swept between the two; but not for ever
            lock = None
        if lock is not None:
            os.ftruncate(lock, 0)
            os.pwrite(lock, platform.node().encode(), 0)
            return lock
        if time.monotonic() > until:
            raise PermissionError(f"{path} is held by another runner")
        time.sleep(0.05)


def _take_away(path: str) -> bool:
    """Take a folder away, unless its runner may live."""
    try:
        lock = _lock(path, 0)
    except OSError:
        # of a version that held no lock, or of one who is just beginning: unsure
        return False
    if lock is None:
        return False
    try:
        # where nodes share it, a lock may not reach from one to the other
        if os.pread(lock, 300, 0) != platform.node().encode():
            return False
        shutil.rmtree(path, ignore_errors=True)
        return not os.path.lexists(path)
    finally:
        os.close(lock)


def _lock(path: str, how: int) -> int | None:
    """Lock a folder's lock; None while somebody else does, or when it is gone."""
    name = os.path.join(path, _LOCK)
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | how
    lock = os.open(name, flags, 0o600)
    with contextlib.suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(lock), os.stat(name, follow_symlinks=False)):
            return lock
    os.close(lock)
    return None


def _is_ours(path: str) -> bool:
    try:
        seen = os.lstat(path)
    except OSError:
        return False
    private = stat.S_ISDIR(seen.st_mode) and not stat.S_IMODE(seen.st_mode) & 0o077
    return private and seen.st_uid == os.getuid()
