"""The folder of a runner, and what becomes of it when its runner is killed."""

from __future__ import annotations

import fcntl
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jupyterlab_batch.runner import socketfolder

HOLD = """
import sys, time
from jupyterlab_batch.runner import socketfolder
with socketfolder.held(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def folder(top: Path, digits: str = "0", uid: int | None = None) -> Path:
    """A path as a target gives it."""
    return top / f"jlb-{os.getuid() if uid is None else uid}-{digits * 12}"


@contextmanager
def runner(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that holds a folder, until it is told to leave."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stdin is not None
    try:
        assert process.stdout.readline() == b"held\n"
        (path / "kernel.json").touch()
        yield process
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def killed(path: Path) -> Path:
    """The folder of a runner that was killed."""
    with runner(path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    assert (path / "kernel.json").exists()
    return path


def test_it_goes_with_its_runner(tmp_path: Path) -> None:
    path = folder(tmp_path)
    with runner(path):
        assert path.stat().st_mode & 0o777 == 0o700
        assert socketfolder.sweep(str(tmp_path)) == []
        assert (path / "kernel.json").exists()
    assert not path.exists()


def test_the_next_runner_sweeps_what_a_killed_one_left(tmp_path: Path) -> None:
    left = [killed(folder(tmp_path, digit)) for digit in "12"]
    with runner(folder(tmp_path, "3")) as first, runner(folder(tmp_path, "4")):
        assert not any(path.exists() for path in left)
        assert first.poll() is None and folder(tmp_path, "3").exists()


def test_one_that_comes_again_takes_over_its_own(tmp_path: Path) -> None:
    path = killed(folder(tmp_path))
    with runner(path):
        assert socketfolder.sweep(str(tmp_path)) == []


def test_a_living_twin_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socketfolder, "_PATIENCE", 0.2)
    path = folder(tmp_path)
    with runner(path):
        held = socketfolder.held(str(path))
        with pytest.raises(PermissionError, match="another runner"), held:
            pass
        assert (path / "kernel.json").exists()


def test_what_is_not_surely_dead_and_ours_is_left(tmp_path: Path) -> None:
    elsewhere = killed(folder(tmp_path, "1"))
    (elsewhere / "alive").write_text("another-node")
    beginning = folder(tmp_path, "2")
    beginning.mkdir(mode=0o700)
    opened = killed(folder(tmp_path, "3"))
    opened.chmod(0o755)
    link = folder(tmp_path, "4")
    link.symlink_to(killed(tmp_path / "elsewhere"))
    trap = folder(tmp_path, "5")
    trap.mkdir(mode=0o700)
    (trap / "alive").symlink_to(link / "alive")
    others = [killed(folder(tmp_path, "6", os.getuid() + 1))]
    # as short as a broker's own folder, and one of somebody else under our name
    others.append(killed(tmp_path / f"jlb-{os.getuid()}-{'7' * 8}"))
    if os.getuid() == 0:
        foreign = killed(folder(tmp_path, "8"))
        os.chown(foreign, 65534, -1)
        others.append(foreign)
    before = sorted(tmp_path.rglob("*"))
    assert socketfolder.sweep(str(tmp_path)) == []
    assert sorted(tmp_path.rglob("*")) == before
    assert all((path / "alive").exists() for path in others)


def test_a_folder_swept_while_it_is_taken_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the making of its lock and the taking of it: the smallest gap."""
    path, real = folder(tmp_path), fcntl.flock
    swept: list[list[str]] = []

    def slow(fd: int, how: int) -> None:
        if not swept:
            swept.append([])
            # whoever swept it saw a lock that nobody held
            (path / "alive").write_text(platform.node())
            swept[0] = socketfolder.sweep(str(tmp_path))
        real(fd, how)

    monkeypatch.setattr(fcntl, "flock", slow)
    with socketfolder.held(str(path)):
        assert swept == [[str(path)]]
        assert (path / "alive").read_text() == platform.node()
