"""One cluster for all tests of this folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.place import Place

from .cluster import Cluster

TARGET = """\
default_target = "cluster"
[targets.cluster]
scheduler = "slurm"
slurm_conf = "{conf}"
work = "{work}"
time_limit = "1h"
"""


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """Give a folder that everybody may enter: pytest's own are 0700."""
    path = Path(tempfile.mkdtemp(prefix="jlb-slurm-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def cluster(open_folder: Path) -> Iterator[Cluster]:
    """Give a cluster of two nodes that runs."""
    with Cluster(open_folder / "cluster") as running:
        yield running


@pytest.fixture
def place(
    cluster: Cluster, open_folder: Path, request: pytest.FixtureRequest
) -> Iterator[Place]:
    """Give a place whose default target is the cluster."""
    with Place(open_folder / f"p{abs(hash(request.node.name)) % 9999}") as made:
        made.configure(TARGET.format(conf=cluster.conf, work=made.work))
        yield made
