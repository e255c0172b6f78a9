"""How fast credentials are made and ended, beside the provider's own rate."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from jupyterlab_batch.launcher.program import node_program
from jupyterlab_batch.runner.token import SOCKET, token

from ..figures import Figure, quantile
from ..options import Options

ROOT = Path(__file__).parents[2]


def measure(options: Options) -> list[Figure]:
    """Let the broker's own rooms do it, against a real provider in its own process."""
    found, callers = _broker(options), _callers()
    agent, bare = _agent(options)
    many = f"{found['leases']:,}"
    return [
        Figure(
            "mint, of the bare provider's rate",
            found["mint"],
            "x",
            note=f"{found['mintRate']:.0f} a second",
            floor=0.6,
        ),
        Figure(
            "full lifecycle, of the bare provider's rate",
            found["life"],
            "x",
            note=f"{found['lifeRate']:.0f} a second",
            floor=0.5,
        ),
        Figure("claim until it is committed, p50", found["claim"], "ms", 5),
        Figure("cached token from the broker, p99", found["token"], "ms", 2),
        Figure(
            "cached token from the agent, p99",
            agent,
            "ms",
            2,
            note=f"{agent / bare:.2f} of a bare exchange over a socket, {bare:.3g}",
        ),
        *(
            Figure(
                f"{who} and one refresh, until all are served",
                found["all"],
                "s",
                1,
                note=f"asked of the provider: {found['upstream']}",
            )
            for who, found in (
                ("64 callers of 8 agents", callers["few"]),
                ("1,000 agents", callers["many"]),
            )
        ),
        Figure(
            f"revocation lag, {found['lagCount']:,} that end at once, p99",
            found["lag"],
            "s",
            10,
        ),
        Figure(
            f"restart over {many} open leases, database open", found["open"], "s", 1
        ),
        Figure("restart, all of the queue loaded", found["loaded"], "s", 2),
        Figure(
            "a whole life beside a provider that is dead", found["other"], "s", None
        ),
        Figure("memory of a lease", found["perLease"] / 1024, "KiB", 4),
    ]


@contextmanager
def _provider(folder: Path, *options: str) -> Iterator[str]:
    """Run the example's provider in a process of its own; give its URL."""
    folder.mkdir()
    state = folder / "state.json"
    main = ROOT / "examples" / "platform" / "src" / "main.ts"
    provider = subprocess.Popen(
        [str(node_program()), main, "--data", state, *options],
        stdout=subprocess.DEVNULL,
    )
    try:
        late = time.monotonic() + 60
        while not state.is_file() and time.monotonic() < late:
            time.sleep(0.05)
        yield str(json.loads(state.read_text())["url"])
    finally:
        provider.terminate()
        provider.wait()


def _run(script: str, folder: Path, url: str, *more: str) -> dict[str, Any]:
    """Run one of the scripts beside a provider; give what it prints."""
    path = ROOT / "bench" / "leases" / script
    done = subprocess.run(
        [
            *(str(node_program()), "--expose-gc", str(path)),
            *(url, str(folder / "registration.token"), str(folder), *more),
        ],
        stdout=subprocess.PIPE,
        stderr=sys.stderr,
        check=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _broker(options: Options) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="jlb-bench-") as name:
        folder = Path(name) / "p"
        with _provider(folder, "--ttl", "3600") as url:
            return _run("main.ts", folder, url, str(options.share))


def _callers() -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="jlb-bench-") as name:
        folder = Path(name) / "p"
        with _provider(folder, "--ttl", "20", "--refresh", "rotating") as url:
            return _run("callers.ts", folder, url)


AGENT = """\
import sys
from jupyterlab_batch.runner.agent import TokenAgent
from jupyterlab_batch.runner.redaction import Vault
reply = {"access_token": "t" * 43, "token_type": "Bearer", "expires_at": None,
         "expires_in": None}
agent = TokenAgent(sys.argv[1], lambda min_valid: dict(reply), Vault())
agent.start()
"""
# what no agent can be faster than: a connection, a line there, a line back
BARE = """\
import socket, sys
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen(16)
def serve():
    while True:
        caller, _ = server.accept()
        with caller:
            caller.recv(65536)
            caller.sendall(b'{"access_token": "' + b"t" * 43 + b'", "x": null}\\n')
import threading
threading.Thread(target=serve, daemon=True).start()
"""
STAYS = "print(flush=True)\nsys.stdin.read()\n"


def _agent(options: Options) -> tuple[float, float]:
    """Return the 99th of a hundred, ms, as a cell of a notebook asks; and bare.

    Each answers from a process of its own, as a runner does, in turn.
    """
    with tempfile.TemporaryDirectory(prefix="jlb-") as folder, ExitStack() as stack:
        paths = [os.path.join(folder, name) for name in ("agent", "bare")]
        for path, program in zip(paths, (AGENT, BARE), strict=True):
            answering = subprocess.Popen(
                [sys.executable, "-c", program + STAYS, path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            stack.enter_context(answering)
            assert answering.stdout is not None
            answering.stdout.readline()
        taken: tuple[list[float], list[float]] = ([], [])
        try:
            for _ in range(options.count(2000)):
                for path, samples in zip(paths, taken, strict=True):
                    os.environ[SOCKET] = path
                    begun = time.perf_counter()
                    token()
                    samples.append(1000 * (time.perf_counter() - begun))
        finally:
            del os.environ[SOCKET]
    return quantile(taken[0], 0.99), quantile(taken[1], 0.99)
