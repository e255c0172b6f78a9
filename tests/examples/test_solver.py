"""The example's solver: as strict as the tutorial's, and true to its physics."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

SOLVER = Path(__file__).parents[2] / "examples" / "funwave" / "solver.py"
STEPS = ("0000", "0100", "0200", "0300", "0400")
# a centre of a cell, so that the grid has the very top of the hump
GOOD = {"AMP": "3.0", "Xc": "250.5", "Yc": "50.5", "WID": "20.0"}


def solve(folder: Path, values: dict[str, str]) -> dict[str, np.ndarray]:
    """Run the solver, which exits with 0 whatever it is given; its surfaces."""
    text = "".join(f"{name} = {value}\n" for name, value in values.items())
    (folder / "input.txt").write_text(text)
    done = subprocess.run(
        [sys.executable, SOLVER, "input.txt"],
        cwd=folder, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    found = {path.stem[4:]: np.load(path) for path in sorted(folder.glob("eta_*"))}
    assert (done.stdout == "") == (not found), "silent when it writes nothing"
    return found


@pytest.fixture(scope="module")
def surfaces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    """Solve once."""
    return solve(tmp_path_factory.mktemp("good"), GOOD)


def test_five_surfaces_in_metres(surfaces: dict[str, np.ndarray]) -> None:
    assert tuple(surfaces) == STEPS
    for eta in surfaces.values():
        assert eta.shape == (100, 500) and np.isfinite(eta).all()


def test_the_hump_is_amp_high_where_it_was_put(surfaces: dict[str, np.ndarray]) -> None:
    first = surfaces["0000"]
    assert first.max() == pytest.approx(3.0, rel=1e-12)
    assert divmod(int(first.argmax()), first.shape[1]) == (50, 250)
    # one width away it is lower by the factor of a Gaussian
    assert first[50, 270] == pytest.approx(3.0 * np.exp(-0.5), rel=1e-12)


def test_mass_is_conserved_while_the_wave_travels(
    surfaces: dict[str, np.ndarray],
) -> None:
    first = surfaces["0000"]
    for step in STEPS[1:]:
        eta = surfaces[step]
        assert abs(eta.sum() / first.sum() - 1) < 1e-9, step
        assert np.abs(eta - first).max() > 0.3, f"nothing moved until step {step}"


def test_a_wave_travels_at_the_speed_of_shallow_water(
    surfaces: dict[str, np.ndarray],
) -> None:
    """sqrt(g h) = 9.9 m/s: its front is about 50 m further after 5 s."""
    middle = surfaces["0100"][50]
    crest = 250 + int(middle[250:].argmax())
    assert 250 + 40 <= crest <= 250 + 60, crest


@pytest.mark.parametrize(
    "name, text",
    [
        ("AMP", "3"),
        ("AMP", "'3.0'"),
        ("AMP", "3.0 m"),
        ("AMP", "nan"),
        ("WID", "20"),
        ("Xc", "1e3"),
        ("Yc", ""),
    ],
)
def test_what_is_no_float_is_given_no_output(
    tmp_path: Path, name: str, text: str
) -> None:
    assert solve(tmp_path, {**GOOD, name: text}) == {}


def test_a_missing_value_is_given_no_output(tmp_path: Path) -> None:
    assert solve(tmp_path, {k: v for k, v in GOOD.items() if k != "WID"}) == {}
