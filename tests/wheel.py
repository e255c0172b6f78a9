"""The wheel of this checkout, as a user would install it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILT = ("jupyterlab_batch/labextension", "jupyterlab_batch/broker")


def run(*argv: str | Path, seconds: float = 170, **more: object) -> str:
    """Run a program that has to succeed; give what it says."""
    done = subprocess.run(
        [str(part) for part in argv],
        capture_output=True, text=True, timeout=seconds, **more,  # type: ignore[call-overload]
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout + done.stderr)


def build(folder: Path) -> Path:
    """Build the wheel of what `make build` made, from a copy of the sources."""
    copy = folder / "source"
    listed = run("git", "ls-files", "-co", "--exclude-standard", cwd=ROOT)
    for name in listed.splitlines():
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    for part in BUILT:
        shutil.copytree(ROOT / part, copy / part, dirs_exist_ok=True)
    run(
        sys.executable, "-m", "build", "--wheel", "--no-isolation",
        "--skip-dependency-check",
        "--outdir", folder / "dist", cwd=copy,
    )  # fmt: skip
    (found,) = (folder / "dist").glob("*.whl")
    return found


def environment(folder: Path) -> Path:
    """Make an empty environment; give its Python."""
    venv.create(folder, with_pip=True, clear=True)
    return folder / "bin" / "python"


def install(python: Path, *what: str | Path, seconds: float = 170) -> None:
    """Install into an environment."""
    run(
        python, "-m", "pip", "install", "-q", "--disable-pip-version-check",
        "--no-compile", *what, seconds=seconds,
    )  # fmt: skip
