"""The lock that says which process is the broker of a data folder."""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from .errors import LauncherError

if sys.platform != "win32":
    import fcntl

_BUSY = (errno.EACCES, errno.EAGAIN)


@dataclass(frozen=True)
class Holder:
    """What is written in the lock file.

    ``sockets`` outlives its broker: the next one listens at the same place, so a
    job that was started under another ``XDG_RUNTIME_DIR`` still finds it.
    """

    host: str
    boot_id: str
    pid: int
    version: str
    sockets: str

    @property
    def here(self) -> bool:
        """Whether it was written on this machine since it was last started."""
        return (self.host, self.boot_id) == (socket.gethostname(), boot_id())


def boot_id() -> str:
    """Name this start of this machine; empty where the system has no such name."""
    if not sys.platform.startswith("linux"):
        return ""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def read_holder(path: Path) -> Holder | None:
    """Read who wrote the lock file last; None while nobody has, or half."""
    try:
        found = json.loads(path.read_text("utf-8"))
        return Holder(
            host=str(found["host"]),
            boot_id=str(found["boot_id"]),
            pid=int(found["pid"]),
            version=str(found["version"]),
            sockets=str(found.get("sockets", "")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def acquire(path: Path) -> int | None:
    """Take the lock and return its descriptor; None when another process has it."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        descriptor = os.open(path, flags, 0o600)
    except OSError as error:
        raise LauncherError(
            f"The lock file {path} cannot be opened: {error.strerror}.",
            "Make it readable and writable for you, or remove it.",
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if error.errno in _BUSY:
            return None
        raise LauncherError(
            f"The file system of {path.parent} has no locks ({error.strerror}).",
            "Set JUPYTERLAB_BATCH_DATA to a folder on another file system.",
        ) from error
    return descriptor


def write_holder(descriptor: int, pid: int, version: str, sockets: Path) -> None:
    """Write who holds the lock (at an absolute place: the offset is shared)."""
    holder = Holder(socket.gethostname(), boot_id(), pid, version, str(sockets))
    content = json.dumps(asdict(holder)).encode("utf-8") + b"\n"
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, content, 0)


def is_held(path: Path) -> bool:
    """Tell whether a process holds the lock.

    A shared lock is tried for, so that two who ask do not see each other; a starter
    that meets it loses one round and tries again.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in _BUSY
    finally:
        os.close(descriptor)
    return False
