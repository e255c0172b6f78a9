"""What the cluster says of a run before there is one."""

from __future__ import annotations

from tests.system.place import Place

from .cluster import Cluster, until


def jobs(cluster: Cluster) -> set[str]:
    return set(cluster.ask("squeue", "-h", "--states=all", "-o", "%A").split())


def test_the_start_is_told_before_anything_is_queued(
    place: Place, cluster: Cluster
) -> None:
    notebook = place.notebook("print('soon')")
    told = place.batch("run", notebook, "--wait").stdout
    assert "cluster would start it at once" in told

    # both nodes are taken for half an hour
    full = cluster.ask(
        *("sbatch", "--parsable", "--nodes=2", "--exclusive", "--time=30", "-D", "/"),
        *("-o", "/dev/null"),
        stdin="#!/bin/sh\nexec sleep 900\n",
    )
    try:
        until(lambda: cluster.idle() == 0, "a full cluster")
        run = place.batch("run", notebook, "--cpus", "2")
        assert "cluster would start it at about" in run.stdout
        [queued] = place.json("list", "--state", "active")["runs"]
        place.batch("cancel", queued["id"])
        assert place.ended(queued["id"])["state"] == "cancelled"
    finally:
        cluster.ask("scancel", full)
        until(lambda: cluster.idle() == 2, "the nodes")


def test_what_only_the_cluster_can_tell_is_refused_too(
    place: Place, cluster: Cluster
) -> None:
    notebook = place.notebook("1")
    before = jobs(cluster)
    done = place.batch("run", notebook, "--reservation", "course", code=2)
    assert "Requested reservation is invalid" in done.stderr
    assert "(target_refused)" in done.stderr
    assert jobs(cluster) == before
    assert place.json("list")["runs"] == []
    # and what was well once is looked at again by a re-run
    run = place.json("run", notebook, "--wait")["id"]
    again = place.batch("rerun", run, "--reservation", "course", code=2)
    assert "(target_refused)" in again.stderr
    assert [one["id"] for one in place.json("list")["runs"]] == [run]
