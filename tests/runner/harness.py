"""A run folder, a fake broker and a real runner process."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import psutil

from jupyterlab_batch.runner.fold import read_events

from .fake_broker import FakeBroker


def code(source: str, *tags: str) -> Any:
    cell = nbformat.v4.new_code_cell(source)
    cell["id"] = hashlib.sha256(source.encode()).hexdigest()[:8]
    if tags:
        cell["metadata"]["tags"] = list(tags)
    return cell


def text(source: str) -> Any:
    return nbformat.v4.new_markdown_cell(source)


def book(*cells: Any) -> Any:
    made = nbformat.v4.new_notebook(
        cells=[code(cell) if isinstance(cell, str) else cell for cell in cells]
    )
    for number, cell in enumerate(made.cells):
        cell["id"] = f"cell-{number}"
    made.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    return made


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def eventually(true: Callable[[], Any], within: float = 20.0) -> Any:
    until = time.monotonic() + within
    while True:
        value = true()
        if value:
            return value
        assert time.monotonic() < until, "did not happen in time"
        time.sleep(0.01)


def surroundings() -> dict[str, str]:
    """The environment, but ipykernel must not know that it is being tested."""
    mine = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
    return {**mine, "PYTHONPATH": str(Path(__file__).parents[2])}


class Run:
    """One run; `root` is short enough for sockets."""

    def __init__(self, notebook: Any, **job: Any) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="jb", dir="/tmp"))
        self.folder = self.root / "run"
        self.work = self.root / "run" / "files"
        self.work.mkdir(parents=True)
        self.id = f"run-{self.root.name}"
        self.broker = FakeBroker(self.root / "job.sock").start()
        (self.folder / "input.ipynb").write_text(nbformat.writes(notebook))
        self.environment: dict[str, str] = {}
        self.python = sys.executable
        self.process: subprocess.Popen[bytes] | None = None
        self.job = {
            "version": 1,
            "run": self.id,
            "attempt": 1,
            "notebook": "n.ipynb",
            "language": "python",
            "kernel": {
                "name": "python3",
                "display_name": "Python 3",
                "language": "python",
                "argv": [
                    sys.executable,
                    "-m",
                    "ipykernel_launcher",
                    "-f",
                    "{connection_file}",
                ],
                "env_names": [],
                "resource_dir": None,
                "interrupt_mode": "signal",
            },
            "cwd": str(self.work),
            "runtime_dir": str(self.root / "r"),
            "job_socket": str(self.broker.path),
            "data_dir": str(self.root / "data"),
            "config_path": [],
            "time_limit": 600,
            "grace": 2,
            "output_cap": 64 << 20,
            "broker_environment": {},
            "has_identity": True,
            "prefix": None,
            "parameters": [],
            "outputs": [],
            **job,
        }

    def start(self, ticket: str | None = None) -> subprocess.Popen[bytes]:
        (self.folder / "job.json").write_text(json.dumps(self.job))
        environment = {
            **surroundings(),
            "JUPYTERLAB_BATCH_RUN": self.id,
            "JUPYTERLAB_BATCH_FOLDER": str(self.folder),
            "JUPYTERLAB_BATCH_SOCKET": str(self.root / "r" / "agent.sock"),
            **self.environment,
        }
        with open(self.folder / "runner.log", "ab") as log:
            self.process = subprocess.Popen(
                [self.python, "-m", "jupyterlab_batch.runner", str(self.folder)],
                cwd="/",
                env=environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        assert self.process.stdin is not None
        line = (self.broker.ticket if ticket is None else ticket).encode()
        with contextlib.suppress(BrokenPipeError):
            if line:
                self.process.stdin.write(line + b"\n")
            self.process.stdin.close()
        return self.process

    def wait(self, within: float = 90.0) -> int:
        assert self.process is not None
        return self.process.wait(within)

    def go(self) -> Any:
        """Run to the end; return the executed notebook."""
        self.start()
        code = self.wait()
        assert (self.folder / "output.ipynb").exists(), f"exit {code}: {self.log()}"
        return self.output()

    def output(self) -> Any:
        made = nbformat.read(self.folder / "output.ipynb", 4)
        nbformat.validate(made)
        return made

    def summary(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "summary.json").read_text())
        return found

    def rebuild(self) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "jupyterlab_batch.runner", "rebuild", self.folder],
            cwd=Path(__file__).parents[2],
            check=True,
            stdout=subprocess.PIPE,
        )
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def events(self, op: str | None = None) -> list[dict[str, Any]]:
        found = list(read_events(str(self.folder / "events.jsonl")))
        return [one for one in found if op is None or one["op"] == op]

    def log(self) -> str:
        return (self.folder / "runner.log").read_text()

    def until_printed(self, word: str) -> None:
        eventually(lambda: any(word in e["text"] for e in self.events("stream")))

    def processes(self) -> list[psutil.Process]:
        """Living processes that carry the run's marker, without the runner."""
        found = []
        for one in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                own = self.process is not None and one.pid == self.process.pid
                if one.environ().get("JUPYTERLAB_BATCH_RUN") == self.id and not own:
                    found.append(one)
        return found

    def kernel(self) -> psutil.Process:
        """The kernel's process, once it is there."""
        found: psutil.Process = eventually(
            lambda: next(
                (one for one in self.processes() if "ipykernel" in str(one.cmdline())),
                None,
            )
        )
        return found

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        for one in self.processes():
            with contextlib.suppress(psutil.Error):
                one.kill()
        self.broker.stop()
        shutil.rmtree(self.root, ignore_errors=True)


@contextlib.contextmanager
def run_of(*cells: Any, **job: Any) -> Iterator[Run]:
    run = Run(book(*cells), **job)
    try:
        yield run
    finally:
        run.close()
