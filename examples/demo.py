"""The main job in a terminal: one notebook, four sources of values, one credential.

``make demo`` runs this. It starts a demonstration platform (an OAuth 2 server with
a protected resource), promotes ``funwave/wave.ipynb`` with a value from the command
line, one from the environment, one from a local file and one from a file in
``$HOME`` (a HOME of its own), and shows what became of the run and its credential.
Everything it makes lies in ``.demo/``; it leaves nothing running.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
from platform_process import Platform, batch, configure, environment

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / ".demo"


def lay_out(home: Path) -> Path:
    """Copy the example and put one value in each place; give the notebook's path."""
    project = DEMO / "waves"
    shutil.copytree(ROOT / "examples" / "funwave", project)
    (project / "wave.params.toml").write_text("Xc = 251.5\n")
    (home / ".funwave.yaml").write_text("Yc: 51.0\n")
    return project / "wave.ipynb"


LIFE = (
    "client_registered",
    "token_minted",
    "resource_used",
    "token_revoked",
    "resource_refused",
    "introspection_says_inactive",
    "client_deleted",
)


def in_order(done: list[str]) -> bool:
    """Whether the credential went through its whole life, in this order."""
    last = [max(i for i, what in enumerate(done) if what == step) for step in LIFE]
    return last == sorted(last)


def credential_life(run: dict[str, Any], platform: Platform) -> bool:
    """Tell the credential's life from the platform's own books; true if it ended."""
    lease, books = run["lease"], platform.inventory()
    done = [entry["what"] for entry in books["log"]]
    missing = [what for what in LIFE if what not in done]
    print("\nthe credential, as the platform's own books have it")
    for entry in books["log"]:
        moment = datetime.fromtimestamp(entry["at"] / 1000).strftime("%H:%M:%S.%f")
        print(f"  {moment[:-3]}  {entry['what'].replace('_', ' ')}")
    alive = [token for token in books["tokens"] if token["alive"]]
    print(f"  now: {len(alive)} tokens alive, {len(books['clients'])} clients left")
    for what in missing:
        print(f"  MISSING: {what.replace('_', ' ')}")
    print(f"as the run has it\n  lease {lease['id']} {lease['state']}, {lease['end']}")
    ended = lease["end"] == "dead_at_resource" and lease["state"] == "CLOSED"
    gone = not alive and not books["clients"]
    return ended and gone and not missing and in_order(done)


def left_running(seconds: float = 15.0) -> list[str]:
    """Name every process that still lives below `.demo/`, after a time to leave."""
    here = f"{DEMO}{os.sep}"
    deadline = time.monotonic() + seconds
    while True:
        found = []
        for process in psutil.process_iter():
            try:
                words = [*process.cmdline(), *process.environ().values()]
                if any(word.startswith(here) for word in words):
                    found.append(f"{process.pid} {process.name()}")
            except psutil.Error:
                continue  # gone by now, or somebody else's
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


def main() -> int:
    """Run the demonstration; 0 when all of it is true."""
    shutil.rmtree(DEMO, ignore_errors=True)
    home = DEMO / "home"
    home.mkdir(parents=True)
    notebook = lay_out(home)
    with Platform(DEMO / "platform") as platform:
        configure(DEMO / "jupyter", platform, DEMO / "work")
        env = environment(DEMO, home, FUNWAVE_WID="18.0")
        try:
            done = batch(env, "run", notebook, "-p", "AMP=4.0", "--wait")
            if done != 0:
                return done
            shown = subprocess.run(
                [*batch_argv(), "list", "--json"],
                env=env, capture_output=True, text=True, check=True,
            )  # fmt: skip
            run = json.loads(shown.stdout)["runs"][0]
            truthful = credential_life(run, platform)
            print("\nthe broker's audit of it, each row chained to the one before")
            batch(env, "audit", "show", run["id"])
            whole = batch(env, "audit", "verify") == 0
            truthful = truthful and whole
            print(f"\nexecuted notebook\n  {run['output']}")
        finally:
            batch(env, "broker", "stop", "--anyway")
    left = left_running()
    print(
        f"\nstill running: {', '.join(left)}" if left else "\nnothing is left running"
    )
    if not truthful:
        print("something is not as promised")
    return 0 if truthful and not left else 1


def batch_argv() -> list[str]:
    """`jupyter batch` of this very environment."""
    return [os.path.join(os.path.dirname(sys.executable), "jupyter-batch")]


if __name__ == "__main__":
    sys.exit(main())
