"""From the order to the first line of the first cell, for a trivial notebook."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from .. import notebooks, peers
from ..figures import Figure, interleaved, ratio
from ..options import Options
from ..place import Place, until
from ..server import Server
from .submit import Ours, Scheduler


def measure(options: Options) -> list[Figure]:
    """Let each start the same notebook; the notebook says when it runs."""
    with Place() as place:
        stamp = place.folder / "stamp"
        notebook = notebooks.stamping(place.work / "first.ipynb", stamp)
        execute = peers.programs("nbclient") / "jupyter-execute"
        papermill = peers.programs("papermill") / "papermill"
        scheduler = peers.programs("jupyter-scheduler") / "python"
        home, environ = place.home, place.environ
        (place.folder / "data-of-jupyter").mkdir()
        with (
            Server(Path(sys.executable), ["jupyterlab_batch"], home, environ) as lab,
            Server(scheduler, ["jupyter_scheduler"], home, environ) as other,
        ):
            ours, theirs = Ours(place, lab), Scheduler(other, home)
            order = ours.order(notebook)

            def stamped(start: Callable[[], Callable[[], object]]) -> float:
                stamp.unlink(missing_ok=True)
                begun = time.time()
                finish = start()
                until(lambda: stamp.is_file() and stamp.read_text())
                finish()
                return float(stamp.read_text()) - begun

            def lab_submit() -> Callable[[], object]:
                run = ours.submit(order)["id"]
                return lambda: place.ended(run)

            def terminal() -> Callable[[], object]:
                run = place.batch("run", notebook)["id"]
                return lambda: place.ended(run)

            def program(*command: str | Path) -> Callable[[], object]:
                started = subprocess.Popen(
                    list(map(str, command)),
                    env=environ,
                    cwd=place.work,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
                return started.wait

            def job() -> Callable[[], object]:
                created = theirs.submit(notebook)
                return lambda: theirs.forget(created)

            # not into the project: our snapshot would take it along
            thrown_away = place.folder / "papermill.ipynb"
            taken = interleaved(
                options.count(7),
                {
                    "ours, submit in the Lab": lambda: stamped(lab_submit),
                    "ours, jupyter batch run": lambda: stamped(terminal),
                    "jupyter execute": lambda: stamped(
                        lambda: program(execute, notebook)
                    ),
                    "papermill": lambda: stamped(
                        lambda: program(papermill, notebook, thrown_away)
                    ),
                    "jupyter-scheduler": lambda: stamped(job),
                },
            )
    what = "order → first cell"
    rows = [
        Figure(f"{what}, {name}", statistics.median(each), "s")
        for name, each in taken.items()
    ]
    execute_times = taken["jupyter execute"]
    return [
        *rows,
        *(
            Figure(
                f"{name} / jupyter execute", ratio(taken[name], execute_times), "x", bar
            )
            for name, bar in (
                ("ours, submit in the Lab", 1.0),
                ("ours, jupyter batch run", None),
            )
        ),
    ]
