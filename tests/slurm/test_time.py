"""A run whose time runs out on a real cluster, and what then is one command."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.system.place import Place, texts

from .cluster import Cluster, until

CELLS = (
    "print('kept')",
    "import time\nprint('begun', flush=True)\ntime.sleep(900)",
    "print('never')",
)


def is_timed_out(place: Place, cluster: Cluster, done: Any) -> None:
    """It says where it was, and what there was is kept; nothing of it goes on."""
    assert (done["state"], done["reason"]) == ("failed", "timeout"), done
    assert done["message"] == "The run ran out of time in cell 2 of 3"
    said = texts(done["output"])
    assert "kept" in said and "begun" in said and "never" not in said
    job = ("squeue", "-h", "--states=all", "-j", done["native_id"], "-o", "%T")
    until(lambda: cluster.ask(*job) not in ("RUNNING", "COMPLETING"), "its end")
    # in order, and in the time that Slurm leaves for it
    assert cluster.ask(*job) == "FAILED"
    assert "cell 2 of 3" in place.batch("show", done["id"]).stdout


@pytest.mark.timeout(180)
def test_more_of_it_is_one_command(place: Place, cluster: Cluster) -> None:
    """A minute is all that the partition gives; it is the run that keeps it."""
    notebook = place.notebook(*CELLS)
    told = place.batch("run", notebook, "--partition", "short", "--wait", code=1)
    run = place.json("list")["runs"][0]["id"]
    assert re.search(r"jupyter batch rerun \S+ --more-time", told.stdout)
    done = place.ended(run)
    assert done["time_limit"] == 30
    is_timed_out(place, cluster, done)

    made = run
    again = place.batch("rerun", run, "--more-time", code=2)
    said = " ".join(again.stderr.split())
    assert "may take 30 s at most, and this one had 30 s" in said
    assert "another partition" in said
    for of, asked, limit in (
        (run, ("--more-time", "--partition", "main"), 60),
        (run, ("--time-limit", "20s"), 20),
        ("", ("--more-time",), 30),
    ):
        made = place.json("rerun", of or made, *asked)["id"]
        assert place.run(made)["time_limit"] == limit
        place.batch("cancel", made)
        assert place.ended(made)["state"] == "cancelled"


def test_the_word_that_slurm_sends_means_that(place: Place, cluster: Cluster) -> None:
    """`--signal=B:USR1@…` comes up to a minute early: the run had time left."""
    run = place.submit(place.notebook(*CELLS), "--partition", "short")
    until(lambda: "begun" in place.events(run), "the second cell", 60)
    job = str(place.run(run)["native_id"])
    cluster.ask("scancel", "--signal=USR1", "--batch", job)
    done = place.ended(run)
    is_timed_out(place, cluster, done)
