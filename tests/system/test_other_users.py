"""Another user of the machine tries for real: database, keys, sockets, run folders.

Each attempt is made twice, by a process of another uid and by the owner: what the
owner could not do either would prove nothing.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from platform_process import Platform

from jupyterlab_batch.launcher import lock

from .place import Place, processes, until
from .scenes import TOKEN, WAIT

NOBODY = 65534
OPEN = 0o755
Attempts = dict[str, Callable[[], Any]]


def as_user(uid: int, attempts: Attempts) -> dict[str, str]:
    """Make attempts in a process of another user; give what came of each."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            words = json.dumps(
                {name: outcome(try_it) for name, try_it in attempts.items()}
            )
            os.write(writing, words.encode())
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    found: dict[str, str] = json.loads(told)
    return found


def outcome(attempt: Callable[[], Any]) -> str:
    """Whether it went well; else the word of the system."""
    try:
        return "done" if attempt() is not False else "no answer"
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, "?")


def read(path: Path) -> Callable[[], Any]:
    return lambda: os.read(os.open(path, os.O_RDONLY), 1)


def write(path: Path) -> Callable[[], Any]:
    return lambda: os.close(os.open(path, os.O_WRONLY | os.O_APPEND))


def create(folder: Path) -> Callable[[], Any]:
    def attempt() -> None:
        path = folder / f"of-{os.getuid()}"
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        path.unlink()

    return attempt


def connect(path: Path) -> Callable[[], Any]:
    def attempt() -> None:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(20)
            client.connect(str(path))

    return attempt


def ask_agent(path: Path) -> Callable[[], bool]:
    def attempt() -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(20)
            client.connect(str(path))
            try:
                client.sendall(b'{"min_valid": 0}\n')
                return b"access_token" in client.recv(65536)
            except ConnectionError:
                return False

    return attempt


class Living:
    """A place in the middle of a run, and where its secrets are."""

    def __init__(self, place: Place, platform: Platform) -> None:
        self.place = place
        gate = WAIT.format(str(place.folder / "gate"))
        self.run = place.submit(place.notebook(TOKEN, "print('used')", gate))
        until(lambda: "used" in place.events(self.run), "the first cells")
        holder = lock.read_holder(place.data / "broker.lock")
        assert holder is not None
        self.sockets = Path(holder.sockets)
        (self.folder,) = place.work.glob(f"*/*/{self.run}")
        kernel, runner = place.kernel(self.run), place.runner(self.run)
        assert place.broker is not None and runner is not None
        self.broker, self.runner = place.broker, runner
        [environ] = [env for pid, _, env in processes() if pid == kernel]
        words = dict(
            word.split(b"=", 1) for word in environ.split(b"\0") if b"=" in word
        )
        self.agent = Path(os.fsdecode(words[b"JUPYTERLAB_BATCH_SOCKET"]))
        self.registration = Path(platform.state["initial_access_token_file"])

    @property
    def files(self) -> list[Path]:
        """Every file that may say something."""
        return [
            path
            for folder in (self.place.data, self.folder)
            for path in folder.rglob("*")
            if path.is_file() and not path.is_symlink() and path.stat().st_size > 0
        ] + [self.registration]

    def attempts(self) -> Attempts:
        """What another user might try."""
        sockets = [*self.sockets.glob("*.sock"), self.agent]
        assert len(sockets) >= 3
        names = {path.name for path in self.files}
        assert {"broker.db", "key", "audit.key", "broker.log", "job.json"} <= names
        folders = {path.parent for path in (*self.files, *sockets)}
        pids = {"broker": self.broker, "runner": self.runner}
        return {
            **{f"read {path}": read(path) for path in self.files},
            **{f"write {path}": write(path) for path in self.files},
            **{f"connect {path}": connect(path) for path in sockets},
            **{f"create in {folder}": create(folder) for folder in folders},
            **{
                f"read {part} of the {name}": read(Path(f"/proc/{pid}/{part}"))
                for name, pid in pids.items()
                for part in ("environ", "maps")
            },
            **{
                f"signal the {name}": partial(os.kill, pid, 0)
                for name, pid in pids.items()
            },
        }

    def open_folders(self) -> None:
        """Do to every folder what its owner should not."""
        for top in (self.place.data, self.sockets, self.place.work, self.agent.parent):
            for each in (top, *top.rglob("*")):
                if each.is_dir() and not each.is_symlink():
                    each.chmod(OPEN)
        self.registration.parent.chmod(OPEN)
        for each in (self.agent, *self.sockets.glob("*.sock")):
            for parent in each.parents:
                if parent.is_relative_to(self.place.folder):
                    parent.chmod(OPEN)


@pytest.fixture
def living(secured: Place, platform: Platform, short_folder: Path) -> Living:
    """Give a run in its second cell, in folders that others may pass through."""
    for folder in (short_folder, secured.folder, secured.home):
        folder.chmod(OPEN)
    return Living(secured, platform)


def test_another_user_gets_nowhere(living: Living) -> None:
    readable = living.place.folder / "readable"
    readable.write_text("by all")
    readable.chmod(0o644)
    attempts = {**living.attempts(), "the control": read(readable)}
    theirs = as_user(NOBODY, attempts)
    assert theirs.pop("the control") == "done"
    assert set(theirs.values()) <= {"EACCES", "EPERM"}, theirs
    ours = as_user(0, attempts)
    assert set(ours.values()) == {"done"}, ours


def test_nor_where_the_folders_were_opened(living: Living) -> None:
    living.open_folders()
    attempts = living.attempts()
    passing: Attempts = {
        f"enter {path.parent}": partial(os.stat, path) for path in living.files
    }
    theirs = as_user(NOBODY, {**attempts, **passing})
    assert {theirs.pop(name) for name in passing} == {"done"}, "the folders are open"
    assert set(theirs.values()) <= {"EACCES", "EPERM"}, {
        name: what for name, what in theirs.items() if what not in ("EACCES", "EPERM")
    }
    # not even where the agent's socket were open, too: it looks at who asks
    living.agent.chmod(0o777)
    ask: Attempts = {"ask": ask_agent(living.agent)}
    assert as_user(NOBODY, ask) == {"ask": "no answer"}
    assert as_user(0, ask) == {"ask": "done"}
    (living.place.folder / "gate").touch()
    assert living.place.ended(living.run)["state"] == "succeeded"


def test_nobody_ends_what_is_not_theirs(living: Living) -> None:
    kill: Attempts = {
        name: partial(os.kill, pid, signal.SIGKILL)
        for name, pid in (("broker", living.broker), ("runner", living.runner))
    }
    assert as_user(NOBODY, kill) == {"broker": "EPERM", "runner": "EPERM"}
    assert living.place.broker == living.broker
    assert as_user(0, kill) == {"broker": "done", "runner": "done"}
