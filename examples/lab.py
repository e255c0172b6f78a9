"""JupyterLab on the examples, with the demonstration platform behind it.

``make lab`` runs this; Ctrl-C ends Lab and platform. State lies in ``.demo/lab``
(or ``$JLB_LAB_PLACE``) and is kept, so that earlier runs are still in the panel the
next time.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from platform_process import Platform, batch, configure, environment

ROOT = Path(__file__).resolve().parent.parent
PLACE = Path(os.environ.get("JLB_LAB_PLACE", ROOT / ".demo" / "lab"))


def main(arguments: list[str]) -> int:
    """Start Lab in the foreground; its exit code is ours."""
    home = PLACE / "home"
    home.mkdir(parents=True, exist_ok=True)
    project = PLACE / "examples" / "funwave"
    if not project.exists():
        shutil.copytree(ROOT / "examples" / "funwave", project)
        (project / "wave.params.toml").write_text("Xc = 251.5\n")
        (home / ".funwave.yaml").write_text("Yc: 51.0\n")
    with Platform(PLACE / "platform") as platform:
        configure(PLACE / "jupyter", platform, PLACE / "work")
        env = environment(PLACE, home, FUNWAVE_WID="18.0")
        try:
            return stay_with(command(arguments), env)
        finally:
            batch(env, "broker", "stop", "--anyway")


def stay_with(words: list[str], env: dict[str, str]) -> int:
    """Wait for Lab, which alone answers to Ctrl-C: it asks before it leaves."""
    with subprocess.Popen(words, env=env) as lab:
        # after the start, since who is started inherits what is ignored
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: lab.terminate())
        return lab.wait()


def command(arguments: list[str]) -> list[str]:
    """Return what starts Lab; root (in a container) has to be let in on purpose."""
    lab = str(Path(sys.executable).parent / "jupyter-lab")
    root = ["--allow-root"] if os.geteuid() == 0 else []
    return [lab, f"--notebook-dir={PLACE / 'examples'}", *root, *arguments]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
