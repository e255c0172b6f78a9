"""Leases in a database on a file system that is not this kernel's own: no WAL there.

`bindfs` stands for the network: `statfs` calls it FUSE, which the broker does not
take for a local disk, and its pages go through another process.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from platform_process import Platform

from .auditing import invariants_hold
from .place import Place, end, until
from .scenes import TOKEN, WAIT, inventory_is_clean
from .test_crash_points import Story, holds, succeeds

RUNS = 3
KILLS = 6


@contextmanager
def network_disk(folder: Path) -> Iterator[None]:
    """Put a file system that counts as network at a folder."""
    behind = folder.with_name(f"{folder.name}-behind")
    for each in (folder, behind):
        each.mkdir(mode=0o700, parents=True)
    subprocess.run(["bindfs", behind, folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def far(short_folder: Path, platform: Platform) -> Iterator[Place]:
    """Give a place whose data folder is on a network disk."""
    place = Place(short_folder / "p", platform, RUNS)
    with network_disk(place.data), place:
        yield place


def has_no_wal(place: Place) -> bool:
    """Whether the database is there, and its write-ahead log is not."""
    names = {path.name for path in place.data.iterdir()}
    return "broker.db" in names and not {"broker.db-wal", "broker.db-shm"} & names


def writing(place: Place) -> bool:
    """Whether a transaction is under way, or was cut: its journal is not empty."""
    journal = place.data / "broker.db-journal"
    return journal.is_file() and journal.stat().st_size > 0


def cut(place: Place) -> bool:
    """Kill the broker in the middle of a transaction, if it comes to one soon."""
    broker = place.broker
    assert broker is not None
    stat = Path(f"/proc/{broker}/stat")
    for _ in range(200):
        os.kill(broker, signal.SIGSTOP)
        until(lambda: b") T " in stat.read_bytes(), "a broker that stands still")
        if writing(place):
            end(broker)
            return True
        os.kill(broker, signal.SIGCONT)
        time.sleep(0.003)
    return False


def at_rest(place: Place, runs: list[str]) -> bool:
    """Whether nothing is left to be done."""
    return all(place.run(run).get("closed_at") for run in runs)


@pytest.mark.parametrize(
    "point",
    [
        "register:after_effect",
        "mint:after_effect",
        "revoke:after_commit",
        "erase:after_outcome",
    ],
)
def test_a_crash_there(far: Place, platform: Platform, point: str) -> None:
    story = Story(far, platform, point)
    expected = succeeds(story)
    holds(story, expected)
    assert has_no_wal(far)
    inventory_is_clean(far, platform)
    assert far.json("audit", "verify")["ok"] is True
    assert invariants_hold(far) == 1


def test_kill_after_kill_while_it_writes(far: Place, platform: Platform) -> None:
    gate = WAIT.format(str(far.folder / "gate"))
    runs = [
        far.submit(far.notebook(TOKEN, "print('used')", gate, name=f"{n}.ipynb"))
        for n in range(RUNS)
    ]
    until(lambda: all("used" in far.events(run) for run in runs), "the first cells")
    assert has_no_wal(far)
    (far.folder / "gate").touch()
    cuts = 0
    while cuts < KILLS and not at_rest(far, runs):
        far.batch("list")
        cuts += cut(far)
    far.batch("list")
    for run in runs:
        assert far.ended(run)["state"] == "succeeded"
    assert cuts > 0, "no transaction was cut"
    inventory_is_clean(far, platform)
    assert far.json("audit", "verify")["ok"] is True
    assert invariants_hold(far) == RUNS


def test_a_run_from_beside_the_database_takes_nothing_of_it(far: Place) -> None:
    far.batch("list")
    (far.data / "table.csv").write_text("1,2\n")
    (far.data / "jupyterlab-batch.toml").touch()
    notebook = far.notebook("print(open('table.csv').read())")
    notebook = Path(shutil.move(notebook, far.data))
    run = far.ended(far.submit(notebook, "--yes"))
    assert run["state"] == "succeeded", run
    copied = {path.name for path in Path(run["run_folder"], "files").iterdir()}
    assert "table.csv" in copied
    assert not [name for name in copied if "broker" in name or "key" in name], copied
