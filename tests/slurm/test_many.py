"""Two hundred jobs at once, and a broker that is killed again and again."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.system.place import Place, end, until

from .cluster import Cluster
from .test_runs import COUNT

MANY, RUNNING, RESTARTS = 200, 6, 10
WATCHED = 20.0
"""Seconds in which the scheduler's own statistics are compared."""
MOST = 8
"""Looks in that time: the first after 2 s, each later than the last by a half."""

SUBMIT = """
import json, sys
from jupyter_client.kernelspec import KernelSpecManager
from jupyterlab_batch.launcher import connect
from jupyterlab_batch.submission import (
    Choices, Notebook, Order, Submitter, prepare, submit)

submitter = Submitter(connect(None), KernelSpecManager().get_all_specs())
notebook, choices = Notebook.from_file(sys.argv[1]), Choices(files_mode="none")
plan = prepare(notebook, choices, submitter)["plan"]["id"]
runs = [submit(notebook, choices, Order(plan_id=plan, shown=None), submitter)["id"]
        for _ in range(int(sys.argv[2]))]
print(json.dumps(runs))
"""


CANCEL = """
import sys
from jupyterlab_batch.launcher import connect

broker = connect(None)
for run in sys.argv[1:]:
    broker.request("POST", f"/v1/runs/{run}/cancel")
"""


def python(place: Place, program: str, *arguments: str | Path) -> str:
    """Run a program of ours: a terminal for each run would take its time."""
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=place.project, env=place.env, stdout=subprocess.PIPE, text=True,
        timeout=240, check=True,
    ).stdout  # fmt: skip


def questions(cluster: Cluster) -> int:
    """How often anybody asked the controller for jobs, as it counted itself."""
    told = cluster.ask("sdiag")
    found = re.findall(r"REQUEST_JOB_(?:USER_)?INFO\S*\s+\(.*?\) count:(\d+)", told)
    return sum(map(int, found))


def jobs(cluster: Cluster) -> dict[str, str]:
    """Number of each job of ours that lives, by its name."""
    told = cluster.ask("squeue", "-h", "-o", "%j %A")
    return dict(line.split() for line in told.splitlines())


def known(place: Place) -> dict[str, tuple[str, str]]:
    """What the broker says of every run: its state and the number of its job."""
    page = place.ask("/v1/runs?limit=500")
    assert page is not None
    return {run["id"]: (run["state"], run["native_id"]) for run in page["runs"]}


@pytest.mark.timeout(420)
def test_none_is_lost_and_none_is_twice(place: Place, cluster: Cluster) -> None:
    counter = place.folder / "counter"
    notebook = place.notebook(COUNT.format(str(counter)))
    cluster.ask("scontrol", "update", "PartitionName=main", "State=DOWN")
    try:
        runs = json.loads(python(place, SUBMIT, notebook, str(MANY)))
        until(lambda: len(jobs(cluster)) == MANY, "every job in the queue", 240)
        numbers = jobs(cluster)
        assert sorted(numbers) == sorted(f"{run}.1" for run in runs)
        queued = {run: ("queued", numbers[f"{run}.1"]) for run in runs}
        until(lambda: known(place) == queued, "what was submitted, in the broker")

        before = questions(cluster)
        time.sleep(WATCHED)  # the time itself is what is looked at
        asked = questions(cluster) - before
        assert 0 < asked <= MOST, f"{asked} questions for {MANY} jobs"

        for _ in range(RESTARTS):
            broker = place.broker
            assert broker is not None
            end(broker)
            place.json("list", "--limit", "1")
            assert known(place) == queued
        assert jobs(cluster) == numbers

        python(place, CANCEL, *runs[RUNNING:])
        left = {f"{run}.1" for run in runs[:RUNNING]}
        until(lambda: set(jobs(cluster)) == left, "the end of what was cancelled")
    finally:
        cluster.ask("scontrol", "update", "PartitionName=main", "State=UP")
    done = {
        run: ("succeeded" if run in runs[:RUNNING] else "cancelled") for run in runs
    }
    until(
        lambda: {run: state for run, (state, _) in known(place).items()} == done,
        "the end of all",
    )
    assert Path(counter).read_text() == "once\n" * RUNNING
