"""Runs on a real cluster, from the terminal: the same path as on this machine."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.place import Place, texts
from tests.system.scenes import WAIT

from .cluster import Cluster, until

COUNT = "open({!r}, 'a').write('once\\n')\n"


@pytest.fixture
def place(
    cluster: Cluster, open_folder: Path, request: pytest.FixtureRequest
) -> Iterator[Place]:
    """Give a place whose default target is the cluster."""
    with Place(open_folder / f"p{abs(hash(request.node.name)) % 9999}") as made:
        made.configure(
            'default_target = "cluster"\n[targets.cluster]\nscheduler = "slurm"\n'
            f'slurm_conf = "{cluster.conf}"\nwork = "{made.work}"\ntime_limit = "1h"\n'
        )
        yield made


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
    ((number, name, state, comment),) = only(cluster, done["id"])
    assert (number, state) == (done["native_id"], "COMPLETED")
    assert name == comment == f"{done['id']}.1"


def test_what_slurm_keeps_says_nothing(place: Place, cluster: Cluster) -> None:
    gate = place.folder / "gate"
    notebook = place.notebook("WORD = 'plain'\n" + WAIT.format(str(gate)))
    run = place.submit(
        notebook, "-p", "WORD=v4lue-0f-mine", WAVE_SECRET="s3cr3t-0f-mine"
    )
    job = place.state(run, "running")["native_id"]
    folder = Path(place.run(run)["run_folder"])
    script = cluster.ask("scontrol", "write", "batch_script", job, "-")
    shown = cluster.ask("scontrol", "-o", "show", "job", job)
    kept = [path.read_bytes() for path in cluster.folder.rglob("*") if path.is_file()]
    for text in (b"v4lue-0f-mine", b"s3cr3t-0f-mine"):
        assert not any(text in found for found in kept)
        assert text.decode() not in script + shown
    assert len(script.splitlines()) == 2 and "begin.py" in script
    # traded: nobody needs it any more
    assert not (folder / "ticket").exists()
    gate.touch()
    assert place.ended(run)["state"] == "succeeded"


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
def test_a_number_that_went_to_a_stranger_is_not_ours(
    open_folder: Path, request: pytest.FixtureRequest
) -> None:
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
        run = place.submit(place.notebook(COUNT.format(str(counter))))
        until(lambda: bool(place.run(run)["native_id"]), "the job", 30)
        number = place.run(run)["native_id"]
        time.sleep(2)  # the age at which an accepted job is lost: the fault itself
        cluster.stop("slurmctld", signal.SIGKILL)
        cluster.start("slurmctld")
        until(lambda: cluster.idle() == 2, "the nodes")
        assert not only(cluster, run), "the controller was to forget the job"
        stranger = cluster.ask(
            "sbatch", "--parsable", "-J", "stranger", "-D", "/", "-o", "/dev/null",
            stdin="#!/bin/sh\nexec sleep 600\n",
        )  # fmt: skip
        assert stranger == number
        done = place.ended(run, 120)
        assert done["state"] == "succeeded", json.dumps(done)
        assert done["native_id"] != number
        assert counter.read_text() == "once\n"
        state = cluster.ask("squeue", "-h", "-j", stranger, "-o", "%T %j")
        assert state == "RUNNING stranger"
        ((_, name, ended, _),) = only(cluster, run)
        assert (name, ended) == (f"{run}.2", "COMPLETED")
        cluster.ask("scancel", stranger)
        assert os.path.exists(done["output"])
