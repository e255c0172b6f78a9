"""One attempt from ticket to release."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import signal
import sys
import threading
import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import munge, processes, socketfolder
from .events import DiskFull, EventLog
from .jobfile import JobFile
from .kernel import Handshake, Kernel, KernelNotStarted
from .log import Log
from .redaction import Vault
from .stop import CANCELLED, DISK_FULL, FOLDER_GONE, TIMEOUT, Stop

if TYPE_CHECKING:
    from .broker import BrokerClient
    from .execution import CellEnd

SUCCEEDED, FAILED, BAD_JOB, NO_TICKET, NO_PERMIT, WAS_CANCELLED = range(6)
KERNEL_PATIENCE = 120.0
SHUTDOWN_PATIENCE = 5.0

_MESSAGES = {
    DISK_FULL: "There is no space left for the run's events; what was written is kept",
    FOLDER_GONE: "The run folder was deleted while the run was going on",
    CANCELLED: "The run was cancelled",
}


@dataclass
class End:
    """What `run_ended` says."""

    outcome: str
    reason: str | None = None
    message: str | None = None
    cell: int | None = None
    exit_code: int | None = None
    signal: str | None = None


def read_ticket() -> str | None:
    """Read the ticket from stdin; None when there is none."""
    line = b""
    while not line.endswith(b"\n") and len(line) <= 64:
        piece = os.read(0, 65 - len(line))
        if not piece:
            return None
        line += piece
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    ticket = line.decode("ascii", "replace").strip()
    return ticket if re.fullmatch("[0-9a-f]{64}", ticket) else None


def start(job: JobFile) -> int:
    """Run a job to its end; return the runner's exit code."""
    processes.harden()
    ticket = read_ticket()
    if ticket is None:
        return NO_TICKET
    # what we start on the way (a broker) is not of this run
    for name in ("RUN", "ATTEMPT", "FOLDER", "SOCKET"):
        os.environ.pop(f"JUPYTERLAB_BATCH_{name}", None)
    munge_socket = os.environ.pop(munge.VARIABLE, None)
    vault = Vault()
    log = Log(os.dup(1), vault)
    log.catch_all()
    stop = Stop()
    stop.listen()
    attempt = Attempt(job, ticket, vault, log, stop, munge_socket)
    if not job.far:
        socketfolder.own_folder(job.runtime_dir)
        return attempt.run()
    with socketfolder.held(job.runtime_dir):
        return attempt.run()


class Attempt:
    """The runner's whole life, in the order in which it happens."""

    def __init__(
        self,
        job: JobFile,
        ticket: str,
        vault: Vault,
        log: Log,
        stop: Stop,
        munge_socket: str | None = None,
    ) -> None:
        self._job = job
        self._ticket = ticket
        self._vault = vault
        self._log = log
        self._stop = stop
        self._munge = munge_socket
        self._permit: dict[str, Any] | None = None
        self._permitted_at = 0.0
        self._refusal: Exception | None = None
        self._asked = threading.Event()
        self._client: BrokerClient | None = None
        self._oom_before = processes.oom_kills()

    def run(self) -> int:
        """Run it all."""
        output = self._log.pipe()
        kernel = Kernel(self._job, output)
        failure: KernelNotStarted | None = None
        # the permit is asked for while the kernel starts: neither waits
        try:
            kernel.start()
        except KernelNotStarted as error:
            failure = error
        os.close(output)
        threading.Thread(target=self._stay_in_touch, daemon=True).start()
        kernel.connect(self._stop.wake)
        handshake = Handshake(kernel)
        if failure is None:
            failure = self._wait_ready(kernel, handshake)
        while not self._asked.is_set() and self._stop.reason is None:
            self._asked.wait(0.1)
        if self._permit is None or self._client is None:
            kernel.kill()
            processes.sweep(self._job.run)
            self._log.line(f"no permit: {self._refusal or 'cancelled before it came'}")
            return NO_PERMIT
        return self._permitted(kernel, handshake, failure)

    def _stay_in_touch(self) -> None:
        """Ask for the permit; then, also while a slow kernel starts, show life."""
        from .broker import BrokerClient

        try:
            self._client = BrokerClient(
                self._job,
                self._ticket,
                secrets.token_hex(32),
                self._log.line,
                munge_socket=self._munge,
            )
            self._permit = self._client.permit()
            self._permitted_at = time.monotonic()
            # where a scheduler started us it lay there until now
            with contextlib.suppress(OSError):
                os.unlink(os.path.join(self._job.folder, "ticket"))
        except Exception as error:
            self._refusal = error
        finally:
            self._asked.set()
            self._stop.nudge()
        if self._client is not None and self._permit is not None:
            self._client.beat(lambda: self._stop.request(CANCELLED))

    def _wait_ready(
        self, kernel: Kernel, handshake: Handshake
    ) -> KernelNotStarted | None:
        until = time.monotonic() + KERNEL_PATIENCE
        messages: list[Any] = []
        while not handshake.take(messages):
            if self._refusal is not None or self._stop.reason is not None:
                return None
            messages = kernel.poll(0.02)
            self._stop.drain()
            if not messages and not kernel.alive:
                code, number = kernel.exit
                return KernelNotStarted(
                    f"The kernel {self._job.kernel.name} ended before it was ready"
                    f" (exit code {code}, signal {number}): see runner.log"
                )
            if time.monotonic() > until:
                return KernelNotStarted(
                    f"The kernel {self._job.kernel.name} was not ready after"
                    f" {KERNEL_PATIENCE:g} s: see runner.log"
                )
        return None

    def _permitted(
        self,
        kernel: Kernel,
        handshake: Handshake,
        failure: KernelNotStarted | None,
    ) -> int:
        from .agent import TokenAgent

        client = self._client
        assert client is not None and self._permit is not None
        agent = TokenAgent(self._job.agent_socket, client.token, self._vault)
        agent.start()
        events = EventLog(self._job.events, self._vault.tree)
        end = self._guarded(kernel, handshake, failure, events)
        agent.stop()
        if not self._close(events, end):
            end = End("failed", DISK_FULL, _MESSAGES[DISK_FULL], exit_code=1)
        self._fold()
        # all is kept: a signal now only means not to wait for the lease
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: client.leave())
        client.release(end.outcome, end.exit_code)
        client.close()
        codes = {"succeeded": SUCCEEDED, "cancelled": WAS_CANCELLED}
        return codes.get(end.outcome, FAILED)

    # -- the notebook -----------------------------------------------------

    def _guarded(
        self,
        kernel: Kernel,
        handshake: Handshake,
        failure: KernelNotStarted | None,
        events: EventLog,
    ) -> End:
        """Execute; also a defect of ours has to end in a `run_ended`."""
        try:
            return self._execute(kernel, handshake, failure, events)
        except DiskFull:
            return End("failed", DISK_FULL, _MESSAGES[DISK_FULL], exit_code=1)
        except Exception as error:
            self._log.line(traceback.format_exc())
            message = f"The runner failed ({type(error).__name__}): see runner.log"
            return End("failed", "internal", message, exit_code=1)
        finally:
            kernel.kill()
            kernel.close()
            left = processes.sweep(self._job.run)
            if left:
                self._log.line(f"{left} processes of this run could not be ended")

    def _execute(
        self,
        kernel: Kernel,
        handshake: Handshake,
        failure: KernelNotStarted | None,
        events: EventLog,
    ) -> End:
        from . import notebook
        from .capture import Capture
        from .execution import Execution
        from .widgets import Widgets

        job = self._job
        cells = notebook.read(job.notebook)["cells"]
        code = [index for index, cell in enumerate(cells) if notebook.runs(cell)]
        events.append(
            "run_started",
            cells=len(code),
            pid=os.getpid(),
            kernel=job.kernel.name,
            language_info=handshake.language,
        )
        if failure is not None:
            return End("failed", "kernel_not_started", str(failure), exit_code=1)
        widgets = Widgets(
            lambda kind, content, parent: kernel.send("shell", kind, content, parent)
        )
        capture = Capture(events, widgets, self._vault, job.folder, job.output_cap)
        execution = Execution(
            kernel, capture, events, self._stop, self._deadline(), job.grace
        )
        end = End("succeeded", exit_code=0)
        for number, index in enumerate(code, 1):
            if self._stop.reason is not None:
                end = self._stopped(index, number, len(code))
                break
            events.append(
                "cell_started",
                cell=index,
                number=number,
                title=notebook.title(cells, index),
            )
            with self._disk():
                events.flush()
            cell = execution.cell(index, cells[index])
            if not cell.ok or self._stop.reason is not None:
                end = self._ended(kernel, cell, index, number, len(code))
                break
        self._shut_down(kernel, execution)
        with self._disk():
            capture.close()
        return end

    @contextlib.contextmanager
    def _disk(self) -> Any:
        try:
            yield
        except DiskFull:
            self._stop.request(DISK_FULL)

    def _deadline(self) -> float:
        """Return when this run is out of time, on the monotonic clock.

        By what the broker says that is left: the job's clock may be another one.
        """
        assert self._permit is not None
        left = float(self._permit["time_left"])
        return self._permitted_at + min(self._job.time_limit, left)

    def _stopped(self, index: int, number: int, of: int) -> End:
        reason = self._stop.reason or CANCELLED
        if reason == TIMEOUT:
            message = f"The run ran out of time in cell {number} of {of}"
            return End("failed", TIMEOUT, message, index, 1)
        if reason == CANCELLED:
            return End("cancelled", CANCELLED, _MESSAGES[reason], index, None)
        return End("failed", reason, _MESSAGES[reason], index, 1)

    def _ended(
        self, kernel: Kernel, cell: CellEnd, index: int, number: int, of: int
    ) -> End:
        # a cancel wins over the error it causes
        if self._stop.reason is not None:
            return self._stopped(index, number, of)
        if cell.status != "kernel_died":
            message = (
                f"{cell.ename}: {cell.evalue}" if cell.ename else "The cell failed"
            )
            return End("failed", "cell_error", message, index, 1)
        code, killer = kernel.exit
        if killer == "SIGKILL" and self._oom_happened():
            message = f"The kernel was killed in cell {number}: it ran out of memory"
            return End("failed", "out_of_memory", message, index, code, killer)
        how = f"by signal {killer}" if killer else f"with exit code {code}"
        message = f"The kernel died in cell {number}, {how}"
        return End("failed", "kernel_died", message, index, code, killer)

    def _oom_happened(self) -> bool:
        after = processes.oom_kills()
        before = self._oom_before
        return after is not None and before is not None and after > before

    # -- the end ----------------------------------------------------------

    def _shut_down(self, kernel: Kernel, execution: Any) -> None:
        """End the kernel politely where it may be."""
        if kernel.alive and self._stop.reason in (None, TIMEOUT, CANCELLED):
            kernel.send("control", "shutdown_request", {"restart": False})
            execution.drain(SHUTDOWN_PATIENCE)
        else:
            execution.drain(0.2)

    def _close(self, events: EventLog, end: End) -> bool:
        """Write the last event; False when it does not fit on the disk."""
        from .scrub import scrub_folder

        self._log.join()
        try:
            with self._disk():
                events.flush()
            for name in scrub_folder(self._job.folder, self._vault):
                message = (
                    f"A credential had reached {name} and was removed from it:"
                    " please report this"
                )
                self._log.line(message)
                events.append(
                    "warning", code="redacted_late", message=message, cell=None
                )
            events.append("run_ended", **vars(end))
            events.close()
            return True
        except (OSError, DiskFull) as error:
            self._log.line(f"the last event could not be written: {error}")
            return False

    def _fold(self) -> None:
        from . import fold

        try:
            fold.rebuild(self._job.folder, self._vault)
        except Exception as error:
            # the events are there: the broker folds again when it delivers
            kind = type(error).__name__
            self._log.line(f"the notebook could not be written: {kind}: {error}")


def main(job: JobFile) -> int:
    """Run; a defect of ours is one too for whoever reads the log."""
    try:
        return start(job)
    except Exception:
        traceback.print_exc(file=sys.stderr)
        processes.sweep(job.run)
        return FAILED
