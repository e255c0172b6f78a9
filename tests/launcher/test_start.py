"""Starting, finding and losing a broker; a real process each time."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_batch import launcher
from jupyterlab_batch.launcher import lock
from jupyterlab_batch.launcher.errors import TITLES
from jupyterlab_batch.launcher.program import (
    FORGETFUL,
    Program,
    clean_environment,
    node_program,
)
from jupyterlab_batch.launcher.start import Starter, places_of

from .conftest import until

Installed = Callable[[], Program]


def pid_of(connection: launcher.Connection) -> int:
    pid: int = connection.request("GET", "/v1/health")["pid"]
    return pid


def test_starts_once_and_finds_it_again(data: Path, installed: Installed) -> None:
    first = launcher.connect(data, config_path=["/a", "/b"], installed=installed)
    again = launcher.connect(data, installed=installed)

    assert pid_of(first) == pid_of(again)
    health = first.request("GET", "/v1/health")
    assert health["data"] == str(data)
    assert health["config_files"] == ["/a", "/b"]
    assert data.stat().st_mode & 0o777 == 0o700
    assert (data / "broker.log").stat().st_mode & 0o777 == 0o600
    assert first.control.parent.stat().st_mode & 0o777 == 0o700
    holder = lock.read_holder(data / "broker.lock")
    assert holder is not None
    assert holder.pid == pid_of(first)
    assert holder.host == socket.gethostname()
    assert holder.here


def test_the_process_is_cut_off_from_its_starter(
    data: Path, installed: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NODE_OPTIONS", "NODE_DEBUG", "JUPYTERLAB_BATCH_RUN"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("NODE_TLS_REJECT_UNAUTHORIZED", "0")
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", "")

    connection = launcher.connect(data, installed=installed)
    about = connection.request("GET", "/v1/about")

    assert about["session"] == pid_of(connection)
    assert about["cwd"] == "/"
    assert about["umask"] == 0o077
    assert about["core"].split()[4:6] == ["0", "0"]
    assert "--disable-sigusr1" in about["argv"]
    assert {"NODE_EXTRA_CA_CERTS", "GLIBC_TUNABLES"} <= set(about["environ"])
    kept = {"NODE_OPTIONS", "NODE_DEBUG", "NODE_TLS_REJECT_UNAUTHORIZED"}
    kept.add("JUPYTERLAB_BATCH_RUN")
    assert not kept & set(about["environ"])


def test_what_it_frees_is_overwritten() -> None:
    assert clean_environment({})["GLIBC_TUNABLES"] == FORGETFUL
    # the user's own stay; of what both name ours is the last, which counts
    both = clean_environment({"GLIBC_TUNABLES": "glibc.malloc.perturb=0"})
    assert both["GLIBC_TUNABLES"] == f"glibc.malloc.perturb=0:{FORGETFUL}"


HANGING = """
const fs = require('node:fs');
for (const path of process.argv.slice(1)) fs.open(path, () => undefined);
fs.fdatasync(fs.openSync('log', 'w'), () => {
  fs.writeSync(1, 'kept');
  process.kill(process.pid, 'SIGKILL');
});
"""


def test_a_disk_that_hangs_keeps_no_other_waiting(tmp_path: Path) -> None:
    # nobody writes into them: to open one hangs, as on a network disk that is away
    pipes = [tmp_path / str(number) for number in range(20)]
    for pipe in pipes:
        os.mkfifo(pipe)
    done = subprocess.run(
        [node_program(), "-e", HANGING, *pipes],
        cwd=tmp_path,
        env=clean_environment(os.environ),
        capture_output=True,
        timeout=20,
    )
    assert done.stdout == b"kept", done.stderr


def test_the_lock_is_not_passed_on_however_many_files_are_open(
    data: Path, installed: Installed
) -> None:
    # Node closes what it inherits to its children only up to the first gap.
    crowd = [os.open(os.devnull, os.O_RDONLY) for _ in range(40)]
    try:
        launcher.connect(data, installed=installed)
    finally:
        for descriptor in crowd:
            os.close(descriptor)
    holder = lock.read_holder(data / "broker.lock")
    assert holder is not None
    place = Path(f"/proc/{holder.pid}")
    held = [
        each.name
        for each in (place / "fd").iterdir()
        if os.readlink(each) == str(data / "broker.lock")
    ]
    assert held
    for name in held:
        flags = (place / "fdinfo" / name).read_text().split("flags:")[1].split()[0]
        assert int(flags, 8) & os.O_CLOEXEC, name


def test_outlives_the_process_that_started_it(data: Path, installed: Installed) -> None:
    program = installed()
    code = f"""
from pathlib import Path
from jupyterlab_batch import launcher
from jupyterlab_batch.launcher.program import FORGETFUL, Program, clean_environment
p = Program(Path({str(program.node)!r}), Path({str(program.bundle)!r}), "1.0.0")
print(launcher.connect({str(data)!r}, installed=lambda: p).control)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)

    assert lock.is_held(data / "broker.lock")
    assert launcher.status(data)["running"] is True


def test_racing_starters_get_one_broker(data: Path, installed: Installed) -> None:
    pids: list[int] = []
    barrier = threading.Barrier(6)

    def race() -> None:
        barrier.wait()
        pids.append(pid_of(launcher.connect(data, installed=installed)))

    racers = [threading.Thread(target=race) for _ in range(6)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(60)

    assert len(pids) == 6
    assert len(set(pids)) == 1


def test_a_killed_broker_is_replaced_over_its_stale_socket(
    data: Path, installed: Installed
) -> None:
    connection = launcher.connect(data, installed=installed)
    dead = pid_of(connection)
    os.kill(dead, signal.SIGKILL)
    until(lambda: not lock.is_held(data / "broker.lock"))
    assert connection.control.exists()

    assert pid_of(connection) != dead, "a connection brings its broker back"


def test_a_connection_without_start_does_not_bring_it_back(
    data: Path, installed: Installed
) -> None:
    with pytest.raises(launcher.BrokerUnreachable, match="No broker is running"):
        launcher.connect(data, start=False)
    os.kill(pid_of(launcher.connect(data, installed=installed)), signal.SIGKILL)
    until(lambda: not lock.is_held(data / "broker.lock"))

    with pytest.raises(launcher.BrokerUnreachable):
        launcher.connect(data, start=False)
    assert launcher.status(data)["running"] is False


def test_the_starter_collects_its_dead_child(data: Path, installed: Installed) -> None:
    pid = pid_of(launcher.connect(data, installed=installed))
    os.kill(pid, signal.SIGKILL)

    until(lambda: not Path(f"/proc/{pid}").exists())


def test_a_foreign_lock_names_its_machine(data: Path, installed: Installed) -> None:
    data.mkdir()
    held = lock.acquire(data / "broker.lock")
    assert held is not None
    content = {"host": "login1", "boot_id": "x", "pid": 1, "version": "1.0.0"}
    os.pwrite(held, json.dumps(content).encode(), 0)
    try:
        for call in (
            lambda: launcher.connect(data, installed=installed),
            lambda: launcher.connect(data, start=False),
            lambda: launcher.status(data),
            lambda: launcher.stop(data),
        ):
            with pytest.raises(launcher.BrokerElsewhere, match="runs on login1") as got:
                call()
            assert got.value.code == "broker_elsewhere"
            assert "ssh login1" in got.value.fix
    finally:
        os.close(held)
    assert launcher.connect(data, installed=installed), "the lock is free again"


def test_a_lock_without_a_listener_is_not_waited_for_for_ever(
    data: Path, installed: Installed
) -> None:
    data.mkdir()
    held = lock.acquire(data / "broker.lock")
    assert held is not None
    try:
        starter = Starter(data, [], installed=installed, patience=0.1)
        with pytest.raises(launcher.BrokerUnreachable, match="broker stop"):
            starter.start()
    finally:
        os.close(held)


@pytest.mark.parametrize(
    ("mode", "code", "words"),
    [
        ("refuse", "malformed_config", "config.toml:3: unknown key"),
        ("crash", "broker_not_started", "the double falls over"),
    ],
)
def test_a_broker_that_cannot_run_says_why(
    mode: str,
    code: str,
    words: str,
    data: Path,
    installed: Installed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOUBLE", mode)
    with pytest.raises(launcher.BrokerNotStarted, match=words) as got:
        launcher.connect(data, installed=installed)
    assert got.value.code == code
    assert not lock.is_held(data / "broker.lock")


def test_a_broker_that_says_nothing_is_ended(
    data: Path, installed: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOUBLE", "silent")
    starter = Starter(data, [], installed=installed, ready_within=0.2)
    with pytest.raises(launcher.BrokerNotStarted, match=r"not ready within 0\.2 s"):
        starter.start()
    assert not lock.is_held(data / "broker.lock")


def test_missing_parts_are_named(data: Path, tmp_path: Path) -> None:
    from jupyterlab_batch.launcher import program

    def gone() -> Program:
        raise launcher.NotInstalled("The broker's program is missing.", "Install it.")

    with pytest.raises(launcher.NotInstalled):
        launcher.connect(data, installed=gone)
    assert not lock.is_held(data / "broker.lock")

    ghost = Program(tmp_path / "node", tmp_path / "broker.cjs", "1")
    with pytest.raises(launcher.BrokerNotStarted, match="cannot be run"):
        launcher.connect(data, installed=lambda: ghost)
    assert not lock.is_held(data / "broker.lock")
    assert program.node_program().name == "node"


def test_a_newer_program_replaces_an_idle_broker(
    data: Path, installed: Installed
) -> None:
    old = pid_of(launcher.connect(data, installed=installed))
    newer = Program(installed().node, installed().bundle, "1.1.0")

    connection = launcher.connect(data, installed=lambda: newer)

    assert pid_of(connection) != old
    assert connection.notice == ""


@pytest.mark.parametrize(("mine", "refused"), [("1.0.1", False), ("1.1.0", True)])
def test_a_newer_program_leaves_a_busy_broker(
    mine: str,
    refused: bool,
    data: Path,
    installed: Installed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOUBLE", "busy")
    old = pid_of(launcher.connect(data, installed=installed))
    newer = Program(installed().node, installed().bundle, mine)
    if refused:
        with pytest.raises(launcher.BrokerOutdated, match=r"version 1\.0\.0 and busy"):
            launcher.connect(data, installed=lambda: newer)
    else:
        connection = launcher.connect(data, installed=lambda: newer)
        assert "busy" in connection.notice
        assert pid_of(connection) == old


def test_an_older_program_does_not_touch_a_newer_broker(
    data: Path, installed: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOUBLE_VERSION", "2.0.0")
    two = Program(installed().node, installed().bundle, "2.0.0")
    launcher.connect(data, installed=lambda: two)
    with pytest.raises(launcher.BrokerOutdated, match="has the newer one"):
        launcher.connect(data, installed=installed)
    assert launcher.status(data)["version"] == "2.0.0"
    assert launcher.ensure(data, [], installed=installed).data == data


def test_client_and_job_meet_though_their_runtime_folders_differ(
    data: Path, installed: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    pid = pid_of(launcher.connect(data, installed=installed))
    monkeypatch.delenv("XDG_RUNTIME_DIR")

    assert launcher.status(data)["pid"] == pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: not lock.is_held(data / "broker.lock"))
    assert launcher.ensure(data, [], installed=installed).sockets.parent == runtime


def test_stop(data: Path, installed: Installed) -> None:
    assert launcher.stop(data) is False
    launcher.connect(data, installed=installed)
    assert launcher.stop(data) is True
    assert not lock.is_held(data / "broker.lock")


def test_stop_ends_a_broker_whose_socket_is_gone(
    data: Path, installed: Installed
) -> None:
    launcher.connect(data, installed=installed).control.unlink()
    assert launcher.stop(data) is True
    assert not lock.is_held(data / "broker.lock")


def test_windows_is_refused_in_words(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(launcher.UnsupportedPlatform, match="WSL") as got:
        launcher.connect(data)
    assert got.value.problem()["status"] == 501


def test_every_code_is_in_the_catalogue() -> None:
    catalogue = Path("protocol/src/errors.ts").read_text()
    tree: list[Any] = [launcher.LauncherError]
    while tree:
        kind = tree.pop()
        tree += kind.__subclasses__()
        status = f"{kind.code}: [{kind.status}, '{TITLES[kind.code]}']"
        assert status in catalogue


def test_places_need_no_broker(data: Path) -> None:
    assert places_of(data).control.name == "control.sock"
    assert not data.exists()
