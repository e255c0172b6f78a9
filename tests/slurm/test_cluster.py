"""The cluster itself: what the other tests stand on."""

from __future__ import annotations

import getpass
import os
import signal
from pathlib import Path

import pytest

from .cluster import Cluster, NotInstalled, alive, program, until


def test_it_runs_jobs_of_whoever_started_it(
    cluster: Cluster, open_folder: Path
) -> None:
    said = open_folder / "said"
    script = f"#!/bin/sh\necho $SLURM_JOB_NAME $(id -u) $(pwd) > {said}\n"
    job = cluster.ask("sbatch", "--parsable", "-J", "a", "-D", "/", "-o", "/dev/null",
                      stdin=script)  # fmt: skip
    assert job.isdigit()
    until(said.exists, "the job's word")
    until(lambda: said.read_text() == f"a {os.getuid()} /\n", "the whole of it")
    assert f"SlurmUser={getpass.getuser()}\n" in cluster.conf.read_text()
    for part in ("munged", "slurmctld", *cluster.nodes):
        assert os.stat(f"/proc/{cluster.pid(part)}").st_uid == os.getuid()


def test_only_its_own_parts_are_ended(open_folder: Path) -> None:
    with Cluster(open_folder / "other", nodes=1) as other:
        parts = {name: other.pid(name) for name in ("munged", "slurmctld", "n1")}
        assert None not in parts.values()
        # a number that went to somebody else is not ours any more
        ours = other.folder / "run" / "n1.ours"
        told = ours.read_text()
        ours.write_text(f"{os.getpid()} 1")
        assert other.pid("n1") is None
        other.stop("n1", signal.SIGKILL)
        ours.write_text(told)
    assert not any(pid is not None and alive(pid) for pid in parts.values())


def test_a_program_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotInstalled, match=r"slurmquux.*make slurm"):
        program("slurmquux")
