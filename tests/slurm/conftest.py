"""One cluster for all tests of this folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .cluster import Cluster


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
