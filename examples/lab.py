"""JupyterLab on the examples, with the demonstration platform behind it.

``make lab`` runs this; Ctrl-C ends Lab and platform. State lies in ``.demo/lab``
and is kept, so that earlier runs are still in the panel the next time.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from platform_process import Platform, batch, configure, environment

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / ".demo" / "lab"


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
        lab = Path(sys.executable).parent / "jupyter-lab"
        try:
            return subprocess.run(
                [lab, f"--notebook-dir={PLACE / 'examples'}", *arguments], env=env
            ).returncode
        except KeyboardInterrupt:
            return 0
        finally:
            batch(env, "broker", "stop", "--anyway")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
