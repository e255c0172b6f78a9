"""`python -m bench [NAME …]`: measure, and print each figure beside its bar."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import signal
import sys
import time
from pathlib import Path

import psutil

from . import peers
from .options import Options

MEASURES = (
    "start",
    "lists",
    "submit",
    "first_cell",
    "output",
    "displays",
    "redaction",
    "leases",
    "slurm",
    "lab",
)


def machine() -> str:
    """Say what it is measured on, and how busy that is."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} cores ({names[0] if names else platform.machine()}), "
        f"{memory:.0f} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}; load {loads()}"
    )


def loads() -> str:
    """Give the load averages of 1, 5 and 15 minutes."""
    return " ".join(f"{load:.1f}" for load in os.getloadavg())


def main(argv: list[str]) -> int:
    """Measure what is named, else everything."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument(
        "--share",
        type=float,
        default=1.0,
        help="the part of the samples to take (0.2: a quick look)",
    )
    args = parser.parse_args(argv)
    unknown = [name for name in args.names if name not in MEASURES]
    if unknown:
        parser.error(f"no measure {', '.join(unknown)}; there are {list(MEASURES)}")
    # so that what was started is ended, whoever stops us
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    peers.setup()
    print(machine())
    missed = 0
    for name in args.names or MEASURES:
        began = time.monotonic()
        print(f"\n{name}", flush=True)
        module = importlib.import_module(f".measures.{name}", __package__)
        for figure in module.measure(Options(args.share)):
            print(f"  {figure}")
            missed += figure.met is False
        print(f"  ({time.monotonic() - began:.0f} s, load {loads()})", flush=True)
    print(f"\n{missed} missed" if missed else "\nall bars met")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
