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
        folder = Path(runs[-1]["run_folder"])
        final = (folder / "output.ipynb").stat().st_size
        kept = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        # papermill's time grows with the square: a quick look takes a quarter
        cells = CELLS if options.share >= 1 else CELLS // 4
        fewer = notebooks.loud(place.work / "fewer.ipynb", cells, SIZE)
        mine = clocked(lambda: place.batch("run", fewer, "--wait"))
        theirs = clocked(lambda: written.run(place, papermill, fewer, thrown_away))
        copies = written.bytes / thrown_away.stat().st_size
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
        Figure(
            "bytes in the run folder / final notebook", kept / final, "x", BYTES_BAR
        ),
        Figure(f"{cells} cells, papermill", theirs, "s", None, "once"),
        Figure(f"{cells} cells, ours / papermill", mine / theirs, "x", None, "once"),
        Figure("bytes that papermill wrote / final notebook", copies, "x"),
    ]
