"""The cluster itself: what the other tests stand on."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from .cluster import Cluster, NotInstalled, alive, program, until

ROOT = Path(__file__).parents[2]


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


def test_an_ordinary_user_can_start_one(open_folder: Path) -> None:
    """As root the suite does it as somebody else; else it has done so already."""
    folder = open_folder / "user"
    folder.mkdir()
    user = "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    entry = pwd.getpwnam(user)
    shutil.copy(ROOT / "tests" / "slurm" / "cluster.py", open_folder / "cluster.py")
    if os.getuid() == 0:
        os.chown(folder, entry.pw_uid, entry.pw_gid)

    def does(word: str) -> str:
        return subprocess.run(
            ["/usr/bin/python3", open_folder / "cluster.py", word, folder, "1"],
            env={"PATH": "/usr/bin:/bin:/usr/sbin", "LOGNAME": user},
            user=entry.pw_uid,
            group=entry.pw_gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout

    try:
        conf = Path(does("up").strip())
        assert f"SlurmUser={user}" in conf.read_text()
        controller = int((folder / "run" / "slurmctld.ours").read_text().split()[0])
        assert os.stat(f"/proc/{controller}").st_uid == entry.pw_uid
    finally:
        does("down")
    assert not alive(controller)
