"""Kill anything with -9 at any point, and then nobody presses anything.

The table has one row for each point and says, for each process, how the run ends
when that process is killed there; or that there is no such process then, which the
test of every other process of the row checks.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from platform_process import Platform

from .auditing import invariants_hold
from .place import Place, end, marked, texts, until
from .scenes import POINTS, Scene, delivered, inventory_is_clean

NOT_YET = "not there yet"
GONE = "gone by then"
FINE = "succeeded"
RUNNER = "failed: runner_died"
KERNEL = "failed: kernel_died"
START = "failed: kernel_not_started"

# what is killed:   broker  runner   kernel   Jupyter server
TABLE = {
    "accepted":    (FINE,   NOT_YET, NOT_YET, FINE),
    "copying":     (FINE,   NOT_YET, NOT_YET, FINE),
    "queued":      (FINE,   NOT_YET, NOT_YET, FINE),
    "waiting":     (FINE,   RUNNER,  START,   FINE),
    "permitted":   (FINE,   RUNNER,  START,   FINE),
    "mid_cell":    (FINE,   RUNNER,  KERNEL,  FINE),
    "finishing":   (FINE,   FINE,    GONE,    FINE),
    "revoking":    (FINE,   FINE,    GONE,    FINE),
}  # fmt: skip
PROCESSES = ("broker", "runner", "kernel", "server")
THERE = [
    (point, process)
    for point, row in TABLE.items()
    for process, expected in zip(PROCESSES, row, strict=True)
    if expected not in (NOT_YET, GONE)
]
# Where no runner lives, the Jupyter server brings the broker back.
BESIDE_A_SERVER = [("copying", "broker beside a server")]
PAIRS = [*THERE, *BESIDE_A_SERVER]
# Where neither lives, somebody has to come by.
NOBODY = {("accepted", "broker"), ("copying", "broker")}
AT_ONCE = 4


def play(root: Path, point: str, process: str) -> None:
    """One pair from an empty folder to the end of everything in it."""
    folder = root / f"{point[:3]}{PAIRS.index((point, process))}"
    served = "server" in process
    slots = 1 if point == "queued" else 2
    try:
        with (
            Platform(folder / "platform") as platform,
            Place(folder / "p", platform, slots) as place,
        ):
            scene = Scene(place, platform, served)
            try:
                kill_at(scene, point, process)
            finally:
                scene.release()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def kill_at(scene: Scene, point: str, process: str) -> None:
    place, victim = scene.place, process.split()[0]
    POINTS[point](scene)
    row = dict(zip(PROCESSES, TABLE[point], strict=True))
    for name, expected in row.items():
        if expected in (NOT_YET, GONE) and point != "accepted":
            assert scene.pid(name) is None, f"{name} is there"
    pid = scene.pid(victim)
    assert pid is not None, f"no {victim} at {point}"
    if scene.server is not None and victim == "server":
        scene.server.kill()
    else:
        end(pid)
    if (point, process) in NOBODY:
        place.batch("list")
    if victim == "broker":
        until(lambda: place.broker not in (None, pid), "another broker")
    scene.release()
    run = place.ended(scene.run)

    told = run["state"] if run["reason"] is None else f"{run['state']}: {run['reason']}"
    assert told == row[victim], run
    if run["started_at"] is not None:
        said = texts(delivered(run))
        if point in ("mid_cell", "finishing", "revoking") or told == FINE:
            assert "before" in said, "the partial output"
        assert ("after" in said) == (told == FINE)
    until(lambda: not marked(scene.run), "no process of the run")
    books = inventory_is_clean(place, scene.platform)
    assert len([entry for entry in books["log"] if entry["what"] == "token_minted"]) < 3
    found = place.json("list")["runs"]
    assert len(found) == (2 if point == "queued" else 1), "submitted once"
    assert invariants_hold(place) == len(found)


@pytest.fixture(scope="module")
def played(
    short_root: Path, request: pytest.FixtureRequest
) -> Iterator[dict[tuple[str, str], Future[None]]]:
    """Play the pairs that are asked for, some at once: they mostly wait."""
    wanted = [
        item.callspec.params["pair"]
        for item in request.session.items
        if item.path == request.path and hasattr(item, "callspec")
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {pair: pool.submit(play, short_root, *pair) for pair in wanted}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_kill(
    pair: tuple[str, str], played: dict[tuple[str, str], Future[None]]
) -> None:
    played[pair].result()
