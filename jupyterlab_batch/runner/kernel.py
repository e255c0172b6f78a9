"""One kernel process: started, spoken to, interrupted, ended."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import string
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .jobfile import JobFile

if TYPE_CHECKING:
    from .wire import Message

CHANNELS = ("shell", "iopub", "stdin", "control", "hb")

# bytes of messages that are decoded before they are dealt with
_MOUTHFUL = 1 << 20
# messages that may wait for us, of a megabyte at most where a cell prints
_WAITING = 32


class KernelNotStarted(Exception):
    """The kernel's program could not be started, or ended before it was ready."""


class Kernel:
    """A kernel in a session of its own, reached through Unix sockets only.

    Parameters
    ----------
    job
        The attempt it runs for.
    output
        Descriptor that takes the kernel's own stdout and stderr.
    """

    def __init__(self, job: JobFile, output: int) -> None:
        self._job = job
        self._output = output
        self._key = os.urandom(32).hex()
        self._pidfd: int | None = None
        self._sockets: dict[str, Any] = {}
        self.process: subprocess.Popen[bytes] | None = None

    # -- start ------------------------------------------------------------

    def start(self) -> None:
        """Start the program; does not wait for it.

        Raises
        ------
        KernelNotStarted
            It cannot be started at all.
        """
        connection = self._write_connection_file()
        argv = self._argv(connection)
        try:
            self.process = subprocess.Popen(
                argv,
                cwd=self._job.cwd,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=self._output,
                start_new_session=True,
            )
        except OSError as error:
            raise KernelNotStarted(
                f"The kernel {self._job.kernel.name} cannot be started: {error}."
                f" Its command is {argv[0]!r} in {self._job.cwd!r}."
            ) from error
        with contextlib.suppress(AttributeError, OSError):
            self._pidfd = os.pidfd_open(self.process.pid)

    def _write_connection_file(self) -> str:
        path = os.path.join(self._job.runtime_dir, "kernel.json")
        ports = {f"{name}_port": i for i, name in enumerate(CHANNELS, 1)}
        with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            json.dump(
                {
                    "transport": "ipc",
                    "ip": os.path.join(self._job.runtime_dir, "k"),
                    "key": self._key,
                    "signature_scheme": "hmac-sha256",
                    "kernel_name": self._job.kernel.name,
                    **ports,
                },
                file,
            )
        return path

    def _argv(self, connection: str) -> list[str]:
        values = {
            "connection_file": connection,
            "prefix": sys.prefix,
            "resource_dir": self._job.kernel.resource_dir or "",
        }

        def fill(match: re.Match[str]) -> str:
            return values.get(match.group(1), match.group(0))

        argv = [re.sub(r"\{([A-Za-z0-9_]+)\}", fill, a) for a in self._job.kernel.argv]
        major, minor = sys.version_info[:2]
        # a kernelspec's bare "python" means the environment it was found in
        if argv[0] in ("python", f"python{major}", f"python{major}.{minor}"):
            argv[0] = sys.executable
        return argv

    def _environment(self) -> dict[str, str]:
        job = self._job
        environment = dict(os.environ)
        for name, value in _kernelspec_environment(job).items():
            environment[name] = string.Template(value).safe_substitute(environment)
        own = os.path.join(job.folder, "tmp")
        os.makedirs(own, mode=0o700, exist_ok=True)
        # a short name for it: programs make Unix sockets in TMPDIR (107 bytes)
        short = os.path.join(job.runtime_dir, "tmp")
        if not os.path.lexists(short):
            os.symlink(own, short)
        ipython = os.path.join(job.runtime_dir, "ipython")
        profile = os.path.join(ipython, "profile_default")
        os.makedirs(profile, mode=0o700, exist_ok=True)
        shutil.copyfile(
            os.path.join(os.path.dirname(__file__), "ipykernel_profile.py"),
            os.path.join(profile, "ipython_kernel_config.py"),
        )
        environment.update(
            TMPDIR=short,
            IPYTHONDIR=ipython,
            JUPYTER_RUNTIME_DIR=os.path.join(job.runtime_dir, "jupyter"),
            JPY_PARENT_PID=str(os.getpid()),
            JUPYTERLAB_BATCH_RUN=job.run,
            JUPYTERLAB_BATCH_FOLDER=job.folder,
            JUPYTERLAB_BATCH_SOCKET=job.agent_socket,
        )
        return environment

    # -- talk -------------------------------------------------------------

    def connect(self, *wake: int) -> None:
        """Open the channels; the kernel may still be starting.

        Parameters
        ----------
        wake
            Descriptors whose readability ends a `poll` early.
        """
        import zmq

        from .wire import Wire

        self._zmq = zmq
        self._wire = Wire(self._key.encode("ascii"))
        self._context = zmq.Context()
        self._poller = zmq.Poller()
        for number, name in enumerate(CHANNELS, 1):
            if name == "hb":
                continue
            kind = zmq.SUB if name == "iopub" else zmq.DEALER
            socket = self._context.socket(kind)
            socket.linger = 500
            # the kernel binds while we already try; 100 ms would be lost
            socket.setsockopt(zmq.RECONNECT_IVL, 5)
            if name == "iopub":
                # zmq's own thread drains it at all times, whatever we do; where
                # the kernel waits for us, it need not hold much
                waits = waits_for_readers(self._job.kernel.argv)
                socket.setsockopt(zmq.RCVHWM, _WAITING if waits else 0)
                socket.setsockopt(zmq.SUBSCRIBE, b"")
            socket.connect(f"ipc://{self._job.runtime_dir}/k-{number}")
            self._sockets[name] = socket
            if name != "control":
                self._poller.register(socket, zmq.POLLIN)
        for fd in wake:
            self._poller.register(fd, zmq.POLLIN)
        if self._pidfd is not None:
            self._poller.register(self._pidfd, zmq.POLLIN)

    def send(
        self,
        channel: str,
        kind: str,
        content: dict[str, Any],
        parent: dict[str, Any] | None = None,
    ) -> str:
        """Send a request and return its id."""
        msg_id, frames = self._wire.pack(kind, content, parent)
        self._sockets[channel].send_multipart(frames)
        return msg_id

    def poll(self, timeout: float) -> list[tuple[str, Message]]:
        """Return some of what has arrived, waiting `timeout` s for the first.

        Not all: a burst is decoded a mouthful at a time.
        """
        from .wire import BadMessage

        # a dead kernel's descriptor stays readable: do not spin on it
        if not self.alive and self._pidfd is not None:
            self._poller.unregister(self._pidfd)
            os.close(self._pidfd)
            self._pidfd = None
        messages = []
        self._poller.poll(max(0, int(timeout * 1000)))
        for name in ("iopub", "shell", "stdin"):
            socket = self._sockets[name]
            room = _MOUTHFUL
            while room > 0:
                try:
                    frames = socket.recv_multipart(self._zmq.NOBLOCK)
                except self._zmq.Again:
                    break
                room -= 1024 + sum(map(len, frames))
                # not ours, or broken: a forged message must not end the run
                with contextlib.suppress(BadMessage):
                    messages.append((name, self._wire.unpack(frames)))
        return messages

    # -- end --------------------------------------------------------------

    @property
    def alive(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.poll() is None

    @property
    def exit(self) -> tuple[int | None, str | None]:
        """Exit code and signal of a dead kernel; one of them is None."""
        code = self.process.returncode if self.process else None
        if code is not None and code < 0:
            return None, signal.Signals(-code).name
        return code, None

    def interrupt(self) -> None:
        """Interrupt the running cell as the kernelspec wants it."""
        if self._job.kernel.interrupt_mode == "message":
            self.send("control", "interrupt_request", {})
        else:
            self._signal(signal.SIGINT)

    def kill(self) -> None:
        """End the kernel and its process group at once, and reap it."""
        self._signal(signal.SIGKILL)
        if self.process:
            self.process.wait()

    def _signal(self, number: int) -> None:
        if self.process and self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def close(self) -> None:
        """Close the channels; the process is not touched."""
        for socket in self._sockets.values():
            socket.close(0)
        self._sockets.clear()


def waits_for_readers(argv: Sequence[str]) -> bool:
    """Whether it is an ipykernel that takes our profile: see `ipykernel_profile`.

    Any other kernel drops what its readers are too slow for.
    """
    module = argv[argv.index("-m") + 1 :][:1] if "-m" in argv else []
    own = any(
        word.startswith(("--profile", "--config", "--ipython-dir")) for word in argv
    )
    return module in (["ipykernel"], ["ipykernel_launcher"]) and not own


def _kernelspec_environment(job: JobFile) -> dict[str, str]:
    """Read the values of ``env`` where they are: in ``kernel.json`` itself."""
    if not job.kernel.env_names or not job.kernel.resource_dir:
        return {}
    path = os.path.join(job.kernel.resource_dir, "kernel.json")
    try:
        with open(path, encoding="utf-8") as file:
            values = json.load(file).get("env", {})
    except (OSError, ValueError) as error:
        raise KernelNotStarted(f"{path} cannot be read: {error}") from error
    return {name: values[name] for name in job.kernel.env_names if name in values}


class Handshake:
    """Finds out when a kernel is ready.

    Ready means: it answered, and we have heard it on iopub too, so that no
    output of the first cell can be missed.
    """

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._heard = False
        self._asked = 0.0
        self.language: dict[str, Any] | None = None

    def take(self, messages: list[tuple[str, Message]]) -> bool:
        """Take what has arrived; return whether the kernel is ready."""
        for channel, message in messages:
            if channel == "iopub":
                self._heard = True
            elif message.type == "kernel_info_reply":
                self.language = message.content.get("language_info", {})
        if self._heard and self.language is not None:
            return True
        # asked again: what it says before our subscription arrives is lost
        if time.monotonic() - self._asked > (0.02 if self.language else 0.5):
            self._kernel.send("shell", "kernel_info_request", {})
            self._asked = time.monotonic()
        return False
