"""What a run leaves behind runs on the cluster by hand, with Jupyter alone.

Somebody else does it: not the user of the run, in an environment that has nbconvert and
ipykernel and nothing of ours, and cannot see the run's own folders.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.system.place import Place

from .cluster import Cluster, program, until

WORDS = "it's \"two\"\nlines, $HOME `id` \\n %j ünï ✓ '''#!"
NAME = "dât a's $HOME.txt"
CELLS = (
    "AMP = 3.0\nWORDS = 'plain'\nMANY = [1, 2]\nNOTHING = None",
    "print(repr((AMP, WORDS, MANY, NOTHING)))",
    f"print(open({NAME!r}).read(), open('deep/er/b').read())",
    "import os\nprint('depth', os.environ['WAVE_DEPTH'])",
    "try:\n    import jupyterlab_batch\nexcept ImportError:\n    print('alone')",
)


@pytest.fixture(scope="module")
def alone(open_folder: Path) -> Path:
    """Give a Python that everybody may use, with nbconvert and ipykernel."""
    folder = open_folder / "al one"
    base = "/usr/bin/python3" if os.getuid() == 0 else sys.executable
    subprocess.run([base, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "install", "-q",
         "--disable-pip-version-check", "nbconvert", "ipykernel"],
        check=True, timeout=200,
    )  # fmt: skip
    return python


class Somebody:
    """An ordinary user who was given a folder."""

    def __init__(self, cluster: Cluster, python: Path, folder: Path) -> None:
        self.cluster, self.folder = cluster, folder
        name = "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        self.user = pwd.getpwnam(name)
        self.env = {
            **cluster.environment,
            "HOME": str(folder / "home"),
            "JOB_PYTHON": str(python),
            "WAVE_DEPTH": "7",
        }

    def takes(self, left: Path) -> Path:
        """Copy it, as one copies a folder to where one works."""
        into = self.folder / left.name
        shutil.copytree(left, into, symlinks=True)
        (self.folder / "home").mkdir(exist_ok=True)
        if os.getuid() == 0:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, self.user.pw_uid, self.user.pw_gid,
                         follow_symlinks=False)  # fmt: skip
        return into

    def does(self, at: Path, *argv: str) -> str:
        """Run a program there."""
        return subprocess.run(
            argv, cwd=at, env=self.env, stdin=subprocess.DEVNULL,
            user=self.user.pw_uid, group=self.user.pw_gid, extra_groups=[],
            capture_output=True, text=True, check=True, timeout=120,
        ).stdout.strip()  # fmt: skip

    def submits(self, at: Path) -> str:
        """Submit it, and wait for its end; give its number."""
        job = self.does(at, program("sbatch"), "--parsable", "job.sh")
        state = ("squeue", "-h", "--states=all", "-j", job, "-o", "%T %u")
        running = ("PENDING", "CONFIGURING", "RUNNING", "COMPLETING")
        until(lambda: self.cluster.ask(*state).split()[0] not in running, "the end", 90)
        said = (at / f"job-{job}.log").read_text()
        assert self.cluster.ask(*state) == f"COMPLETED {self.user.pw_name}", said
        return job


def outputs(notebook: str | Path) -> list[Any]:
    """What the code cells put out, without what is different each time."""
    return [
        [
            {name: value for name, value in output.items() if name != "metadata"}
            for output in cell.outputs
        ]
        for cell in nbformat.read(notebook, as_version=4).cells
        if cell.cell_type == "code"
    ]


@pytest.mark.timeout(300)
def test_somebody_else_gets_the_same(
    place: Place, cluster: Cluster, alone: Path, open_folder: Path
) -> None:
    (place.project / NAME).write_text("read ")
    (place.project / "deep" / "er").mkdir(parents=True)
    (place.project / "deep" / "er" / "b").write_text("deeper")
    reads = {"environment": ["WAVE_DEPTH"]}
    notebook = place.notebook(*CELLS, name="wave of Ünï.ipynb", jupyterlab_batch=reads)
    run = place.json(
        "run", notebook, "-p", "AMP=4.5", "-p", f"WORDS={WORDS}", "-p", "MANY=[3]",
        "--time-limit", "10m", "--cpus", "2", "--nodes", "1", "--mem", "1G", "--wait",
        WAVE_DEPTH="7",
    )  # fmt: skip
    assert run["state"] == "succeeded", run
    ours = outputs(run["output"])
    left = place.json("eject", run["id"], "--into", place.folder / "left it")["folder"]
    somebody = Somebody(cluster, alone, open_folder / "some body")
    at = somebody.takes(Path(left))
    place.close()
    shutil.rmtree(place.folder)

    assert "it reads `WAVE_DEPTH`: set that" in (at / "README.md").read_text()
    script = (at / "job.sh").read_text()
    for option in ("time=10", "cpus-per-task=2", "nodes=1", "mem=1024M"):
        assert f"\n#SBATCH --{option}\n" in script
    job = somebody.submits(at)
    given = cluster.ask("scontrol", "-o", "show", "job", job)
    assert "CPUs/Task=2" in given and "MinMemoryNode=1G" in given
    theirs = outputs(at / "executed.ipynb")
    assert theirs[:-1] == ours[:-1]
    assert repr((4.5, WORDS, [3], None)) in theirs[1][0]["text"]
    assert [output["text"] for output in theirs[-1]] == ["alone\n"]
    assert ours[-1] == []
