"""The real broker dies at every point that its interpreter enumerates.

Kinds and phases are read from the broker's own sources, so a new kind is missing
here until it has a scenario. Whoever is there brings the broker back; the user's
next command does where nobody is.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from platform_process import Platform

from .place import Place, marked, texts, until
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

    def submit(self, *cells: str, limit: str = "1h") -> None:
        """Submit; where the broker dies meanwhile, the client starts another."""
        notebook = self.place.notebook(*cells)
        fail = {"JUPYTERLAB_BATCH_FAIL_POINT": self.point}
        self.run = self.place.submit(notebook, "--time-limit", limit, **fail)

    def until_dead(self) -> None:
        """Wait until the broker died at the point."""
        log = self.place.data / "broker.log"
        until(
            lambda: log.read_text().count("the broker listens") > 1
            or self.place.broker is None,
            f"the end of the broker at {self.point}",
        )


def succeeds(story: Story) -> str:
    """Go the whole way."""
    story.submit(f"{TOKEN}\nprint('before')", "print('after')")
    story.until_dead()
    return "succeeded"


def is_cancelled(story: Story) -> str:
    """Cancel in a cell."""
    story.submit("print('before')", WAIT.format(str(story.gate)))
    until(lambda: "before" in story.place.events(story.run), "the first cell")
    story.place.batch("cancel", story.run)
    story.until_dead()
    return "cancelled"


def is_deleted(story: Story) -> str:
    """Delete after the end."""
    story.submit("print('before')")
    done = story.place.ended(story.run)
    folder = Path(done["run_folder"])
    story.place.batch("delete", story.run)
    story.until_dead()
    story.place.batch("list")
    until(lambda: not folder.exists(), "the end of the run folder")
    until(lambda: story.place.json("list")["runs"] == [], "an empty list")
    return "deleted"


def is_swept(story: Story) -> str:
    """Lose the runner in a cell."""
    story.submit("print('before')", WAIT.format(str(story.gate)))
    until(lambda: "before" in story.place.events(story.run), "the first cell")
    runner = story.place.runner(story.run)
    assert runner is not None
    import os
    import signal

    os.kill(runner, signal.SIGKILL)
    story.until_dead()
    return "failed"


SCENARIOS: dict[str, Callable[[Story], str]] = {
    "cancel": is_cancelled,
    "delete_folder": is_deleted,
    "sweep": is_swept,
}


def play(root: Path, point: str) -> None:
    """One crash from an empty folder to the end of everything in it."""
    folder = root / f"c{POINTS.index(point)}"
    kind = point.split(":")[0]
    # a JWT works at a resource that validates by itself: its issuer is asked
    tokens = "jwt" if kind == "introspect" else "opaque"
    try:
        with (
            Platform(folder / "platform", "--tokens", tokens) as platform,
            Place(folder / "p", platform) as place,
        ):
            story = Story(place, platform, point)
            try:
                expected = SCENARIOS.get(kind, succeeds)(story)
                if expected != "deleted":
                    holds(story, expected)
                inventory_is_clean(place, platform)
                until(lambda: not marked(story.run), "no process of the run")
            finally:
                story.gate.touch()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def holds(story: Story, expected: str) -> None:
    """The run ended as if nothing had happened."""
    place = story.place
    if place.runner(story.run) is None:
        place.batch("list")
    run: Any = place.ended(story.run)
    assert run["state"] == expected, run
    assert "before" in texts(delivered(run))
    assert len(place.json("list")["runs"]) == 1, "submitted once"
    assert run["attempt"] == 1 or expected != "succeeded" or run["attempt"] == 2


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
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {point: pool.submit(play, short_root, point) for point in wanted}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("point", POINTS)
def test_crash(point: str, played: dict[str, Future[None]]) -> None:
    played[point].result()
