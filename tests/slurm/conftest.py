"""One cluster for all tests of this folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from platform_process import Platform

from tests.system.place import Place

from .cluster import Cluster
from .site import Site

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


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """Give a cluster as sites have them: the books are kept in a database."""
    path = Path(tempfile.mkdtemp(prefix="jlb-site-", dir="/tmp"))
    path.chmod(0o755)
    running = Site(path / "cluster")
    with running:
        yield running
    shutil.rmtree(path, ignore_errors=True)


@contextmanager
def secured_on(cluster: Cluster, folder: Path) -> Iterator[Place]:
    """Give a place whose runs hold a credential of a platform on this cluster."""
    with (
        Platform(folder / "platform") as platform,
        Place(folder / "place", platform) as made,
    ):
        path = folder / "place" / "jupyter" / "jupyterlab_batch_config.toml"
        text = path.read_text().replace('"local"\nslots = 2', '"slurm"')
        conf = f'slurm_conf = "{cluster.conf}"\nidentity ='
        path.write_text(text.replace("identity =", conf, 1))
        yield made


@pytest.fixture
def place(
    cluster: Cluster, open_folder: Path, request: pytest.FixtureRequest
) -> Iterator[Place]:
    """Give a place whose default target is the cluster."""
    with Place(open_folder / f"p{abs(hash(request.node.name)) % 9999}") as made:
        made.configure(TARGET.format(conf=cluster.conf, work=made.work))
        yield made
