"""The runner that travels, in environments that have ipykernel and nothing more."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runner.harness import run_of

ROOT = Path(__file__).parents[2]
UNPACK = """
const at = process.argv[1] + '/broker/src/targets/travelling.ts';
const { pack, unpack } = await import(at);
console.log(await unpack(await pack(process.argv[2]), process.argv[3]));
"""


def pythons() -> list[str]:
    """The oldest that we promise, where it is there, and the one that everybody has."""
    oldest = [*Path.home().glob(".pyenv/versions/3.9.*/bin/python"), "python3.9"]
    usable: list[str] = []
    for path in filter(shutil.which, [*map(str, oldest[:1]), "python3"]):
        asked = subprocess.run(
            [path, "-c", "import sys, venv, ensurepip; print(sys.executable)"],
            capture_output=True,
            text=True,
            check=False,
        )
        if asked.returncode == 0:
            usable.append(asked.stdout.strip())
    return usable or [sys.executable]


@pytest.fixture(scope="module", params=pythons())
def bare(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Give a Python that has ipykernel and what ipykernel asks for."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([request.param, "-m", "venv", folder], check=True)
    python = folder / "bin" / "python"
    subprocess.run(
        [
            python,
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "ipykernel",
        ],
        check=True,
        timeout=150,
    )
    return python


@pytest.fixture(scope="module")
def travelled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the folder of the travelling runner."""
    node = shutil.which("node", path=str(Path(sys.executable).parent))
    assert node is not None
    done = subprocess.run(
        [node, "--input-type=module", "-e", UNPACK, str(ROOT),
         str(ROOT / "jupyterlab_batch"), str(tmp_path_factory.mktemp("work"))],
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip
    yield Path(done.stdout.strip())


@pytest.mark.timeout(300)
def test_it_runs_where_only_ipykernel_is(bare: Path, travelled: Path) -> None:
    frozen = {
        "name": "AMP",
        "type": "float",
        "text": "4.0",
        "layer": "override",
        "origin": "-p",
    }
    cells = (
        "import jupyterlab_batch\nfrom jupyterlab_batch.job import params, token\n"
        'p = params("WAVE", AMP=3.0)\nprint(p.AMP, token(), jupyterlab_batch.__file__)',
        "from IPython.display import display, clear_output\n"
        "for i in range(5): clear_output(wait=True); display(i)",
        "1 / 0",
    )
    with run_of(*cells, prefix="WAVE", parameters=[frozen]) as run:
        run.broker.token_values = ["tok-5up3rs3cret-value"]
        argv = [str(bare), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        run.job["kernel"]["argv"] = argv
        run.environment = {"PYTHONPATH": str(travelled), "PYTHONNOUSERSITE": "1"}
        run.python = str(bare)
        made = run.go()
    first, second, third = made.cells
    assert first.outputs[0].output_type == "stream", first.outputs
    assert first.outputs[0].text.startswith("4.0 ")
    assert run.broker.tokens == ["tok-5up3rs3cret-value"]
    assert run.broker.tokens[0] not in json.dumps(first.outputs)
    assert str(travelled) in first.outputs[0].text
    assert second.outputs[-1].data["text/plain"] == "4"
    assert third.outputs[0].ename == "ZeroDivisionError"
    assert ("/v1/release", {"outcome": "failed", "exit_code": 1}) in run.broker.asked
