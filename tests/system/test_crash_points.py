"""The real broker dies at every point that its interpreter enumerates.

Kinds and phases are read from the broker's own sources, so a new kind is missing
here until it has a scenario. Whoever is there brings the broker back; the user's
next command does where nobody is.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from platform_process import Platform

from .auditing import invariants_hold
from .place import Place, end, marked, texts, until
from .scenes import TOKEN, WAIT, delivered, inventory_is_clean

SOURCE = Path(__file__).parents[2] / "broker" / "src" / "lifecycle" / "types.ts"
AT_ONCE = 5


def listed(name: str) -> list[str]:
    """Give the words of a constant list of the broker's."""
    found = re.search(rf"{name} = \[(.*?)\] as const", SOURCE.read_text(), re.DOTALL)
    assert found is not None
    words = re.findall(r"'(\w+)'", found[1])
    assert len(words) > 3
    return words


KINDS, PHASES = listed("INTENT_KINDS"), listed("CRASH_PHASES")
POINTS = [f"{kind}:{phase}" for kind in KINDS for phase in PHASES]


class Story:
    """One place whose first broker dies at a point."""

    def __init__(self, place: Place, platform: Platform, point: str) -> None:
        self.place, self.platform, self.point = place, platform, point
        self.gate = place.folder / "gate"
        self.run = ""
        self.leases: set[str] = set()

    def submit(self, *cells: str) -> None:
        """Submit; a broker that is lost over it is brought back and asked again."""
        notebook = self.place.notebook(*cells)
        self.place.batch("list", JUPYTERLAB_BATCH_FAIL_POINT=self.point)
        self.run = self.place.submit(notebook)

    def tell(self, *command: str) -> None:
        """Cancel or delete; again if the broker died before it was written down."""
        done = self.place.batch(*command, self.run, code=None)
        assert done.returncode in (0, 5), done.stderr
        self.until_dead()
        if done.returncode == 5 and self.point.endswith("before_commit"):
            self.place.batch(*command, self.run)

    def until_dead(self) -> None:
        """Wait until the broker died at the point."""
        log = self.place.data / "broker.log"
        until(
            lambda: (
                log.read_text().count("the broker listens") > 1
                or self.place.broker is None
            ),
            f"the end of the broker at {self.point}",
        )


def succeeds(story: Story) -> str:
    """Go the whole way."""
    story.submit(f"{TOKEN}\nprint('before')", "print('after')")
    story.until_dead()
    return "succeeded"


# asks until another token has come, also while its broker is away
TURNS = """\
import time
from jupyterlab_batch.job import token
first = token().reveal()
late = time.monotonic() + 120
while time.monotonic() < late:
    time.sleep(0.2)
    try:
        if token().reveal() != first:
            break
    except Exception:
        continue
else:
    raise RuntimeError("no other token")
print("before")
"""


def refreshes(story: Story) -> str:
    """Outlive a token, so that it is refreshed."""
    story.submit(TURNS)
    story.until_dead()
    return "succeeded"


def in_a_cell(story: Story) -> None:
    """Go to the second cell, and stay there."""
    story.submit("print('before')", WAIT.format(str(story.gate)))
    until(lambda: "before" in story.place.events(story.run), "the first cell")


def is_cancelled(story: Story) -> str:
    """Cancel in a cell."""
    in_a_cell(story)
    story.tell("cancel")
    return "cancelled"


def is_deleted(story: Story) -> str:
    """Delete after the end."""
    story.submit("print('before')")
    run = story.place.ended(story.run)
    story.leases.add(run["lease"]["id"])
    folder = Path(run["run_folder"])
    assert folder.is_dir()
    story.tell("delete", "--yes")
    story.place.batch("list")
    until(lambda: not folder.exists(), "the end of the run folder")
    until(lambda: story.place.json("list")["runs"] == [], "an empty list")
    return "deleted"


def is_swept(story: Story) -> str:
    """Lose the runner in a cell."""
    in_a_cell(story)
    runner = story.place.runner(story.run)
    assert runner is not None
    end(runner)
    story.until_dead()
    return "failed"


def is_out_of_patience(story: Story) -> str:
    """Cancel a runner that does not react, until a timer ends it."""
    in_a_cell(story)
    runner = story.place.runner(story.run)
    assert runner is not None
    os.kill(runner, signal.SIGSTOP)
    story.tell("cancel")
    story.place.batch("list")
    return "cancelled"


SCENARIOS: dict[str, Callable[[Story], str]] = {
    "cancel": is_cancelled,
    "delete_folder": is_deleted,
    "refresh": refreshes,
    "sweep": is_swept,
    # in a run where all is well no timer is ever due
    "timer:after_effect": is_out_of_patience,
    "timer:after_outcome": is_out_of_patience,
}


def play(root: Path, platforms: dict[str, Platform], point: str) -> None:
    """One crash from an empty folder to the end of everything in it."""
    folder = root / f"c{POINTS.index(point)}"
    kind = point.split(":")[0]
    # a JWT works at a resource that validates by itself: its issuer is asked
    platform = platforms[
        {"introspect": "jwt", "refresh": "refresh"}.get(kind, "opaque")
    ]
    try:
        with Place(folder, platform) as place:
            story = Story(place, platform, point)
            try:
                expected = (SCENARIOS.get(point) or SCENARIOS.get(kind, succeeds))(
                    story
                )
                if expected != "deleted":
                    holds(story, expected)
                inventory_is_clean(place, platform, story.leases)
                until(lambda: not marked(story.run), "no process of the run")
                assert invariants_hold(place) == 1
            finally:
                story.gate.touch()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def holds(story: Story, expected: str) -> None:
    """The run ended as if nothing had happened."""
    place = story.place
    # A runner that lost its broker before it had a ticket is still seen while it
    # leaves, and does not bring it back.
    until(
        lambda: place.broker is not None or place.runner(story.run) is None,
        "a broker, or nobody who would bring it back",
    )
    if place.broker is None:
        place.batch("list")
    run: Any = place.ended(story.run)
    assert run["state"] == expected, run
    assert "before" in texts(delivered(run))
    assert len(place.ask("/v1/runs")["runs"]) == 1, "submitted once"


@pytest.fixture(scope="module")
def played(
    short_root: Path, request: pytest.FixtureRequest
) -> Iterator[dict[str, Future[None]]]:
    """Play the points that are asked for, some at once: they mostly wait."""
    wanted = [
        item.callspec.params["point"]
        for item in request.session.items
        if item.path == request.path and hasattr(item, "callspec")
    ]
    with (
        Platform(short_root / "opaque") as opaque,
        Platform(short_root / "jwt", "--tokens", "jwt") as jwt,
        Platform(
            short_root / "refresh", "--refresh", "rotating", "--ttl", "4"
        ) as refresh,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        platforms = {"opaque": opaque, "jwt": jwt, "refresh": refresh}
        yield {
            point: pool.submit(play, short_root, platforms, point) for point in wanted
        }


@pytest.mark.timeout(300)
@pytest.mark.parametrize("point", POINTS)
def test_crash(point: str, played: dict[str, Future[None]]) -> None:
    played[point].result()
