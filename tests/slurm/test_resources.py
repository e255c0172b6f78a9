"""What a run asks a real cluster for, and what the cluster then gives it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.system.place import Place

from .cluster import Cluster
from .conftest import TARGET


def job(cluster: Cluster, number: str) -> dict[str, str]:
    """Return what the controller knows of a job."""
    told = cluster.ask("scontrol", "-o", "show", "job", number)
    return dict(part.split("=", 1) for part in told.split() if "=" in part)


def test_the_cluster_gives_what_was_asked_for(place: Place, cluster: Cluster) -> None:
    notebook = place.notebook("print('there')")
    asked = ("--partition", "short", "--nodes=2", "--ntasks", "4", "--cpus=2")
    run = place.submit(notebook, *asked, "--mem", "1 GiB")
    done = place.ended(run)
    assert done["state"] == "succeeded", json.dumps(done)
    given = job(cluster, done["native_id"])
    assert (given["Partition"], given["NumNodes"]) == ("short", "2")
    assert (given["NumTasks"], given["CPUs/Task"]) == ("4", "2")
    assert given["MinMemoryNode"] == "1G"
    # no more than the partition allows, or it would wait for ever
    assert given["TimeLimit"] == "00:01:00"
    told = "partition short, nodes 2, tasks 4, cpus 2, memory 1024M"
    assert f"asked for: {told}" in place.batch("show", run).stdout
    record = json.loads((Path(done["run_folder"]) / "record.json").read_text())
    assert record["resources"] == done["resources"]

    again = place.json("rerun", run, "--nodes", "1", "--ntasks", "", "--wait")
    assert again["state"] == "succeeded"
    kept = {"partition": "short", "nodes": "1", "cpus": "2", "memory": "1024M"}
    assert again["resources"] == kept
    assert job(cluster, again["native_id"])["NumNodes"] == "1"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--partition", "nope"], "It has: main, short, shut."),
        (["--nodes", "3"], "has 2 nodes for a job at most"),
        (["--mem", "9G"], "has 4000 MiB on a node at most"),
        (["--gpus", "1"], "has 0 GPUs at most"),
        (["--partition", "main\n#SBATCH --uid=0"], "write one name"),
        (["--partition", "short", "--time-limit", "5m"], "time_limit_exceeded"),
    ],
)
def test_what_it_does_not_have_is_refused(
    place: Place, cluster: Cluster, options: list[str], said: str
) -> None:
    before = cluster.ask("squeue", "-h", "--states=all", "-o", "%A")
    done = place.batch("run", place.notebook("1"), *options, code=2)
    assert said in " ".join(done.stderr.split())
    assert cluster.ask("squeue", "-h", "--states=all", "-o", "%A") == before
    assert place.json("list")["runs"] == []


def test_the_operator_says_what_may_be_asked_for(
    place: Place, cluster: Cluster
) -> None:
    place.configure(
        TARGET.format(conf=cluster.conf, work=place.work)
        + '[targets.cluster.resources]\npartitions = ["short"]\nmax_cpus = 2\n'
    )
    notebook = place.notebook("1")
    for options in (["--partition", "main"], ["--cpus", "3"]):
        done = place.batch("run", notebook, *options, code=2)
        assert "resource_not_allowed" in done.stderr
    # where nothing is said it is the first that is allowed, and not the cluster's own
    done = place.json("run", notebook, "--wait")
    assert done["state"] == "succeeded"
    assert job(cluster, done["native_id"])["Partition"] == "short"
