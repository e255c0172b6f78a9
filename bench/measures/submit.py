"""Submit → accepted with 10,000 runs stored, beside jupyter-scheduler."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import statistics
import sys
import time
import uuid
from pathlib import Path
from typing import Any

from jupyterlab_batch._generated.wire import PrepareRequest, SubmitRequest

from .. import notebooks, peers
from ..figures import Figure, blocks, clocked, interleaved, quantile, ratio
from ..idle import Idle
from ..options import Options
from ..place import Place, until
from ..server import Server

STORED = 10_000
BAR, LOOP_BAR = 50.0, 20.0
FILES, FILE = 8, 128 * 2**20
PAUSE = 0.1
"""Seconds between two submits during a copy, as of a few people."""
SECONDS_BEFORE_GIVING_UP = 60


class Ours:
    """What the browser does: prepare once, then submit what was shown."""

    def __init__(self, place: Place, server: Server) -> None:
        self.place, self.server = place, server

    def order(self, notebook: Path) -> SubmitRequest:
        """Return the body of a submit."""
        choices: PrepareRequest = {
            "path": str(notebook.relative_to(self.place.home)),
            # as it is on screen
            "content": json.loads(notebook.read_text()),
            "kernel": None,
            "target": None,
            "overrides": {},
            "types": {},
            "ticked": [],
            "files_mode": None,
            "deliver_to": None,
            "exclude": [],
            "include": [],
            "outputs": None,
        }
        shown = self.server.call("POST", "jupyterlab-batch/prepare", choices)
        return {
            **choices,
            "label": None,
            "time_limit": None,
            "shown": [
                {"name": each["name"], "text": each["text"]}
                for each in shown["parameters"]
            ],
            "plan_id": shown["plan"]["id"],
            "confirmed": True,
        }

    def submit(self, order: SubmitRequest) -> dict[str, Any]:
        """Press Submit."""
        run: dict[str, Any] = self.server.call("POST", "jupyterlab-batch/submit", order)
        return run


class Scheduler:
    """The same for jupyter-scheduler, which starts every job at once."""

    def __init__(self, server: Server, home: Path) -> None:
        self.server, self.home = server, home

    def submit(self, notebook: Path, *, folder: bool = False) -> str:
        """Create a job."""
        body = {
            "name": notebook.name,
            "input_uri": str(notebook.relative_to(self.home)),
            "runtime_environment_name": "python3",
            "package_input_folder": folder,
        }
        return str(self.server.call("POST", "scheduler/jobs", body)["job_id"])

    def forget(self, job: str) -> None:
        """End a job that nobody waits for, before it costs the next one time."""
        self.server.end_children()
        self.server.call("DELETE", f"scheduler/jobs/{job}")

    def fill(self, notebook: Path, database: Path, jobs: int) -> None:
        """Store so many jobs: copies of a real one that ended."""
        job = self.submit(notebook)
        self.server.end_children()
        with sqlite3.connect(database, timeout=30) as rows:
            rows.execute("UPDATE jobs SET status = 'COMPLETED', pid = NULL")
            names = [row[1] for row in rows.execute("PRAGMA table_info(jobs)")]
            others = ", ".join(name for name in names if name != "job_id")
            rows.executemany(
                f"INSERT INTO jobs (job_id, {others}) "
                f"SELECT ?, {others} FROM jobs WHERE job_id = ?",
                ((str(uuid.uuid4()), job) for _ in range(jobs - 1)),
            )
        rows.close()


def measure(options: Options) -> list[Figure]:
    """Submit through a Jupyter server of each, in turn."""
    figures: list[Figure] = []
    with Place(runs=STORED) as place:
        ours_python = Path(sys.executable)
        theirs_python = peers.programs("jupyter-scheduler") / "python"
        database = place.folder / "data-of-jupyter" / "scheduler.sqlite"
        database.parent.mkdir(exist_ok=True)
        home, environ = place.home, place.environ
        with (
            Server(ours_python, ["jupyterlab_batch"], home, environ) as lab,
            Server(theirs_python, ["jupyter_scheduler"], home, environ) as other,
            Idle() as idle,
        ):
            ours, theirs = Ours(place, lab), Scheduler(other, home)
            small = notebooks.write(place.work / "small.ipynb", *["AMP + Xc"] * 10)
            theirs.fill(small, database, STORED)
            _hold_the_slot(ours, place)
            figures += _alone(options, ours, theirs, small, idle)
            figures += _beside_a_copy(options, ours, theirs, small, idle)
    return figures


def _hold_the_slot(ours: Ours, place: Place) -> None:
    """Keep what is submitted in the queue: only submitting is measured here."""
    holder = ours.submit(ours.order(notebooks.sleeping(place.work / "sleep.ipynb")))
    until(lambda: place.run(holder["id"])["state"] == "running")


def _alone(
    options: Options, ours: Ours, theirs: Scheduler, small: Path, idle: Idle
) -> list[Figure]:
    order = ours.order(small)

    def we() -> float:
        return clocked(lambda: ours.submit(order)) * 1000

    def they() -> float:
        jobs: list[str] = []
        taken = clocked(lambda: jobs.append(theirs.submit(small))) * 1000
        theirs.forget(jobs[0])
        return taken

    interleaved(3, {"ours": we, "theirs": they})
    _forget_blocks(ours, theirs, idle)
    taken = interleaved(options.count(100), {"ours": we, "theirs": they})
    mine, other = taken["ours"], taken["theirs"]
    what = f"submit → accepted at {STORED:,}"
    return [
        Figure(f"{what}, p50", statistics.median(mine), "ms"),
        Figure(f"{what}, p95", quantile(mine, 0.95), "ms", BAR),
        Figure(f"{what}, p50, jupyter-scheduler", statistics.median(other), "ms"),
        Figure(f"{what}, p95, jupyter-scheduler", quantile(other, 0.95), "ms"),
        Figure(f"{what}, ours / jupyter-scheduler", ratio(mine, other), "x"),
        blocks("Jupyter server", ours.server.longest_block(), LOOP_BAR),
        blocks("broker", ours.place.longest_block(), LOOP_BAR),
        blocks("jupyter-scheduler's server", theirs.server.longest_block()),
        idle.take(""),
    ]


def _beside_a_copy(
    options: Options, ours: Ours, theirs: Scheduler, small: Path, idle: Idle
) -> list[Figure]:
    """Submit while 1 GiB in eight files is copied for the run before."""
    place = ours.place
    large = place.home / "large"
    (large / ".git").mkdir(parents=True)
    for number in range(FILES):
        (large / f"{number}.bin").write_bytes(os.urandom(FILE))
    big = notebooks.write(large / "large.ipynb", "AMP")
    order, big_order = ours.order(small), ours.order(big)
    _forget_blocks(ours, theirs, idle)
    accepted: list[float] = []
    taken: list[float] = []
    for _ in range(options.count(5)):
        begun = time.perf_counter()
        run = ours.submit(big_order)["id"]
        accepted.append((time.perf_counter() - begun) * 1000)
        while place.run(run)["state"] == "staged":
            taken.append(clocked(lambda: ours.submit(order)) * 1000)
            time.sleep(PAUSE)
        _remove(place, run)
    mine, broker = ours.server.longest_block(), place.longest_block()
    slept = idle.take(", during the copy")
    job: list[str] = []
    their_time = clocked(lambda: job.append(theirs.submit(big, folder=True))) * 1000
    theirs.forget(job[0])
    blocked = theirs.server.longest_block()
    shutil.rmtree(large)
    what = "submit → accepted while 1 GiB is copied"
    return [
        Figure(f"{what}, p50", statistics.median(taken), "ms"),
        Figure(
            f"{what}, p95", quantile(taken, 0.95), "ms", BAR, f"{len(taken)} submits"
        ),
        Figure("submit of the 1 GiB itself, p50", statistics.median(accepted), "ms"),
        Figure("submit of the 1 GiB itself, jupyter-scheduler", their_time, "ms"),
        blocks("Jupyter server, during the copy", mine, LOOP_BAR),
        blocks("broker, during the copy", broker, LOOP_BAR),
        slept,
        blocks("jupyter-scheduler's server, during the copy", blocked),
    ]


def _remove(place: Place, run: str) -> None:
    """Cancel and delete it, so that the disk has room for the next."""
    place.broker.request("POST", f"/v1/runs/{run}/cancel")
    place.ended(run, SECONDS_BEFORE_GIVING_UP)
    place.broker.request("DELETE", f"/v1/runs/{run}")


def _forget_blocks(ours: Ours, theirs: Scheduler, idle: Idle) -> None:
    """Begin anew: what came before was not submitting."""
    idle.take("")
    ours.server.longest_block()
    ours.place.longest_block()
    theirs.server.longest_block()
