"""How fast credentials are made and ended, beside the provider's own rate."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from jupyterlab_batch.launcher.program import node_program
from jupyterlab_batch.runner.agent import TokenAgent
from jupyterlab_batch.runner.redaction import Vault
from jupyterlab_batch.runner.token import SOCKET, token

from ..figures import Figure, quantile
from ..options import Options

ROOT = Path(__file__).parents[2]


def measure(options: Options) -> list[Figure]:
    """Let the broker's own rooms do it, against a real provider in its own process."""
    found = _broker(options)
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
        Figure("cached token from the agent, p99", _agent(options), "ms", 2),
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


def _broker(options: Options) -> dict[str, Any]:
    node = str(node_program())
    with tempfile.TemporaryDirectory(prefix="jlb-bench-") as name:
        folder = Path(name)
        state = folder / "state.json"
        main = ROOT / "examples" / "platform" / "src" / "main.ts"
        provider = subprocess.Popen(
            [node, main, "--data", state, "--ttl", "3600"],
            stdout=subprocess.DEVNULL,
        )
        try:
            late = time.monotonic() + 60
            while not state.is_file() and time.monotonic() < late:
                time.sleep(0.05)
            url = json.loads(state.read_text())["url"]
            done = subprocess.run(
                [
                    *(node, "--expose-gc", ROOT / "bench" / "leases" / "main.ts"),
                    *(url, folder / "registration.token", folder, str(options.share)),
                ],
                stdout=subprocess.PIPE,
                stderr=sys.stderr,
                check=True,
                text=True,
            )
        finally:
            provider.terminate()
            provider.wait()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _agent(options: Options) -> float:
    """Return the 99th of a hundred, ms, as a cell of a notebook asks."""
    reply = {"access_token": "t" * 43, "token_type": "Bearer", "expires_at": None}
    with tempfile.TemporaryDirectory(prefix="jlb-") as folder:
        path = os.path.join(folder, "agent")
        agent = TokenAgent(path, lambda min_valid: dict(reply), Vault())
        agent.start()
        os.environ[SOCKET] = path
        try:
            taken = []
            for _ in range(options.count(2000)):
                begun = time.perf_counter()
                token()
                taken.append(1000 * (time.perf_counter() - begun))
        finally:
            del os.environ[SOCKET]
            agent.stop()
    return quantile(taken, 0.99)
