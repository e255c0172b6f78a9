"""What a run leaves behind runs on the cluster by hand, with Jupyter alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.system.place import Place, texts

from .cluster import Cluster, program, until


def test_a_run_is_submitted_by_hand(place: Place, cluster: Cluster) -> None:
    notebook = place.notebook("AMP = 3.0", "import os\nprint('AMP', AMP, os.getcwd())")
    run = place.json(
        "run", notebook, "-p", "AMP=4.5", "--time-limit", "10m", "--cpus", "2", "--wait"
    )
    left = Path(
        place.json("eject", run["id"], "--into", place.folder / "left")["folder"]
    )
    script = (left / "job.sh").read_text()
    assert "\n#SBATCH --time=10\n" in script
    assert "\n#SBATCH --cpus-per-task=2\n" in script
    job = subprocess.run(
        [program("sbatch"), "--parsable", "job.sh"],
        cwd=left, env={**cluster.environment, "JOB_PYTHON": sys.executable},
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    state = ("squeue", "-h", "--states=all", "-j", job, "-o", "%T")
    until(lambda: cluster.ask(*state) == "COMPLETED", "the end of the job")
    told = texts(left / "executed.ipynb")
    assert f"AMP 4.5 {left / 'files'}" in told, (left / f"job-{job}.log").read_text()
