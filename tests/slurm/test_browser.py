"""The same button, on a real cluster: what is asked is in `ui-tests/cluster/`."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from .cluster import Cluster

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(400)
def test_the_job_is_done_in_a_browser(cluster: Cluster) -> None:
    done = subprocess.run(
        [
            ROOT / "node_modules" / ".bin" / "playwright",
            "test", "--config=cluster.config.js",
        ],
        cwd=ROOT / "ui-tests",
        env={**os.environ, "JLB_UI_SLURM_CONF": str(cluster.conf)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=360,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
