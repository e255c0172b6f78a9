"""Files that the system keeps from us, and where the project ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from jupyterlab_batch.parameters import Resolution, ResolveRequest, resolve
from jupyterlab_batch.parameters.providers.local_file import folders_up, project_root

from .layout import P, Row, lay_out

ROW = Row("unreadable", (P("AMP", "float", "3.0"),))
NOBODY = 65534


@contextmanager
def powerless() -> Iterator[None]:
    """Root may read everything: be somebody else for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_tmp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that somebody else can reach."""
    folder = tmp_path_factory.mktemp("open")
    for each in (folder, *folder.parents):
        if each.stat().st_uid == os.getuid() and each.name.startswith(("pytest", "op")):
            each.chmod(0o755)
    return folder


def _ask(row: Row, folder: Path, **files: str) -> Resolution:
    layout = lay_out(row, folder)
    for name, content in files.items():
        path = layout.notebook.parent / name.replace("_", ".")
        path.write_text(content)
        path.chmod(0)
    with powerless():
        return resolve(
            ResolveRequest(
                cast(Any, layout.inspection()),
                layout.notebook,
                layout.environ,
                layout.home,
            )
        )


def test_an_unreadable_file_is_an_error_and_not_nothing(open_tmp: Path) -> None:
    found = _ask(ROW, open_tmp, funwave_toml="AMP = 9")
    (problem,) = found.errors
    assert problem["code"] == "unreadable_file"
    assert problem["origin"] == "funwave.toml"
    assert "Permission denied" in problem["message"]
    assert found.parameters[0]["text"] == "3.0"


def test_an_unreadable_folder_is_an_error_and_not_nothing(open_tmp: Path) -> None:
    layout = lay_out(ROW, open_tmp)
    config = layout.home / ".config" / "jupyterlab-batch"
    config.mkdir(parents=True)
    config.chmod(0)
    with powerless():
        found = resolve(
            ResolveRequest(
                cast(Any, layout.inspection()),
                layout.notebook,
                layout.environ,
                layout.home,
            )
        )
    assert {problem["code"] for problem in found.errors} == {"unreadable_file"}


def test_a_broken_link_is_an_error_and_not_nothing(tmp_path: Path) -> None:
    layout = lay_out(ROW, tmp_path)
    (layout.notebook.parent / "funwave.toml").symlink_to("nowhere.toml")
    found = resolve(
        ResolveRequest(
            cast(Any, layout.inspection()),
            layout.notebook,
            layout.environ,
            layout.home,
        )
    )
    assert [problem["code"] for problem in found.errors] == ["unreadable_file"]


@pytest.mark.parametrize("mark", [".git", "jupyterlab-batch.toml"])
def test_the_nearest_mark_is_the_root(mark: str, tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b" / "c"
    deep.mkdir(parents=True)
    (tmp_path / ".git").mkdir(exist_ok=True)
    (tmp_path / "a" / mark).mkdir()
    assert project_root(deep) == tmp_path / "a"
    assert list(folders_up(deep)) == [deep, deep.parent, tmp_path / "a"]


def test_a_worktree_has_a_file_for_its_mark(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / ".git").write_text("gitdir: elsewhere\n")
    assert project_root(tmp_path / "a") == tmp_path


def test_without_any_mark_the_notebooks_folder_is_the_root() -> None:
    # nothing above `/` can be marked; a temporary folder may lie in a checkout
    root = Path("/proc/self")
    assert list(folders_up(root)) == [root]
