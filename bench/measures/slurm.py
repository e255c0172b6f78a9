"""The same notebook as a job of a real Slurm: by us, and by a script of one's own.

The script is what one writes by hand: `sbatch`, and papermill or nbconvert in it.
"""

from __future__ import annotations

import shlex
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.slurm.cluster import Cluster, program

from .. import notebooks, peers
from ..figures import Figure, interleaved, ratio
from ..options import Options
from ..place import Place, until
from ..server import Server
from .submit import Ours

BAR, MANY = 1.1, 100
LONGEST = 900.0
"""Seconds for a hundred runs on two cores."""


@dataclass
class Taken:
    """Seconds from the order."""

    first: float
    """… to the first line of the last of the runs that began"""
    total: float
    """… to the moment when the results of all are there"""
    lost: int = 0
    """how many jobs ended without a result"""


class Contest:
    """One notebook, one cluster, and where the jobs say when they began."""

    def __init__(self, place: Place, cluster: Cluster, lab: Server) -> None:
        self.place, self.cluster = place, cluster
        self.stamps, self.results = place.folder / "stamps", place.folder / "results"
        self.stamps.mkdir()
        self.results.mkdir()
        self.notebook = notebooks.stamping_as_job(
            place.work / "wave.ipynb", self.stamps
        )
        self.lab = Ours(place, lab)
        self.order = self.lab.order(self.notebook)

    def ours(self, count: int) -> Taken:
        """Press Submit so many times."""
        return self._ours(count, lambda: self.lab.submit(self.order)["id"])

    def terminal(self, count: int) -> Taken:
        """Do the same with `jupyter batch run`."""
        return self._ours(count, lambda: self.place.batch("run", self.notebook)["id"])

    def papermill(self, count: int) -> Taken:
        """Write a script with papermill, and submit it."""
        command = peers.programs("papermill") / "papermill"
        return self._by_hand(
            count,
            f"{shlex.quote(str(command))} {self.notebook} $at/wave.ipynb -p AMP 3",
        )

    def nbconvert(self, count: int) -> Taken:
        """Write a script with nbconvert, which takes no parameters."""
        command = shlex.quote(str(peers.programs("nbconvert") / "jupyter-nbconvert"))
        return self._by_hand(
            count,
            f"{command} --to notebook --execute {self.notebook} --output-dir $at",
        )

    def _ours(self, count: int, submit: Callable[[], str]) -> Taken:
        begun = self._begin()
        runs = {submit() for _ in range(count)}

        def left() -> set[str]:
            return runs & {run["id"] for run in self.place.active()}

        until(lambda: not left(), LONGEST, 0.05)
        total = time.time() - begun
        for run in map(self.place.run, runs):
            if run["state"] != "succeeded" or not Path(run["output"]).is_file():
                raise RuntimeError(f"a run of ours went wrong: {run}")
        return Taken(self._last_stamp(count) - begun, total)

    def _by_hand(self, count: int, command: str) -> Taken:
        script = self.place.folder / "job.sh"
        script.write_text(
            f"#!/bin/sh\n#SBATCH --time=10\n#SBATCH --output={self.results}/%j.log\n"
            f"at={self.results}/$SLURM_JOB_ID\nmkdir $at\n"
            f"{command} && date +%s.%N > $at/done.part && mv $at/done.part $at/done\n"
        )
        begun = self._begin()
        jobs = [
            self.cluster.ask("sbatch", "--parsable", str(script)) for _ in range(count)
        ]
        ends = [self.results / job / "done" for job in jobs]
        # of many kernels that start at once some never respond
        until(
            lambda: all(end.is_file() for end in ends) or not self._queue(),
            LONGEST,
            0.1,
        )
        done = [end for end in ends if (end.parent / "wave.ipynb").is_file()]
        last = max(float(end.read_text()) for end in done if end.is_file())
        lost = sum(not end.is_file() for end in ends)
        return Taken(self._last_stamp(count - lost) - begun, last - begun, lost)

    def _queue(self) -> str:
        return self.cluster.ask("squeue", "-h")

    def _begin(self) -> float:
        """Wait for a cluster without jobs; nobody starts beside another's end."""
        until(lambda: not self._queue(), LONGEST, 0.1)
        for stamp in self.stamps.iterdir():
            stamp.unlink()
        return time.time()

    def _last_stamp(self, count: int) -> float:
        stamps = [float(stamp.read_text()) for stamp in self.stamps.iterdir()]
        if len(stamps) < count:
            raise RuntimeError(f"{count} jobs began {len(stamps)} times")
        return max(stamps)


@contextmanager
def contest() -> Iterator[Contest]:
    """Start it all on this machine."""
    program("slurmctld")
    with tempfile.TemporaryDirectory(prefix="jlb-bench-", dir="/tmp") as folder:
        # munged wants to be seen by everybody
        Path(folder).chmod(0o755)
        with Cluster(Path(folder) / "cluster") as cluster:
            target = f'scheduler = "slurm"\nslurm_conf = "{cluster.conf}"\n'
            with (
                Place(target=target) as place,
                Server(
                    Path(sys.executable),
                    ["jupyterlab_batch"],
                    place.home,
                    place.environ,
                ) as lab,
            ):
                yield Contest(place, cluster, lab)


def measure(options: Options) -> list[Figure]:
    """Let each submit one, and then a hundred."""
    figures: list[Figure] = []
    with contest() as they:
        contenders = {
            "ours, submit in the Lab": they.ours,
            "ours, jupyter batch run": they.terminal,
            "sbatch + papermill": they.papermill,
            "sbatch + nbconvert": they.nbconvert,
        }
        figures += rows("1 run", 1, options.count(9), contenders)
        contenders.pop("ours, jupyter batch run")
        figures += rows(f"{MANY} runs", MANY, options.count(3), contenders)
    return figures


def rows(
    what: str,
    count: int,
    times: int,
    contenders: Mapping[str, Callable[[int], Taken]],
) -> list[Figure]:
    """Let them go in turn, and compare ours with the faster of the others."""
    kept: dict[str, list[Taken]] = {name: [] for name in contenders}

    def going(name: str, go: Callable[[int], Taken]) -> Callable[[], float]:
        def once() -> float:
            kept[name].append(go(count))
            return kept[name][-1].total

        return once

    interleaved(times, {name: going(name, go) for name, go in contenders.items()})
    figures = []
    for part, told in (("first", "submit → first cell"), ("total", "submit → result")):
        taken = {
            name: [getattr(each, part) for each in kept[name]] for name in contenders
        }
        middle = {name: statistics.median(each) for name, each in taken.items()}
        last = " of the last" if count > 1 and part == "first" else ""
        figures += [
            Figure(f"{what}, {told}{last}, {name}", seconds, "s")
            for name, seconds in middle.items()
        ]
        others = [name for name in taken if name.startswith("sbatch")]
        faster = min(others, key=lambda name: middle[name])
        if part == "total" and count > 1:
            figures += [
                Figure(f"{what}, without a result, {name}", lost, "", note="of all")
                for name, each in kept.items()
                if (lost := sum(one.lost for one in each)) or name.startswith("ours")
            ]
        figures += [
            Figure(
                f"{what}, {told}{last}, {name} / the faster",
                ratio(taken[name], taken[faster]),
                "x",
                BAR,
                faster,
            )
            for name in taken
            if name.startswith("ours")
        ]
    return figures
