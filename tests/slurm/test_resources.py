"""What a run asks a real cluster for, and what the cluster then gives it."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.system.place import Place
from tests.system.scenes import WAIT

from .cluster import Cluster, until
from .conftest import TARGET
from .site import Site


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


@pytest.fixture(scope="module")
def at_site(site: Site, open_folder: Path) -> Iterator[Place]:
    """Give a place whose cluster has GPUs, features, accounts and QOS."""
    with Place(open_folder / "at-site") as made:
        made.configure(TARGET.format(conf=site.conf, work=made.work))
        yield made


def test_what_there_is_can_be_read(at_site: Place, place: Place) -> None:
    told = at_site.batch("targets").stdout
    rows = [line.split() for line in told.splitlines()]
    # the target gives an hour, and the partition a minute, less what an end takes
    nodes = ["2", "8", "3.9", "GiB", "2"]
    assert ["cluster", "main", "(default)", "1:00:00", *nodes] in rows
    assert ["cluster", "short", "0:30", *nodes] in rows
    assert "shut (starts nothing now)" in told
    assert "cluster: --gpus a100:1\n" in told
    assert "cluster: --constraint fast, ib\n" in told
    [target] = at_site.json("targets")["targets"]
    assert target["resources"][0]["name"] == "partition"
    assert "--gpus" not in place.batch("targets").stdout


def is_deleted(site: Site, reservation: str) -> bool:
    """Delete it; not as long as a job of it is leaving."""
    with suppress(OSError):
        site.ask("scontrol", "delete", f"ReservationName={reservation}")
        return True
    return False


def test_gpus_features_account_qos_and_reservation(at_site: Place, site: Site) -> None:
    site.ask(
        *("scontrol", "create", "reservation", "ReservationName=course"),
        f"Users={getpass.getuser()}",
        *("Nodes=n2", "StartTime=now", "Duration=10", "Flags=IGNORE_JOBS"),
    )
    gate = at_site.folder / "gate"
    notebook = at_site.notebook(
        "import os\nprint('sees', os.environ['CUDA_VISIBLE_DEVICES'])\n"
        + WAIT.format(str(gate))
    )
    try:
        run = at_site.submit(
            notebook, "--gpus", "a100:2", "--constraint", "fast&ib",
            "--account", "physics", "--qos", "long", "--reservation", "course",
        )  # fmt: skip
        until(lambda: "sees 0,1" in at_site.events(run), "the notebook", 60)
        given = job(site, at_site.run(run)["native_id"])
        assert (given["Account"], given["QOS"]) == ("physics", "long")
        assert (given["Reservation"], given["NodeList"]) == ("course", "n2")
        assert given["Features"] == "fast&ib"
        assert "gres/gpu=2" in given["TRES"]
        gate.touch()
        assert at_site.ended(run)["state"] == "succeeded"
    finally:
        gate.touch()
        until(lambda: is_deleted(site, "course"), "the end of the reservation")


def test_the_accounts_offered_are_the_users_own(at_site: Place) -> None:
    broker = at_site.batch("targets")
    assert "cluster: --account chem, physics" in broker.stdout
    fields = at_site.json("targets")["targets"][0]["resources"]
    account, qos = (
        next(each for each in fields if each["name"] == name)
        for name in ("account", "qos")
    )
    assert account["kind"] == qos["kind"] == "choice"
    assert account["default"] in [choice["value"] for choice in account["choices"]]


def test_accounting_that_cannot_be_asked_stands_in_nobodys_way(
    site: Site, open_folder: Path
) -> None:
    with Place(open_folder / "unbooked") as place:
        place.configure(TARGET.format(conf=site.conf, work=place.work))
        fake = place.folder / "sacctmgr"
        fake.write_text("#!/bin/sh\necho Segmentation fault\n")
        fake.chmod(0o755)
        place.env["PATH"] = f"{place.folder}{os.pathsep}{place.env['PATH']}"
        asked = ("--account", "physics", "--qos", "long", "--wait")
        told = place.batch("run", place.notebook("1"), *asked)
        said = " ".join(f"{told.stdout} {told.stderr}".split())
        assert "sacctmgr answered with something else" in said
        assert "any can be named, and Slurm decides" in said
        # the books are behind: whoever reads them next shall find it there
        run = place.json("list")["runs"][0]["id"]
        books = ("sacct", "-n", "-X", "-P", "-o", "JobName,State")
        entry = f"{run}.1|COMPLETED"
        until(lambda: entry in site.ask(*books), "its entry in the books")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--gpus", "5"], "has 4 GPUs at most"),
        (["--gpus", "h100:1"], "no GPUs called h100. It has: a100."),
        (["--constraint", "slow"], "has the feature slow. It has: fast, ib."),
        (
            ["--account", "nope"],
            "You may not charge the account nope at this cluster. "
            "Take chem, or physics",
        ),
        (["--qos", "nope"], "you may not have the quality of service nope"),
        (
            ["--account", "chem", "--qos", "nope"],
            "With chem you may not have the quality of service nope at this cluster. "
            "Take long, or normal.",
        ),
    ],
)
def test_what_a_site_does_not_give_is_refused(
    at_site: Place, site: Site, options: list[str], said: str
) -> None:
    before = site.ask("sacct", "-n", "-X", "-o", "JobName")
    done = at_site.batch("run", at_site.notebook("1"), *options, code=2)
    assert said in " ".join(done.stderr.split())
    assert at_site.json("list", "--state", "active")["runs"] == []
    assert site.ask("sacct", "-n", "-X", "-o", "JobName") == before
