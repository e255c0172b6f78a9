"""Bringing a run to a point of its life where it stays until the test lets go."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from platform_process import Platform

from .place import Place, until
from .served import Served

WAIT = "import os, time\nwhile not os.path.exists({0!r}):\n    time.sleep(0.02)"
TOKEN = "from jupyterlab_batch.job import token\nassert token().reveal()"

# waits, then becomes the kernel: the same process, so that it can be killed before
GATED = """\
import os, sys, time
while not os.path.exists(sys.argv[1]):
    time.sleep(0.02)
os.execv(sys.executable, [sys.executable, "-m", "ipykernel_launcher", *sys.argv[2:]])
"""


class Scene:
    """A place with a platform, a run, and what holds the run where it is."""

    def __init__(self, place: Place, platform: Platform, served: bool) -> None:
        self.place, self.platform = place, platform
        self.server = Served(place) if served else None
        self.gate = place.folder / "gate"
        self.run = ""
        self.accepted: dict[str, Any] = {}
        self._stopped: list[int] = []

    def submit(self, *cells: str, kernel: str | None = None, **env: str) -> None:
        """Submit a notebook through the server, where there is one."""
        notebook = self.place.notebook(*cells)
        if self.server is None:
            more = () if kernel is None else ("--kernel", kernel)
            self.accepted = self.place.json("run", notebook, *more, code=0, **env)
        else:
            self.accepted = self.server.submit(notebook, kernel)
        self.run = str(self.accepted["id"])

    def stop(self, pid: int | None) -> None:
        """Stop a process until `release`."""
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        self._stopped.append(pid)

    def release(self) -> None:
        """Let everything go on that is still there."""
        self.gate.touch()
        for pid in self._stopped:
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                continue

    def said(self, text: str) -> None:
        """Wait until the notebook printed this."""
        until(lambda: text in self.place.events(self.run), f"{text!r} in the events")

    def pid(self, process: str) -> int | None:
        """The process of that name, if it lives."""
        if process == "server":
            return None if self.server is None else self.server.process.pid
        if process == "broker":
            return self.place.broker
        find = self.place.runner if process == "runner" else self.place.kernel
        return find(self.run)


def gated(scene: Scene) -> None:
    """Install a kernel that does not answer before the gate is open."""
    folder = scene.place.folder / "data" / "kernels" / "gated"
    folder.mkdir(parents=True)
    (folder / "gate.py").write_text(GATED)
    argv = [sys.executable, str(folder / "gate.py"), str(scene.gate)]
    spec = {
        "argv": [*argv, "-f", "{connection_file}"],
        "display_name": "Gated",
        "language": "python",
    }
    (folder / "kernel.json").write_text(json.dumps(spec))


def accepted(scene: Scene) -> None:
    """Just now a reply said that it is accepted; the copying has hardly begun."""
    scene.submit("print('before')", "print('after')")
    # A runner may be there by now; when this was answered there was none.
    told = scene.accepted
    assert told["state"] == "staged", told
    assert told["native_id"] is None and told["started_at"] is None, told


def copying(scene: Scene) -> None:
    """Between the first and the last of eight files."""
    for number in range(8):
        with open(scene.place.project / f"data{number}.bin", "wb") as file:
            file.truncate(128 << 20)
    scene.submit("print('before')", "print('after')")
    folder = until(
        lambda: next(iter(scene.place.work.glob(f"*/*/{scene.run}/files")), None),
        "the run folder",
    )
    until(lambda: any(folder.glob("**/*.bin")), "the first file")
    scene.stop(scene.pid("broker"))
    copied = [file for file in folder.glob("**/data*") if file.suffix == ".bin"]
    assert len([file for file in copied if file.stat().st_size == 128 << 20]) < 8


def queued(scene: Scene) -> None:
    """Behind another run, which has the only slot."""
    first = scene.place.notebook(WAIT.format(str(scene.gate)), name="first.ipynb")
    before = scene.place.submit(first)
    scene.place.state(before, "running")
    scene.submit("print('before')", "print('after')")
    assert scene.place.state(scene.run, "queued")["position"] == 1


def waiting(scene: Scene) -> None:
    """Its job waits for a permit, which waits for a client at the platform."""
    gated(scene)
    scene.stop(scene.platform.pid)
    scene.submit("print('before')", "print('after')", kernel="gated")
    # a runner starts its kernel while it asks for the permit
    until(lambda: scene.pid("kernel"), "the process of the kernel")
    lease = {"state": None}

    def provisioning() -> bool:
        lease.update((scene.place.run(scene.run) or {}).get("lease") or {})
        return lease["state"] == "PROVISIONING"

    until(provisioning, "a lease that waits")


def permitted(scene: Scene) -> None:
    """It has its permit; its kernel does not answer yet."""
    gated(scene)
    scene.submit("print('before')", "print('after')", kernel="gated")
    until(lambda: scene.pid("kernel"), "the process of the kernel")
    scene.place.state(scene.run, "running")


def mid_cell(scene: Scene) -> None:
    """In the second of three cells, with a token in use."""
    scene.submit(
        f"{TOKEN}\nprint('before')", WAIT.format(str(scene.gate)), "print('after')"
    )
    scene.said("before")
    until(
        lambda: '"number": 2' in _spaced(scene.place.events(scene.run)),
        "the second cell",
    )


def finishing(scene: Scene) -> None:
    """The last cell has ended, nothing is delivered: the broker does not look."""
    mid_cell(scene)
    scene.stop(scene.pid("broker"))
    scene.gate.touch()
    scene.said("run_ended")


def revoking(scene: Scene) -> None:
    """Delivered, and the platform does not answer to the revocation."""
    mid_cell(scene)
    scene.stop(scene.platform.pid)
    scene.gate.touch()
    scene.place.state(scene.run, "succeeded")
    lease = scene.place.run(scene.run)["lease"]
    assert lease["state"] in ("DRAINING", "REVOKING", "RETRYING"), lease


def _spaced(events: str) -> str:
    return events.replace('":', '": ').replace(":  ", ": ")


POINTS: dict[str, Callable[[Scene], None]] = {
    point.__name__: point
    for point in (
        accepted, copying, queued, waiting, permitted, mid_cell, finishing, revoking
    )
}  # fmt: skip


def inventory_is_clean(
    place: Place, platform: Platform, shared: set[str] | None = None
) -> dict[str, Any]:
    """No token alive, no client left but the orphans that `leases` lists.

    On a platform that is `shared` with other places, only what is named after a
    lease of this one is looked at: those that it lists, and those given, which it
    may have forgotten with their runs.
    """
    told = place.ask("/v1/leases") or place.json("leases")
    assert all(lease["state"] == "CLOSED" for lease in told["leases"]), told
    books = platform.inventory()
    orphans = {(one["kind"], one["name"]) for one in told["orphans"]}
    mine = {lease["id"] for lease in told["leases"]} | (shared or set())
    left = [
        client["name"]
        for client in books["clients"]
        if ("client", client["name"]) not in orphans
        and (client["name"] in mine or shared is None)
    ]
    assert not left, (left, told)
    # a token keeps the name of its client, which may be gone before it
    living = [
        token["name"]
        for token in books["tokens"]
        if token["alive"]
        and ("token", token["name"]) not in orphans
        and (token["name"] in mine or shared is None)
    ]
    assert not living, (living, told)
    return books


def delivered(run: Any) -> Path:
    """Where the executed notebook lies."""
    assert run["output"] is not None, run
    path = Path(run["output"])
    assert path.is_file(), path
    return path


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Mount a small disk of its own."""
    folder.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", folder],
        check=True,
    )
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
