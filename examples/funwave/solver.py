"""A small wave tank: linear shallow-water equations on a flat basin.

``python solver.py input.txt`` reads ``NAME = value`` lines, lets a Gaussian hump
of water go, and writes the surface elevation at a few times as ``eta_NNNN.npy``
(shape 100 x 500, metres). Like the program that the tutorial runs, it is strict:
a number without a decimal point is not a float, and then it stops with exit
code 0 and writes nothing.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np

GRAVITY = 9.81  # m/s²
DEPTH = 10.0  # m
LENGTH, WIDTH = 500, 100  # m; one cell is 1 m x 1 m
STEP = 0.05  # s; the Courant number is 0.7
STEPS = 400
SNAPSHOTS = 5
FLOAT = re.compile(r"[+-]?\d+\.\d*([eE][+-]?\d+)?")
NAMES = ("AMP", "Xc", "Yc", "WID")


def read_input(path: Path) -> dict[str, float] | None:
    """Read the four floats; None if one is missing or not written as a float."""
    found = {}
    for line in path.read_text().splitlines():
        name, _, text = (part.strip() for part in line.partition("="))
        if FLOAT.fullmatch(text):
            found[name] = float(text)
    return found if set(found) >= set(NAMES) else None


def hump(amp: float, xc: float, yc: float, wid: float) -> np.ndarray:
    """Initial elevation in metres at the cell centres."""
    x = np.arange(LENGTH) + 0.5
    y = np.arange(WIDTH)[:, None] + 0.5
    return amp * np.exp(-((x - xc) ** 2 + (y - yc) ** 2) / (2 * wid**2))


def advance(eta: np.ndarray, u: np.ndarray, v: np.ndarray) -> None:
    """One forward-backward step on an Arakawa C grid, in place.

    The walls reflect: the outermost velocities stay zero, so that what leaves one
    cell enters another and mass is conserved to rounding.
    """
    u[:, 1:-1] -= GRAVITY * STEP * np.diff(eta, axis=1)
    v[1:-1, :] -= GRAVITY * STEP * np.diff(eta, axis=0)
    eta -= DEPTH * STEP * (np.diff(u, axis=1) + np.diff(v, axis=0))


def main(path: Path) -> None:
    """Run the tank beside its input file."""
    values = read_input(path)
    if values is None:
        return
    eta = hump(values["AMP"], values["Xc"], values["Yc"], values["WID"])
    u = np.zeros((WIDTH, LENGTH + 1))
    v = np.zeros((WIDTH + 1, LENGTH))
    for step in range(STEPS + 1):
        if step % (STEPS // (SNAPSHOTS - 1)) == 0:
            np.save(path.parent / f"eta_{step:04d}.npy", eta)
            print(f"step {step} of {STEPS}, highest {eta.max():.3f} m", flush=True)
        advance(eta, u, v)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
