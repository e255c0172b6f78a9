"""Runs on a real cluster, from the terminal: the same path as on this machine."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.canary import files, lives, search
from tests.system.place import Place, end, texts
from tests.system.scenes import WAIT

from .cluster import Cluster, until
from .conftest import secured_on

COUNT = "open({!r}, 'a').write('once\\n')\n"


def only(cluster: Cluster, run: str) -> list[list[str]]:
    """The jobs of a run: id, name, state, comment."""
    told = cluster.ask("squeue", "-h", "--states=all", "-o", "%A %j %T %k")
    return [line.split() for line in told.splitlines() if run in line]


def test_a_notebook_runs_on_the_cluster(place: Place, cluster: Cluster) -> None:
    notebook = place.notebook(
        "import os\nfrom jupyterlab_batch.job import params\n"
        "p = params('WAVE', AMP=3.0)\nprint(p.AMP, 'job', os.environ['SLURM_JOB_ID'])"
    )
    done = place.json(
        "run", notebook, "-p", "AMP=4", "--wait", WAVE_AMP="5", SBATCH_PARTITION="shut"
    )
    assert (done["state"], done["target"]) == ("succeeded", "cluster")
    assert f"4.0 job {done['native_id']}" in texts(done["output"])
    # Slurm says so a moment after the runner has left
    until(lambda: only(cluster, done["id"])[0][2] == "COMPLETED", "the job's end")
    ((number, name, _, comment),) = only(cluster, done["id"])
    assert number == done["native_id"]
    assert name == comment == f"{done['id']}.1"


def test_why_it_waits_is_said_until_it_runs(place: Place, cluster: Cluster) -> None:
    cluster.ask("scontrol", "update", "PartitionName=main", "State=DOWN")
    try:
        run = place.submit(place.notebook("print('at last')"))
        until(
            lambda: "its partition is down" in place.batch("list").stdout,
            "the reason in the list",
        )
        assert "its partition is down" in place.batch("show", run).stdout
    finally:
        cluster.ask("scontrol", "update", "PartitionName=main", "State=UP")
    assert place.ended(run)["state"] == "succeeded"
    assert "partition" not in place.batch("show", run).stdout


def test_cancel_keeps_what_there_was(place: Place, cluster: Cluster) -> None:
    run = place.submit(
        place.notebook("print('before')", "import time\ntime.sleep(900)")
    )
    until(lambda: "before" in place.events(run), "the first cell's output", 60)
    place.batch("cancel", run)
    done = place.ended(run)
    assert (done["state"], done["reason"]) == ("cancelled", "user")
    assert "before" in texts(done["output"])
    until(lambda: only(cluster, run)[0][2] not in ("RUNNING", "COMPLETING"), "its end")


@pytest.mark.timeout(240)
def test_a_number_that_went_to_a_stranger_is_not_ours(open_folder: Path) -> None:
    counter = open_folder / "counter"
    with (
        Cluster(open_folder / "forgetful") as cluster,
        Place(open_folder / "f") as place,
    ):
        place.configure(
            'default_target = "cluster"\n[targets.cluster]\nscheduler = "slurm"\n'
            f'slurm_conf = "{cluster.conf}"\nwork = "{place.work}"\n'
        )
        cluster.ask("scontrol", "update", "PartitionName=main", "State=DOWN")
        state, before = cluster.folder / "state", cluster.folder / "before"
        # the controller may be writing: its files under way are not the state yet
        shutil.copytree(state, before, ignore=shutil.ignore_patterns("*.new"))
        run = place.submit(place.notebook(COUNT.format(str(counter))))
        until(lambda: bool(place.run(run)["native_id"]), "the job", 30)
        number = place.run(run)["native_id"]
        # killed before it saved what it had accepted, as happens within seconds
        cluster.stop("slurmctld", signal.SIGKILL)
        shutil.rmtree(state)
        shutil.copytree(before, state)
        cluster.start("slurmctld")
        until(lambda: cluster.idle() == 2, "the nodes")
        assert not only(cluster, run), "the controller was to forget the job"

        def submitted() -> str:
            return cluster.ask(
                "sbatch", "--parsable", "-J", "stranger", "-D", "/", "-o", "/dev/null",
                stdin="#!/bin/sh\nexec sleep 600\n",
            )  # fmt: skip

        stranger = submitted()
        while int(stranger) < int(number):
            # rehearsals had used up the numbers before
            cluster.ask("scancel", stranger)
            stranger = submitted()
        assert stranger == number
        done = place.ended(run, 120)
        assert done["state"] == "succeeded", json.dumps(done)
        assert done["native_id"] != number
        assert counter.read_text() == "once\n"
        seen = cluster.ask("squeue", "-h", "-j", stranger, "-o", "%T %j")
        assert seen == "RUNNING stranger"
        until(
            lambda: [j[1:3] for j in only(cluster, run)] == [[f"{run}.2", "COMPLETED"]],
            "the end of the second attempt, the only one that the cluster knows",
        )
        cluster.ask("scancel", stranger)
        assert os.path.exists(done["output"])


@pytest.fixture
def secured(cluster: Cluster, open_folder: Path) -> Iterator[Place]:
    """Give a place whose runs hold a credential on the cluster."""
    with secured_on(cluster, open_folder / "s") as made:
        yield made


def test_a_run_holds_its_credential_on_the_cluster(
    secured: Place, cluster: Cluster
) -> None:
    gate = secured.folder / "gate"
    assert secured.platform is not None
    url = secured.platform.url + "/api/me"
    notebook = secured.notebook(
        "from jupyterlab_batch.job import token\nimport urllib.request\n"
        f"ask = urllib.request.Request('{url}', "
        "headers={'Authorization': 'Bearer ' + token().reveal()})\n"
        "print('answer', urllib.request.urlopen(ask).status)",
        WAIT.format(str(gate)),
    )
    run = secured.submit(notebook)
    until(lambda: "answer 200" in secured.events(run), "the resource's answer", 60)
    secrets = [*secured.platform.secrets()]
    assert len(secrets) == 4
    folder = Path(secured.run(run)["run_folder"])
    job = secured.run(run)["native_id"]
    shown = cluster.ask("scontrol", "-o", "show", "job", job)
    shown += cluster.ask("scontrol", "write", "batch_script", job, "-")
    around = [*files(cluster.folder), *files(folder), ("shown", shown.encode())]
    assert not search(secrets, [*around, *lives(secured, run)])
    # the broker may have been killed: job and broker find each other again
    broker = secured.broker
    assert broker is not None
    end(broker)
    gate.touch()
    secured.json("list")
    done = secured.ended(run)
    assert done["state"] == "succeeded"
    assert done["lease"]["end"] == "dead_at_resource"


def test_what_a_killed_runner_leaves_on_its_node_goes_with_the_next_one(
    place: Place,
) -> None:
    gate = place.folder / "gate"
    run = place.submit(place.notebook("print('there')", WAIT.format(str(gate))))
    until(lambda: "there" in place.events(run), "the first cell", 60)
    folder = Path(place.run(run)["run_folder"])
    left = Path(json.loads((folder / "job.json").read_text())["runtime_dir"])
    runner = place.runner(run)
    assert left.is_relative_to("/tmp") and runner is not None
    # it is looked at now: whoever else has this uid here may be the next one
    assert (left / "alive").exists()
    end(runner)
    assert place.ended(run)["reason"] == "runner_died"
    done = place.json("run", place.notebook("1", name="next.ipynb"), "--wait")
    assert done["state"] == "succeeded"
    assert not left.exists()
