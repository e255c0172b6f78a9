"""Places and platforms that live as long as a test, or a file, needs them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from platform_process import Platform

from .place import Place


@pytest.fixture(scope="module")
def short_root() -> Iterator[Path]:
    """Give a short folder for all tests of a file."""
    folder = Path(tempfile.mkdtemp(prefix="jls-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def platform(short_folder: Path) -> Iterator[Platform]:
    """Start a platform for one test."""
    with Platform(short_folder / "platform") as platform:
        yield platform


@pytest.fixture
def place(short_folder: Path) -> Iterator[Place]:
    """Give a place without an identity provider."""
    with Place(short_folder / "p") as place:
        yield place


@pytest.fixture
def secured(short_folder: Path, platform: Platform) -> Iterator[Place]:
    """Give a place whose runs hold a credential of the platform."""
    with Place(short_folder / "p", platform) as place:
        yield place
