"""One user's whole world in a folder, and what can be seen of it from outside.

Nothing here starts a broker by itself: what must come back without anybody's doing
is looked at through `Place.ask`, which answers None while no broker is there.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import nbformat
from platform_process import Platform, configure, environment

from jupyterlab_batch.launcher import Connection, LauncherError, lock
from jupyterlab_batch.launcher.errors import BrokerError
from tests.contract import check_reply, route_of

BIN = Path(sys.executable).parent
LONGEST = 90.0
"""Seconds; what takes longer than this never happens."""

T = TypeVar("T")


def until(look: Callable[[], T | None], what: str, seconds: float = LONGEST) -> T:
    """Wait until something is true, and give it."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(0.03)


def processes() -> Iterable[tuple[int, bytes, bytes]]:
    """Every living process with its command line and environment.

    That of a process which is not dumpable, as a runner is, only root sees: empty.
    """
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            if (entry / "stat").read_bytes().rsplit(b")", 1)[1].split()[0] == b"Z":
                continue
            command, env = (entry / "cmdline").read_bytes(), b""
            with contextlib.suppress(PermissionError):
                env = (entry / "environ").read_bytes()
            yield int(entry.name), command, env


def alive(pid: int) -> bool:
    """Whether a process is there and is not a zombie."""
    with contextlib.suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_bytes()
        return stat.rsplit(b")", 1)[1].split()[0] not in b"ZX"
    return False


def end(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    """End a process that is ours, and wait until it is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
    until(lambda: not alive(pid), f"the end of process {pid}", 20)


def marked(run: str) -> set[int]:
    """The processes that carry the mark of a run."""
    mark = f"JUPYTERLAB_BATCH_RUN={run}".encode()
    return {pid for pid, _, env in processes() if mark in env.split(b"\0")}


class Place:
    """A HOME, data, configuration, work and project of their own."""

    def __init__(
        self,
        folder: Path,
        platform: Platform | None = None,
        slots: int = 2,
        limit: str = "1h",
    ) -> None:
        self.folder = folder
        self.platform = platform
        self.home, self.project = folder / "home", folder / "waves"
        self.work, self.data = folder / "work", folder / "data" / "jupyterlab-batch"
        self.home.mkdir(parents=True)
        self.project.mkdir()
        (self.project / "jupyterlab-batch.toml").touch()
        self.env = environment(folder, self.home, XDG_RUNTIME_DIR=str(folder / "run"))
        for name in ("WORK", "JUPYTERLAB_BATCH_DATA", "JUPYTERLAB_BATCH_FAIL_POINT"):
            self.env.pop(name, None)
        if platform is not None:
            configure(folder / "jupyter", platform, self.work, slots, limit)
        else:
            self.configure(
                '[targets.local]\nscheduler = "local"\n'
                f'slots = {slots}\ntime_limit = "{limit}"\nwork = "{self.work}"\n'
            )

    def configure(self, text: str) -> None:
        """Replace the configuration."""
        folder = self.folder / "jupyter"
        folder.mkdir(exist_ok=True)
        (folder / "jupyterlab_batch_config.toml").write_text(text)

    def notebook(self, *cells: str, name: str = "wave.ipynb", **metadata: Any) -> Path:
        """Write a notebook of these code cells into the project."""
        content = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
            metadata={
                "kernelspec": {"name": "python3", "display_name": "Python 3"},
                "language_info": {"name": "python"},
                **metadata,
            },
        )
        path = self.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(content, path)
        return path

    # -- the terminal -----------------------------------------------------

    def batch(
        self, *arguments: str | Path, code: int | None = 0, **env: str
    ) -> subprocess.CompletedProcess[str]:
        """Run `jupyter batch …`; its exit code has to be `code`, if any."""
        done = subprocess.run(
            [BIN / "jupyter-batch", *map(str, arguments)],
            env={**self.env, **env},
            cwd=self.project,
            capture_output=True,
            text=True,
            timeout=LONGEST,
        )
        assert code is None or done.returncode == code, done.stdout + done.stderr
        return done

    def json(self, *arguments: str | Path, code: int | None = 0, **env: str) -> Any:
        """Run a command with `--json`; give the one document it prints."""
        return json.loads(self.batch(*arguments, "--json", code=code, **env).stdout)

    def submit(self, notebook: Path, *arguments: str, **env: str) -> str:
        """Submit a notebook; give the id of the run."""
        return str(self.json("run", notebook, *arguments, code=0, **env)["id"])

    # -- what is there ----------------------------------------------------

    def lose_broker(self) -> None:
        """Kill the broker, and wait for the one that somebody brings back."""
        lost = self.broker
        assert lost is not None
        end(lost)
        until(lambda: self.broker not in (None, lost), "another broker")

    @property
    def broker(self) -> int | None:
        """The pid of the living broker, if there is one."""
        path = self.data / "broker.lock"
        holder = lock.read_holder(path)
        if holder is None or not lock.is_held(path) or not alive(holder.pid):
            return None
        return holder.pid

    def runner(self, run: str) -> int | None:
        """The pid of a run's living runner."""
        for pid, command, _ in processes():
            words = command.split(b"\0")
            ours = any(run.encode() in word for word in words)
            if ours and b"jupyterlab_batch.runner" in words and b"rebuild" not in words:
                return pid
        return None

    def kernel(self, run: str) -> int | None:
        """The pid of a run's living kernel, also while it waits at the gate."""
        mark = f"JUPYTERLAB_BATCH_RUN={run}".encode()
        for pid, command, env in processes():
            if mark in env.split(b"\0") and b"/kernel.json" in command:
                return pid
        return None

    def ask(self, path: str) -> Any:
        """Ask the broker that lives, or give None: it is not started for us."""
        holder = lock.read_holder(self.data / "broker.lock")
        if holder is None:
            return None
        try:
            socket = Path(holder.sockets) / "control.sock"
            told = Connection(socket).request("GET", path, timeout=5.0)
        except (BrokerError, LauncherError):
            return None
        return check_reply(route_of("GET", path), told)

    def run(self, run: str) -> Any:
        """What the living broker knows of a run; empty while there is none."""
        detail = self.ask(f"/v1/runs/{run}")
        return {} if detail is None else detail["run"]

    def ended(self, run: str, seconds: float = LONGEST) -> Any:
        """Wait until a run has ended and is closed."""
        last: list[Any] = [None]

        def closed() -> bool:
            last[0] = self.run(run) or last[0]
            return bool(last[0] and last[0]["closed_at"])

        try:
            until(closed, f"the end of run {run}", seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}; last seen: {last[0]}") from None
        return last[0]

    def state(self, run: str, *states: str) -> Any:
        """Wait until a run is in one of these states."""
        return until(
            lambda: (found := self.run(run)).get("state") in states and found,
            f"{states} of run {run}",
        )

    def events(self, run: str) -> str:
        """The runner's event log so far."""
        found = list(self.work.glob(f"*/*/{run}/events.jsonl"))
        return found[0].read_text(errors="replace") if found else ""

    def close(self) -> None:
        """End everything that lives below this place, by pid."""
        mine = os.fsencode(self.folder)
        for _ in range(3):
            for pid, command, env in list(processes()):
                ours = mine + b"/" in command or any(
                    word.partition(b"=")[2].startswith(mine + b"/")
                    for word in env.split(b"\0")
                )
                if ours and pid != os.getpid():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGCONT)
                    end(pid)

    def __enter__(self) -> Place:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def texts(notebook: str | Path) -> str:
    """Everything that a notebook's outputs say."""
    found = nbformat.read(notebook, as_version=4)
    return "\n".join(
        json.dumps(output)
        for cell in found.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )
