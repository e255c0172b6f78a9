"""What a cluster keeps of a run: no secret in any encoding, and no ticket.

The cluster is the worst that a site can have: its accounting writes script, environment
and comment of every job into a database. All that is asked of Slurm goes through
recorders, which keep argv, environment and input, and then start the real program.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.orders import order, wanted
from tests.system.canary import LEAKS, files, search, unhashed
from tests.system.place import Place, processes
from tests.system.scenes import WAIT
from tests.system.served import Served

from .cluster import program, until
from .conftest import secured_on
from .site import Site

VALUE, SURROUNDING = "v4lue-0f-a-parameter-0f-mine", "s3cr3t-0f-my-0wn-envir0nment"
UNASKED = "s3cr3t-that-n0-n0tebook-asked-f0r"
RECORDER = """\
#!/bin/sh
at=$(mktemp -d {into}/{name}.XXXXXX)
cat /proc/$$/cmdline > "$at/argv"
cat /proc/$$/environ > "$at/environ"
cat > "$at/stdin"
exec {real} "$@" < "$at/stdin"
"""
Found = Iterator[tuple[str, bytes]]


@pytest.fixture
def secured(site: Site) -> Iterator[Place]:
    """Give a place with a platform, whose programs of Slurm are recorded."""
    folder = site.folder.parent / "canary"
    with secured_on(site, folder) as made:
        programs, into = folder / "bin", folder / "recorded"
        programs.mkdir()
        into.mkdir()
        for name in ("sbatch", "squeue", "scancel", "scontrol", "sinfo", "sacct"):
            path = programs / name
            text = RECORDER.format(name=name, into=into, real=program(name))
            path.write_text(text)
            path.chmod(0o755)
        made.env["PATH"] = f"{programs}:{made.env['PATH']}"
        yield made


def kept(site: Site, *jobs: str) -> Found:
    """Everything that Slurm has, and that it is told."""
    yield from files(site.folder)
    yield "accounting", site.books()
    yield from files(site.folder.parent / "canary" / "recorded")
    for job in jobs:
        for argv in (["write", "batch_script", job, "-"], ["-d", "show", "job", job]):
            yield f"scontrol {argv}", site.ask("scontrol", *argv).encode()


def everywhere(site: Site, place: Place, *jobs: str) -> Found:
    """All of that, all of ours, and argv and environment of every process."""
    yield from kept(site, *jobs)
    yield from files(place.folder)
    for pid, command, env in processes():
        yield f"argv of {pid}: {command[:60]!r}", command
        yield f"environment of {pid}: {command[:60]!r}", env


def asked(site: Site, word: str) -> bool:
    """Whether a program of Slurm was started with this word."""
    recorded = (site.folder.parent / "canary" / "recorded").glob("*/argv")
    return any(word.encode() in path.read_bytes().split(b"\0") for path in recorded)


@pytest.mark.timeout(240)
def test_a_cluster_learns_no_secret_and_no_ticket(site: Site, secured: Place) -> None:
    assert secured.platform is not None
    gate = secured.folder / "gate"
    notebook = secured.notebook(
        "WORD = 'plain'\n" + LEAKS,
        "import os\nprint('held', len(WORD), len(os.environ['WAVE_SECRET']))\n"
        + WAIT.format(str(gate)),
        jupyterlab_batch={"environment": ["WAVE_SECRET"]},
    )
    values = [VALUE, SURROUNDING, UNASKED]
    site.ask("scontrol", "update", "PartitionName=main", "State=DOWN")
    server = Served(secured, WAVE_SECRET=SURROUNDING, MY_SECRET=UNASKED)
    try:
        # before there is a run: it is looked at, and rehearsed
        request = wanted(notebook.name, target="local", overrides={"WORD": VALUE})
        prepared = server.prepare(request)
        until(lambda: asked(site, "--test-only"), "the rehearsal")
        registration = secured.platform.secrets()
        assert not search([*values, *registration], kept(site))
        assert not search(registration, everywhere(site, secured))

        # it waits: its ticket lies in one file, and nowhere else
        run = server.call("POST", "submit", order(request, prepared))["id"]
        until(lambda: secured.run(run).get("native_id"), "the job")
        job = str(secured.run(run)["native_id"])
        folder = Path(secured.run(run)["run_folder"])
        lies = folder / "ticket"
        ticket = lies.read_text().split()[0]
        assert len(ticket) == 64
        assert stat.S_IMODE(lies.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        around = list(everywhere(site, secured, job))
        assert {name.partition(":")[0] for name in search([ticket], around)} == {
            str(lies)
        }
        assert not search(secured.platform.secrets(), around)
        assert not search(values, kept(site, job))
    finally:
        site.ask("scontrol", "update", "PartitionName=main", "State=UP")

    # it runs, and has a credential
    held = f"held {len(VALUE)} {len(SURROUNDING)}"
    until(lambda: held in secured.events(run), "the notebook", 60)
    secrets = secured.platform.secrets()
    assert len(secrets) == 4
    assert not lies.exists()
    around = list(everywhere(site, secured, job))
    assert any(f"job{job.zfill(5)}/slurm_script" in name for name, _ in around)
    assert not search([ticket, *secrets], around)
    assert not unhashed(around)
    assert not search([UNASKED], files(folder))
    script = site.ask("scontrol", "write", "batch_script", job, "-")
    assert len(script.splitlines()) == 2 and "begin.py" in script
    assert not search(values, kept(site, job))

    gate.touch()
    done = secured.ended(run)
    assert done["state"] == "succeeded", done
    assert done["lease"]["end"] == "dead_at_resource"
    wrote = site.folder / "log" / "jobcomp.txt"
    until(lambda: f"JobId={job} ".encode() in wrote.read_bytes(), "the completion log")
    state = ("sacct", "-n", "-X", "-j", job, "-o", "State")
    until(lambda: site.ask(*state) == "COMPLETED", "the end of the job in the books")
    books = site.books()
    assert f"{run}.1".encode() in books and b"begin.py" in books, "it is kept"
    # the controller has forgotten it by now, or will in a moment
    assert not search([ticket, *secrets], everywhere(site, secured))
    assert not search(values, kept(site))


def test_the_search_finds_what_slurm_keeps(site: Site) -> None:
    begun, gate = site.folder / "begun", site.folder / "gate"
    word = {name: os.urandom(20).hex() for name in ("script", "env", "comment", "argv")}
    job = site.ask(
        *("sbatch", "--parsable", "-D", "/", "-o", "/dev/null", "-w", "n1"),
        *(f"--export=PLANTED={word['env']}", f"--comment={word['comment']}"),
        f"--job-name={word['argv']}",
        stdin=f"#!/bin/bash\n: {word['script']}\ntouch {begun}\n"
        f"while [ ! -e {gate} ]; do sleep 0.1; done\n",
    )
    until(begun.exists, "the job")
    until(lambda: word["script"].encode() in site.books(), "the books")
    around = [*kept(site, job), *((f"env {p}", env) for p, _, env in processes())]
    found = {
        name: {each.partition(": ")[0] for each in search([secret], around)}
        for name, secret in word.items()
    }
    gate.touch()
    hashed = f"{site.folder}/state/hash.{int(job) % 10}/job.{job}"
    assert {"accounting", f"{hashed}/script"} <= found["script"]
    spooled = f"{site.folder}/spool/n1/job{job.zfill(5)}/slurm_script"
    assert spooled in found["script"]
    assert any("batch_script" in name for name in found["script"])
    assert {"accounting", f"{hashed}/environment"} <= found["env"]
    assert any(name.startswith("env ") for name in found["env"])
    assert any("'show', 'job'" in name for name in found["comment"])
    until(lambda: word["comment"].encode() in site.books(), "the comment in the books")
    log = site.folder / "log" / "jobcomp.txt"
    until(lambda: word["argv"].encode() in log.read_bytes(), "its name in the log")
