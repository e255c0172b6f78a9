"""Who claims a job's permit, and from where, as the cluster's own munged tells it."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_batch.runner import munge
from jupyterlab_batch.runner.broker import Refused, ask
from tests.system.place import Place, texts

from .cluster import Cluster, program, until
from .conftest import TARGET

ELSEWHERE = "198.51.100.7"
"""An address for documentation (RFC 5737): no node's."""
OURS = """\
#!/bin/sh
# $S: the socket of the cluster's munged; $M: where others listen; $D: a place for files
S=--socket={cluster}/munge/socket M={others} D={own}
"""
WRONG = {
    "payload": ("echo something else | /usr/bin/munge $S", "made for another claim"),
    "replay": (
        "c=$(/usr/bin/munge $S); echo $c | unmunge $S > $D/used; echo $c",
        "it was used before",
    ),
    "old": (
        "c=$(/usr/bin/munge $S --ttl=1); sleep 2; echo $c",
        "it has expired",
    ),
    "elsewhere": (
        "exec /usr/bin/munge --socket=$M/elsewhere/socket",
        f"({ELSEWHERE}), and the job runs on n",
    ),
    "stranger": (
        "exec /usr/bin/munge --socket=$M/stranger/socket",
        "not made with this cluster's key",
    ),
    "down": (
        "exec /usr/bin/munge --socket=/nobody/listens",
        "only with a MUNGE credential, and it brought none",
    ),
}
"""What the program ``munge`` of a job does, and what is said of that."""
if os.getuid() == 0:
    WRONG["uid"] = (
        "exec /usr/bin/munge $S --uid=nobody",
        "made by the uid 65534, and the run belongs to 0",
    )

pytestmark = pytest.mark.timeout(150)


@pytest.fixture(scope="module")
def strict(cluster: Cluster, open_folder: Path) -> Iterator[Place]:
    """Give a place of a site that admits nobody without a credential."""
    with Place(open_folder / "strict") as made:
        text = TARGET.format(conf=cluster.conf, work=made.work)
        made.configure(text + 'munge = "required"\n')
        yield made


@pytest.fixture(scope="module")
def others(cluster: Cluster, open_folder: Path) -> Iterator[Path]:
    """Run munged as another host of the cluster does, and as another cluster does."""
    keys = {
        "elsewhere": (cluster.folder / "munge" / "key").read_bytes(),
        "stranger": secrets.token_bytes(1024),
    }
    running = []
    for name, key in keys.items():
        folder = open_folder / name
        folder.mkdir(mode=0o755)
        (folder / "key").write_bytes(key)
        (folder / "key").chmod(0o400)
        files = (
            f"--{kind}-file={folder}/{kind}" for kind in ("key", "pid", "log", "seed")
        )
        argv = (f"--origin={ELSEWHERE}", f"--socket={folder}/socket", *files)
        with (folder / "out").open("wb") as out:
            running.append(
                subprocess.Popen(
                    [program("munged"), "--foreground", *argv], stderr=out, cwd="/"
                )
            )
        until((folder / "socket").exists, f"munged {name}")
    yield open_folder
    for process in running:
        process.terminate()
        process.wait()


def way(place: Place, name: str, does: str, cluster: Cluster, others: Path) -> str:
    """Return a PATH on which ``munge`` is this script."""
    folder = place.folder / "bin" / name
    folder.mkdir(parents=True)
    path = folder / "munge"
    head = OURS.format(cluster=cluster.folder, others=others, own=folder)
    path.write_text(f"{head}{does}\n")
    path.chmod(0o755)
    return f"{folder}{os.pathsep}{place.env['PATH']}"


@pytest.fixture(scope="module")
def ends(strict: Place, cluster: Cluster, others: Path) -> dict[str, Any]:
    """Submit a run for each way at once, and tell how they ended."""
    runs = {}
    for name, (does, _) in WRONG.items():
        ran = strict.folder / f"{name}.ran"
        notebook = strict.notebook(f"open('{ran}', 'w')", name=f"{name}.ipynb")
        path = way(strict, name, does, cluster, others)
        runs[name] = strict.submit(notebook, PATH=path)
    return {name: strict.ended(run, 120) for name, run in runs.items()}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_credential_starts_nothing(
    name: str, strict: Place, ends: dict[str, Any]
) -> None:
    done = ends[name]
    assert (done["state"], done["reason"]) == ("failed", "unproven_claim"), done
    assert WRONG[name][1] in done["message"]
    assert not (strict.folder / f"{name}.ran").exists()
    folder = Path(done["run_folder"])
    assert not (folder / "ticket").exists()
    log = (folder / "runner.log").read_text()
    assert WRONG[name][1] in log
    if name == "down":
        assert "no MUNGE credential: munge failed: " in log
        assert "/nobody/listens" in log


def test_a_right_one_is_asked_for_and_starts_it(strict: Place) -> None:
    seen = "import os\nprint([n for n in os.environ if 'MUNGE' in n])"
    done = strict.json("run", strict.notebook(seen), "--wait")
    assert done["state"] == "succeeded"
    assert "[]" in texts(done["output"])


def test_a_thief_of_the_ticket_gets_nothing(strict: Place, cluster: Cluster) -> None:
    """Who has read it, and is no process of the user on the job's node."""
    cluster.ask("scontrol", "update", "PartitionName=main", "State=DOWN")
    try:
        run = strict.submit(strict.notebook("print('mine')", name="robbed.ipynb"))
        until(lambda: strict.run(run)["native_id"], "its job")
        folder = Path(strict.run(run)["run_folder"])
        ticket = (folder / "ticket").read_text().split()[0]
        (door,) = (strict.work / ".jupyterlab-batch").glob("broker-*.json")
        mine, other = secrets.token_hex(32), secrets.token_hex(32)
        claim = {"run": run, "attempt": 1, "ticket": ticket, "session": mine}
        socket = str(cluster.folder / "munge" / "socket")
        taken = munge.credential(munge.digest(run, 1, ticket, other), socket)
        for more in ({}, {"proof": taken}):
            with pytest.raises(Refused) as refused:
                ask(f"far:{door}", "/v1/permit", {**claim, **more}, None)
            assert refused.value.code == "unproven_claim"
        # one that it makes itself is inert until the job runs, and then of no use
    finally:
        cluster.ask("scontrol", "update", "PartitionName=main", "State=UP")
    done = strict.ended(run)
    assert done["state"] == "succeeded"
    history = strict.ask(f"/v1/runs/{run}")["history"]
    assert "brought none" in str(history) and "another claim" in str(history)


def test_munged_that_comes_back_is_waited_for(
    strict: Place, cluster: Cluster, others: Path
) -> None:
    does = "[ -e $D/back ] || { touch $D/asked; exit 6; }\nexec /usr/bin/munge $S"
    path = way(strict, "back", does, cluster, others)
    run = strict.submit(strict.notebook("1", name="back.ipynb"), PATH=path)
    folder = strict.folder / "bin" / "back"
    until((folder / "asked").exists, "a claim without a credential")
    (folder / "back").touch()
    assert strict.ended(run)["state"] == "succeeded"


def test_a_site_that_needs_none_uses_what_there_is(
    place: Place, cluster: Cluster, others: Path
) -> None:
    """Without a word in the configuration: none is no fault, a wrong one is."""
    without = way(place, "down", WRONG["down"][0], cluster, others)
    wrong = way(place, "elsewhere", WRONG["elsewhere"][0], cluster, others)
    notebook = place.notebook("print('done')")
    runs = [place.submit(notebook, PATH=path) for path in (without, wrong)]
    first, second = (place.ended(run) for run in runs)
    assert first["state"] == "succeeded"
    assert (second["state"], second["reason"]) == ("failed", "unproven_claim")
