"""Finding the broker, starting it when there is none, and ending it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import lock, program
from .connection import Connection
from .errors import (
    BrokerElsewhere,
    BrokerError,
    BrokerOutdated,
    BrokerUnreachable,
    LauncherError,
    UnsupportedPlatform,
)
from .folders import (
    Places,
    config_path,
    data_folder,
    make_data_folder,
    private,
    sockets_folder,
)
from .program import Program

PATIENCE = 40.0
"""Seconds to wait for a broker that another process is starting."""

STOPPED = "broker.stopped"
"""In the data folder: the user stopped the broker, and has not called since."""

_POLL = 0.02


def refuse_platform() -> None:
    """Refuse Windows, in words."""
    if sys.platform == "win32":
        raise UnsupportedPlatform(
            "jupyterlab-batch does not run on Windows.",
            "Use it in WSL 2, or connect to a Linux machine.",
        )


def places_of(data: Path, environ: Mapping[str, str] = os.environ) -> Places:
    """Say where the broker of a data folder listens, or would.

    The folder that the last broker on this machine used comes first: job and login
    shell may differ in ``XDG_RUNTIME_DIR``, and must meet.
    """
    last = lock.read_holder(data / "broker.lock")
    if last and last.here and os.path.isabs(last.sockets):
        folder = Path(last.sockets)
        with contextlib.suppress(LauncherError):
            if folder.parent.is_dir():
                return Places(data, private(folder))
    return Places(data, sockets_folder(data, environ))


@dataclass
class Starter:
    """One client's way to one broker."""

    data: Path
    levels: Sequence[str]
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    installed: Callable[[], Program] = Program.installed
    patience: float = PATIENCE
    ready_within: float = program.READY_WITHIN

    def find(self) -> Places | None:
        """Return where a broker answers now, if one does."""
        places = places_of(self.data, self.environ)
        return places if _answers(places.control) else None

    def start(self) -> Places:
        """Return where a broker answers, starting one when there is none.

        Raises
        ------
        LauncherError
            The tree's members say which of the many reasons it was.
        """
        refuse_platform()
        make_data_folder(self.data)
        deadline = time.monotonic() + self.patience
        while True:
            found = self.find()
            if found is not None:
                return found
            descriptor = lock.acquire(self.data / "broker.lock")
            if descriptor is not None:
                try:
                    return self._start_with(descriptor)
                finally:
                    os.close(descriptor)
            self._wait_for_winner(deadline)

    def _start_with(self, descriptor: int) -> Places:
        started = self.installed()
        places = places_of(self.data, self.environ)
        private(places.sockets)
        try:
            lock.write_holder(descriptor, os.getpid(), started.version, places.sockets)
        except OSError as error:
            raise BrokerUnreachable(
                f"The broker cannot be started: {self.data / 'broker.lock'} cannot be "
                f"written ({error.strerror}).",
                "Make room there, or set JUPYTERLAB_BATCH_DATA to another folder.",
            ) from error
        reader, writer = os.pipe()
        try:
            try:
                child = program.spawn(
                    started, places, descriptor, writer, list(self.levels), self.environ
                )
            finally:
                os.close(writer)
            lock.write_holder(descriptor, child.pid, started.version, places.sockets)
            program.await_ready(child, reader, places.log, self.ready_within)
        finally:
            os.close(reader)
        return places

    def _wait_for_winner(self, deadline: float) -> None:
        """Wait until the holder of the lock listens or lets go of it."""
        path = self.data / "broker.lock"
        while lock.is_held(path):
            holder = lock.read_holder(path)
            if holder is not None and not holder.here:
                raise elsewhere(holder, self.data)
            if self.find() is not None:
                return
            if time.monotonic() > deadline:
                pid = holder.pid if holder else "unknown"
                raise BrokerUnreachable(
                    f"The broker (process {pid}) holds its lock but does not answer.",
                    "End it with `jupyter batch broker stop`; runs go on and are "
                    "found again by the next broker.",
                )
            time.sleep(_POLL)


def elsewhere(holder: lock.Holder, data: Path) -> BrokerElsewhere:
    """Say that the broker runs on another machine, and what to do."""
    return BrokerElsewhere(
        f"Your broker runs on {holder.host}.",
        f"Work there (ssh {holder.host}), stop it there with `jupyter batch broker "
        f"stop`, or give this machine a broker of its own: set JUPYTERLAB_BATCH_DATA "
        f"to a folder other than {data}.",
    )


def _answers(control: Path) -> bool:
    try:
        Connection(control).request("GET", "/v1/health", timeout=5.0)
    except BrokerError:
        return True
    except LauncherError:
        return False
    return True


def _starter(
    data_dir: str | os.PathLike[str] | None,
    levels: Sequence[str] | None,
    installed: Callable[[], Program] = Program.installed,
    environ: Mapping[str, str] = os.environ,
) -> Starter:
    refuse_platform()
    return Starter(
        data_folder(data_dir),
        config_path() if levels is None else levels,
        environ,
        installed,
    )


def connect(
    data_dir: str | os.PathLike[str] | None = None,
    start: bool = True,
    config_path: Sequence[str] | None = None,
    *,
    installed: Callable[[], Program] = Program.installed,
) -> Connection:
    """Connect to the broker of a data folder.

    Parameters
    ----------
    data_dir : path, optional
        Default: ``$JUPYTERLAB_BATCH_DATA``, else under Jupyter's data folder.
    start : bool
        Start one when there is none, and bring it back when it has idled out.
    config_path : sequence of str, optional
        Configuration levels, low to high; default Jupyter's.
    installed : callable, optional
        Finds what to start.

    Raises
    ------
    LauncherError
        Each member of the tree has a code, a message and a fix.
    """
    starter = _starter(data_dir, config_path, installed)
    if not start:
        found = starter.find()
        if found is None:
            _refuse_elsewhere(starter.data)
            raise BrokerUnreachable(
                "No broker is running.", "Any `jupyter batch list` starts it."
            )
        return Connection(found.control)
    with contextlib.suppress(OSError):
        (starter.data / STOPPED).unlink(missing_ok=True)
    places = starter.start()
    notice = ""
    mine = package_version_of(starter)
    running = str(_health(places.control).get("version", mine))
    if _order(running) < _order(mine):
        places, notice = _replace(starter, places, running, mine)
    elif not _compatible(running, mine):
        raise BrokerOutdated(
            f"The broker is of version {running}, this program of version {mine}.",
            "Start this program again from the environment that has the newer one.",
        )
    return Connection(places.control, lambda: starter.start().control, notice)


def package_version_of(starter: Starter) -> str:
    """Return the version that this client would start."""
    try:
        return starter.installed().version
    except LauncherError:
        return program.package_version()


def _replace(
    starter: Starter, places: Places, running: str, mine: str
) -> tuple[Places, str]:
    """Put a newer broker in the place of an idle one."""
    try:
        Connection(places.control).request(
            "POST", "/v1/shutdown", {"only_if_idle": True}
        )
    except BrokerError as error:
        if error.code != "broker_busy":
            raise
        told = (
            f"The broker is of version {running} and busy; version {mine} replaces it "
            "when its runs have ended."
        )
        if _compatible(running, mine):
            return places, told
        raise BrokerOutdated(
            told, "Wait for them, or cancel them with the older program."
        ) from error
    _await_end(places, starter.patience)
    return starter.start(), ""


def ensure(
    data_dir: str | os.PathLike[str],
    config_path: Sequence[str],
    environ: Mapping[str, str] = os.environ,
    *,
    installed: Callable[[], Program] = Program.installed,
) -> Places:
    """Start the broker if there is none; for runners, which never replace it.

    A broker that the user has stopped when it was idle stays away: the runner is
    just leaving, and nothing is lost with it.

    Parameters
    ----------
    environ : mapping
        What it is started with: a job's own is not all that a broker needs.
    """
    starter = _starter(data_dir, config_path, installed, environ)
    if (starter.data / STOPPED).exists():
        raise BrokerUnreachable(
            "The broker was stopped by its user.", "Any `jupyter batch list` starts it."
        )
    return starter.start()


def status(data_dir: str | os.PathLike[str] | None = None) -> dict[str, Any]:
    """Tell about the broker without starting it (`broker status --json`)."""
    starter = _starter(data_dir, ())
    found = starter.find()
    if found is None:
        _refuse_elsewhere(starter.data)
    health = _health(found.control) if found else {}
    places = found or places_of(starter.data)
    told = ("pid", "version", "since", "active_runs", "open_leases")
    return {
        "running": found is not None,
        **{name: health.get(name) for name in told[:2]},
        "socket": str(places.control),
        "data": str(starter.data),
        **{name: health.get(name) for name in told[2:]},
    }


def stop(
    data_dir: str | os.PathLike[str] | None = None,
    only_if_idle: bool = False,
    within: float = 30.0,
) -> bool:
    """Stop the broker; runs go on and are found again by the next one.

    One that is stopped ``only_if_idle`` stays away until the next `connect`. One
    with active runs or open leases is brought back by their runners.

    Raises
    ------
    BrokerError
        ``broker_busy``: it is not idle, and goes on.

    Returns
    -------
    bool
        False when none was running.
    """
    starter = _starter(data_dir, ())
    path = starter.data / "broker.lock"
    found = starter.find()
    if found is not None:
        body = {"only_if_idle": only_if_idle}
        mark = starter.data / STOPPED
        if only_if_idle:
            # before it goes: a runner that is just leaving looks for it at once
            with contextlib.suppress(OSError):
                mark.touch(mode=0o600)
        try:
            Connection(found.control).request("POST", "/v1/shutdown", body)
        except LauncherError:
            with contextlib.suppress(OSError):
                mark.unlink(missing_ok=True)
            raise
    elif not lock.is_held(path):
        return False
    else:
        _refuse_elsewhere(starter.data)
        _terminate(path)
    _await_end(places_of(starter.data), within)
    return True


def _terminate(path: Path) -> None:
    """End a broker that no longer answers, by its pid and only if it is one."""
    holder = lock.read_holder(path)
    if holder is None:
        raise BrokerUnreachable(f"Who holds {path} cannot be read.")
    command = Path(f"/proc/{holder.pid}/cmdline")
    if command.exists() and os.fsencode(path.parent) not in command.read_bytes():
        raise BrokerUnreachable(
            f"Process {holder.pid} is not the broker, yet {path} is locked.",
            "Find the process that holds it with `lsof`.",
        )
    with contextlib.suppress(ProcessLookupError):
        os.kill(holder.pid, signal.SIGTERM)


def _await_end(places: Places, within: float) -> None:
    deadline = time.monotonic() + within
    while lock.is_held(places.lock):
        if time.monotonic() > deadline:
            raise BrokerUnreachable(
                f"The broker did not end within {within:g} s.", f"See {places.log}."
            )
        time.sleep(_POLL)


def _refuse_elsewhere(data: Path) -> None:
    path = data / "broker.lock"
    holder = lock.read_holder(path)
    if holder is not None and not holder.here and lock.is_held(path):
        raise elsewhere(holder, data)


def _health(control: Path) -> dict[str, Any]:
    answer = Connection(control).request("GET", "/v1/health", timeout=10.0)
    return answer if isinstance(answer, dict) else {}


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:4])


def _compatible(one: str, other: str) -> bool:
    return _order(one)[:2] == _order(other)[:2]
