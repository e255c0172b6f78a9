"""JupyterLab in a browser: what the extension adds, and what its views take."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from .. import notebooks, peers
from ..browser import drive, lab
from ..figures import Figure, interleaved, number, ratio
from ..options import Options
from ..place import Place
from ..server import Server
from .submit import Ours, Scheduler

STORED, SIDE_BY_SIDE = 100_000, 1000
START, OPEN, TASK = 30.0, 300.0, 50.0
"""Bars: ms of script more, ms to the first rows, ms of the longest task."""
HEAP = 1.0
"""Bar: KiB that an update leaves behind."""
LISTENERS = 10
"""Bar: what all updates together may leave: a leak leaves one for each."""
CELLS, MEGABYTES = 10_000, 50
LIVE, SECONDS, UPDATES = 20, 20, 1000
OURS = Path(sys.executable)
STATIC = Path(__file__).resolve().parents[2] / "jupyterlab_batch/labextension/static"
PANEL = {
    "command": "jupyterlab-batch:show-runs",
    "args": {},
    "shown": "#jp-batch-runs .jp-Batch-run",
}
THEIR_PANEL = {
    "command": "scheduling:list-jobs-from-launcher",
    "args": {},
    "shown": ".jp-notebook-jobs-panel tbody tr",
}

Drive = Callable[[str], dict[str, Any]]


def measure(options: Options) -> list[Figure]:
    """Let a browser say what JupyterLab's main thread does."""
    if any(STATIC.glob("*.map")):
        raise RuntimeError(
            "the extension is built for development, three times as large: "
            "`make bench` or `jlpm build:labextension` builds it as it is shipped"
        )
    return [
        *_start(options),
        *_panel(options),
        *_beside(options),
        *_large(options),
        *_live(options),
    ]


def _start(options: Options) -> list[Figure]:
    """Start JupyterLab with and without it, in turn."""
    with (
        Place() as place,
        lab(OURS, "jupyterlab_batch", place) as own,
        lab(OURS, None, place) as bare,
    ):
        place.batch("list")
        started: list[dict[str, Any]] = []

        def start(server: Server) -> float:
            started.append(drive("start", at(server)))
            return float(started[-1]["restored"])

        contenders = {"with": lambda: start(own), "without": lambda: start(bare)}
        interleaved(1, contenders)
        started.clear()
        interleaved(options.count(9), contenders)
    mine, others = started[::2], started[1::2]
    size = sum(path.stat().st_size for path in STATIC.glob("*.js"))
    loaded = float(mine[-1]["loaded"])
    median = statistics.median(one["restored"] for one in others)
    return [
        Figure(
            "JupyterLab can be used, CPU of script more with us",
            more(mine, others, "restored"),
            "ms",
            START,
            f"median of {len(mine)} pairs; JupyterLab alone {number(median)} ms",
        ),
        Figure(
            "JupyterLab rests, CPU of script more with us",
            more(mine, others, "rested"),
            "ms",
            None,
            "what is left for later is done",
        ),
        Figure("bundle, loaded until JupyterLab can be used", loaded / 1000, "kB"),
        Figure(
            "bundle, loaded later or when first needed", (size - loaded) / 1000, "kB"
        ),
    ]


def _panel(options: Options) -> list[Figure]:
    """Open the panel on many runs, and go through some of them."""
    with Place(runs=STORED) as place, lab(OURS, "jupyterlab_batch", place) as own:
        opened = [drive("open", {**at(own), **PANEL}) for _ in range(options.count(5))]
        gone = drive("scroll", {**at(own), "runs": 2000})
    return [
        opening(f"panel with {STORED:,} runs, command → rows painted", opened, OPEN),
        task("opening the panel", [one["task"] for one in opened]),
        task(f"going through {number(gone['loaded'])} runs", [gone["task"]]),
    ]


def _beside(options: Options) -> list[Figure]:
    """Open the panel beside jupyter-scheduler's, on as many jobs."""
    theirs = peers.programs("jupyter-scheduler") / "python"
    with Place(runs=SIDE_BY_SIDE) as place, ExitStack() as servers:
        database = place.folder / "data-of-jupyter" / "scheduler.sqlite"
        database.parent.mkdir(exist_ok=True)
        own = servers.enter_context(lab(OURS, "jupyterlab_batch", place))
        other = servers.enter_context(lab(theirs, "jupyter_scheduler", place))
        small = notebooks.write(place.work / "small.ipynb", "AMP")
        Scheduler(other, place.home).fill(small, database, SIDE_BY_SIDE)
        taken = interleaved(
            options.count(5),
            {
                "ours": lambda: drive("open", {**at(own), **PANEL})["painted"],
                "theirs": lambda: drive("open", {**at(other), **THEIR_PANEL})[
                    "painted"
                ],
            },
        )
    what = f"panel with {SIDE_BY_SIDE:,} jobs → rows painted"
    return [
        Figure(f"{what}, ours", statistics.median(taken["ours"]), "ms"),
        Figure(f"{what}, jupyter-scheduler", statistics.median(taken["theirs"]), "ms"),
        Figure(
            f"{what}, ours / jupyter-scheduler",
            ratio(taken["ours"], taken["theirs"]),
            "x",
        ),
    ]


def _large(options: Options) -> list[Figure]:
    """Open a run with very many cells, and one with a very large output."""
    sizes = {
        f"a run of {CELLS:,} cells": {"cells": CELLS, "heavy": -1, "megabytes": 0},
        f"a run that printed {MEGABYTES} MB": {
            "cells": 1,
            "heavy": 0,
            "megabytes": MEGABYTES,
        },
    }
    figures: list[Figure] = []
    with Place() as place, lab(OURS, "jupyterlab_batch", place) as own:
        ours = Ours(place, own)
        order = ours.order(notebooks.write(place.work / "large.ipynb", "print(0)"))
        for what, size in sizes.items():
            run = place.ended(ours.submit(order)["id"])
            given = {**at(own), "run": run["id"], "folder": run["run_folder"]}
            opened = [
                drive("large", {**given, "size": size}) for _ in range(options.count(3))
            ]
            figures += [
                opening(f"{what}, command → outputs painted", opened),
                task(f"opening {what}", [one["task"] for one in opened]),
            ]
    return figures


def _live(options: Options) -> list[Figure]:
    """Watch runs that print all the time."""
    with Place(slots=LIVE) as place, lab(OURS, "jupyterlab_batch", place) as own:
        ours = Ours(place, own)
        order = ours.order(notebooks.chatting(place.work / "chat.ipynb"))
        runs = [ours.submit(order)["id"] for _ in range(LIVE)]
        for run in runs:
            place.reached(run, cell=3)
        given = {**at(own), "run": runs[0]}
        seen = [
            drive("follow", {**given, "seconds": SECONDS})
            for _ in range(options.count(1))
        ]
        left = drive("growth", {**given, "updates": UPDATES})
    what = f"{LIVE} runs, 10 outputs a second each"
    idle = max(one["idle"] for one in seen)
    counted = left["updates"]
    return [
        task(what, [one["task"] for one in seen]),
        Figure(
            f"{what}, an idle page beside it",
            idle,
            "ms",
            None,
            "the machine's own part",
        ),
        Figure(f"{what}, changes a second", seen[0]["updates"] / SECONDS, ""),
        Figure(
            "an update leaves in the heap",
            left["heap"] / 1024 / counted,
            "KiB",
            HEAP,
            f"of {counted:,} updates",
        ),
        Figure("the same updates leave nodes of the page", left["nodes"], ""),
        Figure("the same updates leave listeners", left["listeners"], "", LISTENERS),
    ]


def at(server: Server) -> dict[str, str]:
    """Say where a server is, and how it lets a browser in."""
    return {"url": server.url, "token": server.token}


def more(
    mine: Sequence[Mapping[str, float]],
    others: Sequence[Mapping[str, float]],
    what: str,
) -> float:
    """Return the median of the differences, each from the same moments."""
    return statistics.median(
        one[what] - other[what] for one, other in zip(mine, others, strict=True)
    )


def opening(
    what: str, opened: Sequence[Mapping[str, float]], bar: float | None = None
) -> Figure:
    """Tell how long it took until something could be seen."""
    return Figure(what, statistics.median(one["painted"] for one in opened), "ms", bar)


def task(what: str, tasks: Sequence[Mapping[str, float]]) -> Figure:
    """Tell the longest time in which the page did not answer, of the median try."""
    wall = statistics.median(one["wall"] for one in tasks)
    cpu = statistics.median(one["cpu"] for one in tasks)
    most = statistics.median(one["most"] for one in tasks)
    note = f"{number(cpu)} ms of it its own CPU time; the most of any {number(most)}"
    return Figure(f"longest task, {what}", wall, "ms", TASK, note)
