"""Much output: 400 cells of 100 KiB each, and what is written for it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from .. import notebooks, peers
from ..figures import Figure, clocked, interleaved, ratio
from ..options import Options
from ..place import Place

CELLS, SIZE = 400, 100 * 1024
TIME_BAR, BYTES_BAR = 1.05, 2.1
BLOCK = 512


class Written:
    """Bytes that programs and all that they waited for gave to the disk."""

    def __init__(self) -> None:
        self.bytes = 0

    def run(self, place: Place, *command: str | Path) -> None:
        """Run one to its end."""
        started = subprocess.Popen(
            list(map(str, command)),
            env=place.environ,
            cwd=place.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)
        if started.returncode != 0:
            raise RuntimeError(f"{command[0]} ended with {started.returncode}")
        self.bytes = usage.ru_oublock * BLOCK


def measure(options: Options) -> list[Figure]:
    """Time whole commands: ours with everything that it keeps and delivers."""
    execute = peers.programs("nbclient") / "jupyter-execute"
    papermill = peers.programs("papermill") / "papermill"
    with Place() as place:
        notebook = notebooks.loud(place.work / "loud.ipynb", CELLS, SIZE)
        thrown_away = place.folder / "papermill.ipynb"
        written, runs = Written(), []

        def ours() -> float:
            return clocked(lambda: runs.append(place.batch("run", notebook, "--wait")))

        def nbclient() -> float:
            return clocked(lambda: written.run(place, execute, notebook))

        taken = interleaved(
            options.count(3), {"ours": ours, "nbclient without saving": nbclient}
        )
        slowest = clocked(lambda: written.run(place, papermill, notebook, thrown_away))
        folder = Path(runs[-1]["run_folder"])
        final = (folder / "output.ipynb").stat().st_size
        kept = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        against_papermill = min(taken["ours"]) / slowest
    what = f"{CELLS} cells x {SIZE // 1024} KiB"
    return [
        Figure(
            f"{what}, ours / nbclient without saving",
            ratio(taken["ours"], taken["nbclient without saving"]),
            "x",
            TIME_BAR,
            "whole commands",
        ),
        *(Figure(f"{what}, {name}", min(each), "s") for name, each in taken.items()),
        Figure(f"{what}, papermill", slowest, "s", None, "once"),
        Figure(f"{what}, ours / papermill", against_papermill, "x"),
        Figure(
            "bytes in the run folder / final notebook", kept / final, "x", BYTES_BAR
        ),
        Figure(
            "bytes that papermill wrote / final notebook", written.bytes / final, "x"
        ),
    ]
