"""The shipped example, apart from the platform that it records with."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import shutil
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from .place import Place, texts

EXAMPLES = Path(__file__).parents[2] / "examples"


def load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check_physics(surfaces: dict[str, Any], **values: float) -> str:
    """Run the notebook's own check on these surfaces."""
    notebook = nbformat.read(EXAMPLES / "funwave" / "wave.ipynb", as_version=4)
    (source,) = (cell.source for cell in notebook.cells if cell.id == "check")
    names = {"np": __import__("numpy"), "surfaces": surfaces, **values}
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(source, names)
    return said.getvalue()


VALUES = {"AMP": 3.0, "Xc": 250.0, "Yc": 50.0, "WID": 20.0}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"AMP": 0.0},
        {"WID": 10.0},
        {"WID": 1.0},
        {"WID": 100.0},
        {"Xc": 0.0, "Yc": 100.0},
        {"Xc": 251.5, "Yc": 50.25, "AMP": 5.0},
    ],
)
def test_the_check_holds_for_every_value_of_its_ranges(
    changed: dict[str, float],
) -> None:
    solver = load(EXAMPLES / "funwave" / "solver.py")
    values = {**VALUES, **changed}
    eta = solver.hump(*(values[name] for name in ("AMP", "Xc", "Yc", "WID")))
    assert "expected" in check_physics({"0000": eta, "0100": eta}, **values)


def test_the_check_says_what_is_wrong() -> None:
    solver = load(EXAMPLES / "funwave" / "solver.py")
    eta = solver.hump(3.0, 250.0, 50.0, 20.0)
    with pytest.raises(AssertionError, match="m high, not"):
        check_physics({"0": eta * 1.001, "1": eta}, **VALUES)
    with pytest.raises(AssertionError, match="m³ of water"):
        check_physics({"0": eta, "1": eta * 1.001}, **VALUES)


@pytest.mark.parametrize(("user", "told"), [(0, True), (1000, False)])
def test_root_is_let_into_the_lab(
    user: int, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    monkeypatch.delitem(sys.modules, "lab", raising=False)
    lab = load(EXAMPLES / "lab.py")
    monkeypatch.setattr("os.geteuid", lambda: user)
    assert ("--allow-root" in lab.command(["--no-browser"])) is told


def test_a_solver_that_ends_well_without_its_files_is_no_success(place: Place) -> None:
    """A `3` for a `3.0` makes it exit with 0 and write nothing."""
    shutil.copy(EXAMPLES / "funwave" / "solver.py", place.project)
    given = "AMP = 3\nXc = 250.0\nYc = 50.0\nWID = 20.0\n"
    notebook = place.notebook(
        f"open('input.txt', 'w').write({given!r})",
        "import subprocess, sys\n"
        "argv = [sys.executable, 'solver.py', 'input.txt']\n"
        "print('exit code', subprocess.run(argv).returncode)",
        jupyterlab_batch={"outputs": [{"glob": "eta_*.npy", "min_bytes": 100_000}]},
    )
    run = place.json("run", notebook, "--wait", code=1)
    assert (run["state"], run["reason"]) == ("failed", "missing_output")
    assert "exit code 0" in texts(run["output"])
