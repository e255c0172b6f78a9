"""A place of its own: home, configuration, data, a broker, a Jupyter server."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyterlab_batch import launcher
from jupyterlab_batch.launcher.folders import config_path
from jupyterlab_batch.launcher.program import Program, node_program, package_version
from jupyterlab_batch.launcher.start import Starter

from .peers import WORK

HERE = Path(__file__).resolve().parent
ENDED = ("succeeded", "failed", "cancelled", "lost")


def until(said: Callable[[], Any], within: float = 120.0, pause: float = 0.01) -> Any:
    """Ask until there is an answer."""
    deadline = time.monotonic() + within
    while not (answer := said()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"no answer within {within:g} s")
        time.sleep(pause)
    return answer


def filled(count: int) -> Path:
    """Return a database with `count` runs that ended; kept for the next time."""
    store = HERE.parent / "broker" / "src"
    sources = [HERE / "fill.ts", *sorted((store / "store").glob("*.ts"))]
    sources += [store / "runs" / "view.ts", store / "runs" / "doc.ts"]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources))
    kept = WORK / f"runs-{count}-{digest.hexdigest()[:12]}.db"
    if not kept.is_file():
        print(f"(filling a database with {count:,} runs)", file=sys.stderr)
        WORK.mkdir(exist_ok=True)
        part = kept.with_suffix(".part")
        part.unlink(missing_ok=True)
        subprocess.run(
            [node_program(), HERE / "fill.ts", part, str(count)],
            check=True,
            cwd=HERE,
        )
        part.rename(kept)
    return kept


class Place:
    """From start to end of a `with`: nothing of the user's, nothing left running.

    Parameters
    ----------
    runs
        How many ended runs the broker starts with.
    slots
        How many runs go at once, on this machine.
    target
        Where they go instead: the lines of its table, but for its work folder.
    """

    def __init__(self, runs: int = 0, slots: int = 1, target: str = "") -> None:
        # short, since sockets lie in it
        self.folder = Path(tempfile.mkdtemp(prefix="jlb-"))
        self.data, self.home = self.folder / "data", self.folder / "home"
        self.work = self.home / "project"
        for each in (self.data, self.home, self.folder / "run"):
            each.mkdir(mode=0o700)
        (self.work / ".git").mkdir(parents=True)
        here = f'[targets.local]\nscheduler = "local"\nslots = {slots}\n'
        self._configure(f"[targets.cluster]\n{target}" if target else here)
        # what travels to a cluster lies beside the bundle, and not beside the clock
        self._probed = not target
        if runs:
            shutil.copyfile(filled(runs), self.data / "broker.db")
            (self.data / "broker.db").chmod(0o600)

    def _configure(self, target: str) -> None:
        level = self.folder / "jupyter"
        level.mkdir()
        (level / "jupyterlab_batch_config.toml").write_text(
            f'{target}time_limit = "1h"\nwork = "{self.folder / "runs"}"\n'
        )

    @property
    def environ(self) -> dict[str, str]:
        """The environment of everything that is started here."""
        kept = {
            name: text
            for name, text in os.environ.items()
            if not name.startswith(("FUNWAVE", "JUPYTER", "XDG_"))
        }
        return {
            **kept,
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.folder / "run"),
            "JUPYTER_CONFIG_DIR": str(self.folder / "jupyter"),
            "JUPYTER_DATA_DIR": str(self.folder / "data-of-jupyter"),
            "JUPYTER_RUNTIME_DIR": str(self.folder / "run"),
            "JUPYTERLAB_BATCH_DATA": str(self.data),
            "BENCH_BROKER_PROBE": str(self.folder / "probe.json"),
        }

    def starter(self, *, probed: bool = True) -> Starter:
        """Give what starts the broker, with or without a clock beside it."""

        def program() -> Program:
            bundle = HERE / "probe" / "broker.cjs"
            return Program(node_program(), bundle, package_version())

        levels = config_path(self.environ)
        if not (probed and self._probed):
            return Starter(self.data, levels, self.environ)
        return Starter(self.data, levels, self.environ, installed=program)

    def __enter__(self) -> Place:
        self.broker = launcher.Connection(self.starter().start().control)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.cancel_all()
            self.broker.request("POST", "/v1/shutdown", {"only_if_idle": False})
            socket = self.broker.control
            until(lambda: not socket.exists())
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def active(self) -> list[dict[str, Any]]:
        """List the runs that have not ended."""
        page = self.broker.request("GET", "/v1/runs?state=active&limit=500")
        return list(page["runs"])

    def cancel_all(self, but: str = "") -> None:
        """End every run, however many pages of them there are."""

        def others() -> list[str]:
            return [run["id"] for run in self.active() if run["id"] != but]

        while left := others():
            for run in left:
                self.broker.request("POST", f"/v1/runs/{run}/cancel")
            self._await_end_of(set(left))

    def _await_end_of(self, runs: set[str]) -> None:
        until(lambda: not runs & {run["id"] for run in self.active()}, pause=0.1)

    def run(self, run: str) -> dict[str, Any]:
        """Return a run as lists show it."""
        found: dict[str, Any] = self.broker.request("GET", f"/v1/runs/{run}")["run"]
        return found

    def ended(self, run: str, within: float = 300.0) -> dict[str, Any]:
        """Wait for the end of a run."""
        until(lambda: self.run(run)["state"] in ENDED, within, 0.05)
        return self.run(run)

    def reached(self, run: str, cell: int) -> None:
        """Wait until it is at that cell, from 1, or beyond."""
        until(
            lambda: ((self.run(run)["progress"] or {}).get("cell", 0)) >= cell,
            pause=0.2,
        )

    def batch(self, *arguments: str | Path) -> dict[str, Any]:
        """Run `jupyter batch … --json` and return what it says."""
        program = Path(sys.executable).parent / "jupyter-batch"
        done = subprocess.run(
            [program, *map(str, arguments), "--json"],
            env=self.environ,
            cwd=self.work,
            stdout=subprocess.PIPE,
            check=True,
        )
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    def pid(self) -> int:
        """Return the broker's process."""
        return int(self.broker.request("GET", "/v1/health")["pid"])

    def longest_block(self) -> dict[str, float]:
        """Return the broker's longest loop block since it was last asked."""
        out = self.folder / "probe.json"
        out.unlink(missing_ok=True)
        os.kill(self.pid(), signal.SIGUSR2)
        until(out.is_file)
        said: dict[str, float] = json.loads(out.read_text())
        return said
