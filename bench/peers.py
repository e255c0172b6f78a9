"""The peers, each in an environment of its own, as `peers.txt` pins them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
WORK = HERE / ".work"


def pins() -> dict[str, list[str]]:
    """Return what is installed for each peer."""
    lines = (HERE / "peers.txt").read_text().splitlines()
    rows = [line.partition(":") for line in lines if line and line[0] != "#"]
    return {name: wanted.split() for name, _, wanted in rows}


def programs(peer: str) -> Path:
    """Return the `bin` of a peer's environment, made now if it is not as pinned."""
    place = WORK / peer
    wanted = pins()[peer]
    seal = place / "pinned.txt"
    if not seal.is_file() or seal.read_text().split() != wanted:
        print(f"(setting up {peer})", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", place], check=True)
        pip = [str(place / "bin" / "python"), "-m", "pip", "install", "-q"]
        subprocess.run([*pip, *wanted], check=True)
        seal.write_text(" ".join(wanted))
    return place / "bin"


def setup() -> None:
    """Make all environments before the first clock starts."""
    for peer in pins():
        programs(peer)
