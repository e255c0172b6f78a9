"""The Python and the kernel of an environment, on the real cluster."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.environments import add_kernel, make_conda, make_virtualenv
from tests.system.place import Place, texts

from .cluster import Cluster, until
from .conftest import TARGET

TELLS = (
    "import os, shutil, sys\n"
    "print('prefix', sys.prefix, os.environ.get('VIRTUAL_ENV'),"
    " os.environ.get('CONDA_PREFIX'))\n"
    "print('python', shutil.which('python'), 'jupyterlab' in sys.modules)\n"
    "from jupyterlab_batch.job import params\n"
)


@pytest.fixture(scope="module")
def venv(open_folder: Path) -> Iterator[Path]:
    """Give one with ipykernel, at a place that only quoting finds."""
    path = make_virtualenv(open_folder / "it's ümlaut $(id)" / ".venv", "ipykernel")
    add_kernel(path, "own")
    add_kernel(path, "torn", '{"argv": [')
    yield path


def jobs(cluster: Cluster) -> str:
    return cluster.ask("squeue", "-h", "--states=all", "-o", "%A")


def test_a_run_has_the_python_and_the_kernel_of_a_virtualenv(
    place: Place, venv: Path
) -> None:
    link = place.project / ".venv"
    link.symlink_to(venv)
    notebook = place.notebook(TELLS)
    told = place.batch(
        *("run", notebook, "--runtime", "virtualenv:.venv", "--kernel", "own"), "--wait"
    ).stdout
    assert f"of virtualenv {link}" in told
    [done] = place.json("list")["runs"]
    said = texts(done["output"])
    # an environment knows itself by the path by which it is called
    assert f"prefix {link} {link} None" in said
    assert f"python {link}/bin/python False" in said

    [major, minor] = done["runtime"]["version"].split(".")[:2]
    assert (link / "lib" / f"python{major}.{minor}").is_dir()
    record = json.loads((Path(done["run_folder"]) / "record.json").read_text())
    python = str(link / "bin" / "python")
    assert record["runtime"] == {**done["runtime"], "python": python}
    assert record["kernel"]["name"] == "own"
    assert record["kernel"]["argv"][0] == python
    assert f"of virtualenv {link}" in place.batch("show", done["id"]).stdout

    place.batch("eject", done["id"], "--into", str(place.folder / "out"))
    assert f"of virtualenv {link}`" in (place.folder / "out/README.md").read_text()

    # once more: the same environment, then the one that it is submitted from
    again = place.json("rerun", done["id"], "--wait")
    assert again["runtime"] == done["runtime"]
    assert f"prefix {link} " in texts(again["output"])
    refused = place.batch("rerun", done["id"], "--runtime", "as-is", code=2)
    assert "no kernel own" in refused.stderr


def test_a_conda_environment_goes_by_its_name(place: Place) -> None:
    path = make_conda(place.home / "envs" / "science", "ipykernel")
    (place.home / ".conda").mkdir()
    (place.home / ".conda" / "environments.txt").write_text(f"{path}\n")
    kept = {"cluster": {"kind": "conda", "path": "science"}}
    notebook = place.notebook(TELLS, jupyterlab_batch={"runtime": kept})
    done = place.json("run", notebook, "--wait")
    assert done["state"] == "succeeded", done
    assert done["runtime"]["path"] == str(path)
    assert f"prefix {path} None {path}" in texts(done["output"])
    # what is remembered does not bind
    other = place.json("rerun", done["id"], "--runtime", "as-is", "--wait")
    assert (other["state"], other["runtime"]) == ("succeeded", None)
    assert str(path) not in texts(other["output"])


def test_what_is_not_there_is_said_before_anything_is_queued(
    place: Place, cluster: Cluster, venv: Path
) -> None:
    empty = make_virtualenv(place.home / "empty")
    lost = make_virtualenv(place.home / "lost")
    (lost / "bin" / "python").unlink()
    (lost / "bin" / "python").symlink_to("/gone/python3.8")
    bare = place.home / "bare"
    (bare / "conda-meta").mkdir(parents=True)
    before = jobs(cluster)
    for runtime, options, said in (
        (f"virtualenv:{empty}", [], f"{empty}/bin/python -m pip install ipykernel"),
        (f"virtualenv:{lost}", [], "leads to /gone/python3.8"),
        (f"conda:{bare}", [], "has no Python. Install it there: conda install"),
        ("conda:nobody", [], "No conda environment is called nobody"),
        (f"virtualenv:{venv}", ["--kernel", "ir"], "The kernel ir is not in"),
        (f"virtualenv:{venv}", ["--kernel", "torn"], "kernel.json is no JSON"),
    ):
        done = place.batch(
            "run", place.notebook(TELLS), "--runtime", runtime, *options, code=2
        )
        assert said in done.stderr, done.stderr
    assert jobs(cluster) == before
    assert place.json("list")["runs"] == []
    listed = place.batch("kernels", "--runtime", f"virtualenv:{venv}")
    assert [line.split()[0] for line in listed.stdout.splitlines()[2:4]] == [
        "own",
        "python3",
    ]
    assert "torn" in listed.stderr


def test_an_environment_that_the_node_does_not_have_is_named(
    place: Place, cluster: Cluster
) -> None:
    path = make_virtualenv(place.home / "here-only", "ipykernel")
    own = f'runtime = "virtualenv:{path}"\n'
    place.configure(TARGET.format(conf=cluster.conf, work=place.work) + own)
    assert f"cluster: --runtime virtualenv:{path} (" in place.batch("targets").stdout
    full = cluster.ask(
        *("sbatch", "--parsable", "--nodes=2", "--exclusive", "--time=30", "-D", "/"),
        *("-o", "/dev/null"),
        stdin="#!/bin/sh\nexec sleep 900\n",
    )
    try:
        until(lambda: cluster.idle() == 0, "a full cluster")
        run = place.submit(place.notebook(TELLS))
        place.state(run, "queued")
        until(lambda: run in cluster.ask("squeue", "-h", "-o", "%j"), "the job")
        path.rename(place.home / "elsewhere")
    finally:
        cluster.ask("scancel", full)
    done = place.ended(run)
    assert (done["state"], done["exit_code"]) == ("failed", 127)
    assert "The node could not start the Python of the run" in done["message"]
    assert str(path) in (Path(done["run_folder"]) / "runner.log").read_text()
