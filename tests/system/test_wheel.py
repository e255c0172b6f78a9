"""The built wheel in a fresh environment, with no Node on PATH."""

from __future__ import annotations

import json
import shutil
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wheel import ROOT, build, environment, install, run

from .place import Place, texts
from .served import TOKEN, Served


@pytest.fixture(scope="module")
def wheel(short_root: Path) -> Path:
    """Build the wheel of what `make build` made."""
    return build(short_root)


@pytest.fixture(scope="module")
def fresh(wheel: Path, short_root: Path) -> Path:
    """Install it, with what it depends on and JupyterLab, into a new environment."""
    folder = short_root / "env"
    install(environment(folder), "-c", ROOT / "constraints.txt", wheel, "jupyterlab")
    return folder


@pytest.fixture
def bare(short_folder: Path, fresh: Path) -> Iterator[Place]:
    """Give a place whose PATH has the fresh environment and no Node."""
    with Place(short_folder / "p") as place:
        tools = place.folder / "tools"
        tools.mkdir()
        for name in ("sh", "env", "ls", "cat"):
            found = shutil.which(name)
            assert found is not None
            (tools / name).symlink_to(found)
        place.env["PATH"] = f"{fresh / 'bin'}:{tools}"
        place.env.pop("VIRTUAL_ENV", None)
        place.env.pop("PYTHONPATH", None)
        assert shutil.which("node", path=place.env["PATH"]) is None
        yield place


def test_what_is_in_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as found:
        names = found.namelist()
    assert "jupyterlab_batch/broker/broker.cjs" in names
    shared = [name.partition("/data/")[2] for name in names if "/data/" in name]
    lab = "share/jupyter/labextensions/jupyterlab-batch"
    assert f"{lab}/package.json" in shared and f"{lab}/install.json" in shared
    assert any(
        name.startswith("etc/jupyter/jupyter_server_config.d/") for name in shared
    )
    tops = {name.partition("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"jupyterlab_batch", next(t for t in tops if t.endswith(".data"))}
    ours = [name for name in names if name.startswith("jupyterlab_batch/")]
    unwanted = (".ts", ".tsx", ".pyc", ".map")
    assert not [name for name in ours if name.endswith(unwanted)]


def test_it_runs_a_notebook_without_node_on_path(bare: Place, fresh: Path) -> None:
    notebook = bare.notebook(
        "AMP = 3.0", "import jupyterlab_batch\nprint(AMP, jupyterlab_batch.__file__)"
    )
    argv = [fresh / "bin" / "jupyter-batch"]
    try:
        said = run(
            *argv, "run", notebook, "-p", "AMP=4", "--wait", "--json",
            env=bare.env, cwd=bare.project,
        )  # fmt: skip
        done = json.loads(said[said.index("{") :])
        assert done["state"] == "succeeded", done
        assert f"4.0 {fresh}" in texts(done["output"])
        checks = run(*argv, "doctor", "--json", env=bare.env, cwd=bare.project)
        assert json.loads(checks)["ok"], checks
    finally:
        run(*argv, "broker", "stop", "--anyway", env=bare.env, cwd=bare.project)


def test_the_server_and_the_lab_run_it(bare: Place, fresh: Path) -> None:
    notebook = bare.notebook(
        "AMP = 3.0", "import jupyterlab_batch\nprint(AMP, jupyterlab_batch.__file__)"
    )
    # nothing names the extension here: what the wheel installed has to enable it
    server = Served(bare, fresh / "bin" / "jupyter-lab")
    assert str(fresh) in Path(f"/proc/{server.process.pid}/cmdline").read_text()
    done = bare.ended(server.submit(notebook)["id"])
    assert done["state"] == "succeeded", done
    assert f"3.0 {fresh}" in texts(done["output"])

    with urllib.request.urlopen(f"{server.url}lab?token={TOKEN}") as page:
        lab = page.read().decode()
    config = json.loads(lab.partition('type="application/json">')[2].split("</")[0])
    (mine,) = (
        one
        for one in config["federated_extensions"]
        if one["name"] == "jupyterlab-batch"
    )
    address = f"{server.url}lab/extensions/{mine['name']}/{mine['load']}"
    with urllib.request.urlopen(address) as entry:
        script = entry.read()
    assert b"jupyterlab-batch" in script, script[:200]

    listed = run(fresh / "bin" / "jupyter-labextension", "list", env=bare.env)
    theirs = listed.partition(str(fresh / "share/jupyter/labextensions"))[2]
    assert "jupyterlab-batch v" in theirs and "OK" in theirs.splitlines()[1], listed
