"""What a cluster, its operators and its nodes do to a run.

Whatever it is: the end is told as it was, nothing has run twice, no credential is
alive, and the job of a stranger that runs beside it was not touched.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.system.place import Place, end, marked, texts, until
from tests.system.scenes import WAIT

from .conftest import secured_on
from .site import Site
from .test_runs import COUNT, only

BEFORE = (
    "from jupyterlab_batch.job import token\nassert token().reveal()\nprint('before')"
)
HUNGRY = "data = []\nwhile True:\n    data.append(b'x' * (16 << 20))"
STRANGER = "#!/bin/sh\nexec sleep 3000\n"

pytestmark = pytest.mark.timeout(200)


@pytest.fixture(scope="module")
def home(site: Site, open_folder: Path) -> Iterator[Place]:
    """Give a place whose runs hold a credential there."""
    with secured_on(site, open_folder / "faults") as made:
        yield made


@pytest.fixture(scope="module", autouse=True)
def stranger(site: Site) -> str:
    """Give the job of somebody else, with our user: the hardest case."""
    options = ("-J", "stranger", "-w", "n2", "-p", "urgent", "-D", "/")
    return site.ask("sbatch", "--parsable", *options, "-o", "/dev/null", stdin=STRANGER)


@pytest.fixture(autouse=True)
def untouched(site: Site, stranger: str) -> Iterator[None]:
    """The stranger's job runs before and after each test."""
    look = ("squeue", "-h", "-j", stranger, "-o", "%T")
    until(lambda: site.ask(*look) == "RUNNING", "the stranger's job")
    yield
    assert site.ask(*look) == "RUNNING"


class Story:
    """A run that has computed something and waits at a gate."""

    def __init__(self, home: Place, name: str, *more: str, rest: str = "") -> None:
        self.home = home
        self.gate, self.counter = home.folder / f"{name}.gate", home.folder / name
        cells = [COUNT.format(str(self.counter)), BEFORE]
        cells.append(rest or WAIT.format(str(self.gate)))
        self.run = home.submit(home.notebook(*cells, name=f"{name}.ipynb"), *more)

    def begun(self) -> str:
        """Wait until it has computed something; give the number of its job."""
        until(lambda: "before" in self.home.events(self.run), "the first cells", 60)
        return str(self.home.run(self.run)["native_id"])

    def ends(self, state: str, reason: str | None, seconds: float = 60) -> Any:
        """Wait for its end, which has to be this, and look at what is left."""
        done = self.home.ended(self.run, seconds)
        told = json.dumps(done, indent=1)
        assert (done["state"], done["reason"]) == (state, reason), told
        assert self.counter.read_text() == "once\n"
        assert "before" in texts(done["output"])
        assert done["lease"]["end"] in ("dead_at_resource", "dead_at_issuer"), told
        until(lambda: not marked(self.run), "no process of the run")
        assert not (Path(done["run_folder"]) / "ticket").exists()
        return done


@pytest.fixture(scope="module", autouse=True)
def overdue(home: Place, stranger: str) -> Story:
    """A run whose runner hangs, from the first test on: its minute passes meanwhile."""
    story = Story(home, "overdue", "--partition", "short")
    story.begun()
    runner = home.runner(story.run)
    assert stranger and runner is not None
    os.kill(runner, signal.SIGSTOP)
    return story


def test_scancel_from_outside(home: Place, site: Site) -> None:
    story = Story(home, "scancelled")
    site.ask("scancel", story.begun())
    done = story.ends("cancelled", "user")
    assert "cancelled at the cluster, not from here" in done["message"]


def test_scancel_before_it_has_begun(home: Place, site: Site) -> None:
    site.ask("scontrol", "update", "PartitionName=main", "State=DOWN")
    try:
        run = home.submit(home.notebook("1", name="early.ipynb"))
        until(lambda: home.run(run)["native_id"], "its job")
        site.ask("scancel", home.run(run)["native_id"])
        done = home.ended(run)
        assert (done["state"], done["reason"], done["attempt"]) == (
            "cancelled", "user", 1,
        )  # fmt: skip
        assert done["lease"]["minted_at"] is None
    finally:
        site.ask("scontrol", "update", "PartitionName=main", "State=UP")


def test_held_by_an_administrator(home: Place, site: Site) -> None:
    site.ask("scontrol", "update", "PartitionName=main", "State=DOWN")
    story = Story(home, "held")
    until(lambda: home.run(story.run)["native_id"], "its job")
    job = home.run(story.run)["native_id"]
    site.ask("scontrol", "hold", job)
    site.ask("scontrol", "update", "PartitionName=main", "State=UP")
    until(
        lambda: "held by an administrator" in home.batch("list").stdout, "why it waits"
    )
    site.ask("scontrol", "release", job)
    story.begun()
    story.gate.touch()
    story.ends("succeeded", None)


def test_suspended(home: Place, site: Site) -> None:
    story = Story(home, "suspended")
    job = story.begun()
    site.ask("scontrol", "suspend", job)
    until(lambda: "suspended by the cluster" in home.batch("list").stdout, "its word")
    assert home.run(story.run)["state"] == "running"
    site.ask("scontrol", "resume", job)
    until(lambda: "suspended by" not in home.batch("list").stdout, "that it goes on")
    story.gate.touch()
    story.ends("succeeded", None)


def test_out_of_memory(home: Place, site: Site) -> None:
    story = Story(home, "hungry", "--memory", "300M", rest=HUNGRY)
    if os.getuid() == 0:
        done = story.ends("failed", "out_of_memory")
        assert "memory" in done["message"]
    else:
        # Slurm itself looks at the sums, and calls it a failure
        story.ends("failed", "runner_died")


def test_the_end_that_the_controller_has_forgotten(home: Place, site: Site) -> None:
    story = Story(home, "forgotten")
    story.begun()
    broker, runner = home.broker, home.runner(story.run)
    assert broker is not None and runner is not None
    end(broker)
    end(runner)
    until(lambda: not only(site, story.run), "a controller that knows nothing of it")
    home.batch("list")
    done = story.ends("failed", "runner_died")
    assert done["signal"] == "SIGKILL"


def test_a_controller_that_is_away(home: Place, site: Site) -> None:
    runs, waits = Story(home, "runs"), Story(home, "waits", "--nodes", "1")
    runs.begun(), waits.begun()
    # in order: what happens to jobs that it forgets is in `test_runs`
    site.stop("slurmctld")
    # what runs goes on, and its credential dies without the controller's word
    runs.gate.touch()
    runs.ends("succeeded", None)
    late = Story(home, "late")
    assert home.state(late.run, "queued")
    assert home.run(waits.run)["state"] == "running"
    site.start("slurmctld")
    late.begun()
    for story in (waits, late):
        story.gate.touch()
        story.ends("succeeded", None)
    names = [job[1] for job in only(site, late.run)]
    assert len(set(names)) == len(names) <= 1


def test_out_of_the_time_that_the_cluster_gives(overdue: Story) -> None:
    done = overdue.ends("failed", "timeout", 100)
    assert "time" in done["message"]


def test_preempted(home: Place, site: Site) -> None:
    story = Story(home, "preempted", "--memory", "3G")
    node = site.ask("squeue", "-h", "-j", story.begun(), "-o", "%B")
    options = ("-J", "urgent", "-w", node, "-p", "urgent", "-D", "/", "--mem=3G")
    urgent = site.ask(
        "sbatch", "--parsable", *options, "-o", "/dev/null", stdin=STRANGER
    )
    try:
        done = story.ends("failed", "runner_died")
        assert "one of higher priority" in done["message"]
    finally:
        site.ask("scancel", urgent)


def test_a_node_that_is_taken_down(home: Place, site: Site) -> None:
    story = Story(home, "down", "--partition", "first")
    story.begun()
    site.ask("scontrol", "update", "NodeName=n1", "State=DOWN", "Reason=test")
    try:
        done = story.ends("failed", "host_gone")
        assert "node of the job failed" in done["message"]
    finally:
        with contextlib.suppress(OSError):  # it may have come back by itself
            site.ask("scontrol", "update", "NodeName=n1", "State=RESUME")
        until(lambda: site.idle() == 1, "the node")


def test_a_node_whose_daemon_was_killed(home: Place, site: Site) -> None:
    """The old script still runs there, and its runner asks us."""
    story = Story(home, "orphan", "--partition", "first")
    story.begun()
    site.stop("n1", signal.SIGKILL)
    try:
        assert marked(story.run), "its script was to go on"
        story.ends("failed", "host_gone", 90)
    finally:
        site.start("n1")
        until(lambda: site.idle() == 1, "the node")
