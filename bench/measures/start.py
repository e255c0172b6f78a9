"""What it costs to have it: start of the broker, memory at rest, the wheel."""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path

import psutil

from jupyterlab_batch.launcher import Connection
from jupyterlab_batch.launcher.program import node_program

from ..figures import Figure, clocked, interleaved
from ..options import Options
from ..place import Place, until
from ..server import Server

DIST = Path(__file__).resolve().parents[2] / "dist"
MIB = 2**20


def measure(options: Options) -> list[Figure]:
    """Start a broker over and over; look at one that rests."""
    starts = _starts(options)
    figures = [
        Figure("broker start, data folder of 10,000 runs", starts["broker"], "s"),
        Figure("broker start, of it Node alone", starts["node"], "s"),
        *_memory(),
    ]
    wheels = sorted(DIST.glob("*.whl"), key=lambda wheel: wheel.stat().st_mtime)
    if wheels:
        size = wheels[-1].stat().st_size / MIB
        figures.append(Figure("wheel", size, "MiB", None, wheels[-1].name))
    else:
        print("  (no wheel in dist/: `make wheel` makes one)", file=sys.stderr)
    return figures


def _starts(options: Options) -> dict[str, float]:
    with Place(runs=10_000) as place:
        starter = place.starter(probed=False)

        def broker() -> float:
            place.broker.request("POST", "/v1/shutdown", {"only_if_idle": False})
            until(lambda: not place.broker.control.exists())
            # the lock is free when the process is gone, soon after its socket
            return clocked(starter.start)

        def node() -> float:
            bare = [str(node_program()), "-e", "0"]
            return clocked(lambda: subprocess.run(bare, check=True))

        contenders = {"broker": broker, "node": node}
        taken = interleaved(options.count(7), contenders)
    return {name: statistics.median(each) for name, each in taken.items()}


def _memory() -> list[Figure]:
    """Compare a server with the extension to one without."""
    with Place() as place:
        place.broker.request("POST", "/v1/shutdown", {"only_if_idle": False})
        until(lambda: not place.broker.control.exists())
        places = place.starter(probed=False).start()
        place.broker = Connection(places.control)
        python, environ = Path(sys.executable), place.environ
        with (
            Server(python, ["jupyterlab_batch"], place.home, environ) as lab,
            Server(python, ["jupyter_server_terminals"], place.home, environ) as bare,
        ):
            lab.call("GET", "jupyterlab-batch/v1/runs")
            bare.call("GET", "api/contents")
            lab.call("GET", "api/contents")
            more = lab.process.memory_info().rss - bare.process.memory_info().rss
            broker = psutil.Process(place.pid()).memory_info().rss
    return [
        Figure("broker at rest, RSS", broker / MIB, "MiB"),
        Figure("Jupyter server, more RSS with the extension", more / MIB, "MiB"),
    ]
