"""What the browser tests run against: platform, configuration, JupyterLab.

A place of its own (`JLB_UI_PLACE`) holds HOME, contents root and all of Jupyter's
folders. At SIGTERM or Ctrl-C the runs that are left are cancelled, then broker and
platform end and the place goes; `JLB_UI_DEBUG` keeps it for whoever looks for a reason.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "examples"))

from platform_process import Platform, batch, configure, environment  # noqa: E402

PROGRAMS = Path(sys.executable).parent
CONFIG = "jupyter_server_test_config.py"
#: seconds that runs of a failed test get to end
GRACE = 15


def leave(signum: int, frame: FrameType | None) -> None:
    """Turn the signal into an exit that passes through every `finally`."""
    sys.exit(0)


def lay_out(place: Path) -> Path:
    """Fill an empty place; gives its HOME."""
    for name in ("home", "root", "workspaces"):
        (place / name).mkdir()
    home = place / "home"
    (home / ".funwave.yaml").write_text("Yc: 51.0\n")
    return home


def add_target(place: Path) -> None:
    """Give a second place to run at, without credentials: what is chosen shows."""
    with (place / "jupyter" / "jupyterlab_batch_config.toml").open("a") as config:
        config.write(
            "\n[targets.second]\n"
            'scheduler = "local"\n'
            "slots = 1\n"
            f'work = "{place / "work-second"}"\n'
        )


def add_cluster(place: Path, platform: Platform, conf: str) -> None:
    """Let runs go to a Slurm cluster, too."""
    with (place / "jupyter" / "jupyterlab_batch_config.toml").open("a") as file:
        file.write(
            f'''
[targets.cluster]
scheduler = "slurm"
slurm_conf = "{conf}"
work = "{place / "work"}"
time_limit = "1h"
identity = "platform"
env = {{ PLATFORM_URL = "{platform.url}" }}
'''
        )


def active(env: dict[str, str]) -> list[str]:
    """Ids of the runs that have not ended."""
    listed = subprocess.run(
        [PROGRAMS / "jupyter-batch", "list", "--json"],
        env=env, capture_output=True, text=True,
    )  # fmt: skip
    if listed.returncode != 0:
        return []
    return [
        run["id"] for run in json.loads(listed.stdout)["runs"] if not run["ended_at"]
    ]


def clean(env: dict[str, str]) -> None:
    """End what a failed test has left, then the broker."""
    for run in active(env):
        batch(env, "cancel", run)
    deadline = time.monotonic() + GRACE
    while active(env) and time.monotonic() < deadline:
        time.sleep(0.5)
    batch(env, "broker", "stop", "--anyway")


def serve(place: Path, env: dict[str, str]) -> int:
    """Run JupyterLab, again when it was killed, as a service manager would.

    While there is a file ``hold``, the next one waits: time to see what a browser
    says of a server that is away.
    """
    argv = [PROGRAMS / "jupyter-lab", f"--config={HERE / CONFIG}"]
    while True:
        lab = subprocess.Popen(argv, env=env)
        (place / "lab.pid").write_text(str(lab.pid))
        try:
            if lab.wait() != -signal.SIGKILL:
                return lab.returncode
            while (place / "hold").exists():
                time.sleep(0.1)
        finally:
            lab.terminate()
            lab.wait(timeout=20)


def main() -> int:
    """Serve until told to end."""
    signal.signal(signal.SIGTERM, leave)
    place = Path(os.environ["JLB_UI_PLACE"])
    home = lay_out(place)
    with Platform(place / "platform") as platform:
        configure(place / "jupyter", platform, place / "work")
        add_target(place)
        if conf := os.environ.get("JLB_UI_SLURM_CONF"):
            add_cluster(place, platform, conf)
        env = environment(place, home, FUNWAVE_WID="18.0")
        try:
            return serve(place, env)
        except KeyboardInterrupt:
            return 0
        finally:
            clean(env)
            if not os.environ.get("JLB_UI_DEBUG"):
                shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
