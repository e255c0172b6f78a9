"""The same folders as Jupyter's, and none that others may open."""

from __future__ import annotations

import os
from pathlib import Path

import jupyter_core.paths
import pytest

from jupyterlab_batch.launcher import UnsafeFolder, config_path, data_folder
from jupyterlab_batch.launcher.folders import (
    SOCKET_PATH_LIMIT,
    jupyter_config_dir,
    jupyter_data_dir,
    make_data_folder,
    private,
    sockets_folder,
)

VARIABLES = (
    "JUPYTER_DATA_DIR",
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_PLATFORM_DIRS",
    "JUPYTER_NO_CONFIG",
    "JUPYTERLAB_BATCH_DATA",
    "XDG_DATA_HOME",
    "XDG_CONFIG_HOME",
)


@pytest.mark.parametrize("flag", [None, "0", "No", "1", "true"])
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"JUPYTER_DATA_DIR": "/d", "JUPYTER_CONFIG_DIR": "/c"},
        {"XDG_DATA_HOME": "/xd", "XDG_CONFIG_HOME": "/xc"},
        {"XDG_DATA_HOME": ""},
    ],
)
def test_equal_to_jupyters_own(
    flag: str | None, given: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, text in given.items():
        monkeypatch.setenv(name, text)
    if flag is not None:
        monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", flag)

    assert str(jupyter_data_dir()) == jupyter_core.paths.jupyter_data_dir()
    assert str(jupyter_config_dir()) == jupyter_core.paths.jupyter_config_dir()
    levels = config_path()
    assert levels[-1] == jupyter_core.paths.jupyter_config_dir()
    site = set(jupyter_core.paths.jupyter_config_path()) - set(levels)
    assert all(path.startswith(os.path.expanduser("~/.local")) for path in site)


def test_config_levels_rise_from_site_to_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", "/mine")
    monkeypatch.delenv("JUPYTER_NO_CONFIG", raising=False)
    assert config_path()[0] == "/etc/jupyter"
    assert config_path()[-1] == "/mine"
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "1")
    assert config_path() == []


def test_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = Path(os.path.realpath(tmp_path))
    (real / "link").symlink_to(real / "there")
    monkeypatch.setenv("JUPYTERLAB_BATCH_DATA", str(real / "link"))
    assert data_folder() == real / "there", "one folder, one name, one lock"
    assert data_folder(real / "other") == real / "other"
    monkeypatch.delenv("JUPYTERLAB_BATCH_DATA")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(real))
    assert data_folder() == real / "jupyterlab-batch"


def test_a_private_folder_is_made_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "sockets"
    assert private(folder) == folder
    assert folder.stat().st_mode & 0o777 == 0o700
    assert private(folder) == folder


def test_a_folder_that_is_not_ours_alone_is_refused(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o755)
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "file").touch(mode=0o600)
    for name, words in [("open", "0755"), ("link", "a link"), ("file", "a file")]:
        with pytest.raises(UnsafeFolder, match=words):
            private(tmp_path / name)
    with pytest.raises(UnsafeFolder, match="cannot be made"):
        private(tmp_path / "absent" / "sockets")


def test_a_data_folder_is_closed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    data.chmod(0o755)
    make_data_folder(data)
    assert data.stat().st_mode & 0o777 == 0o700
    (data / "broker.lock").touch()
    data.chmod(0o750)
    make_data_folder(data)
    assert data.stat().st_mode & 0o777 == 0o700


def test_a_folder_with_other_things_is_not_taken_for_data(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    tmp_path.chmod(0o755)
    with pytest.raises(UnsafeFolder, match="open to other users"):
        make_data_folder(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_a_folder_of_another_user_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = private(tmp_path / "sockets")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(UnsafeFolder, match="belongs to the user"):
        private(folder)


def test_sockets_lie_in_a_runtime_folder_that_is_ours_and_short(
    tmp_path: Path,
) -> None:
    data = Path("/home/a/data")
    fallback = sockets_folder(data, {})
    assert fallback.parent == Path("/tmp")
    assert fallback.name.startswith(f"jlb-{os.geteuid()}-")
    ours = {"XDG_RUNTIME_DIR": str(tmp_path)}
    assert sockets_folder(data, ours).parent == tmp_path
    assert sockets_folder(data, ours) != sockets_folder(data / "b", ours)

    long = tmp_path / ("x" * 90)
    long.mkdir()
    for runtime in (str(long), "relative", str(tmp_path / "absent"), ""):
        assert sockets_folder(data, {"XDG_RUNTIME_DIR": runtime}) == fallback
    assert len(str(fallback / "r/0123456789ab/agent.sock")) < SOCKET_PATH_LIMIT
