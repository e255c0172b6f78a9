"""The wheel in other versions of JupyterLab and Notebook, and among neighbours.

Each host is an environment of its own with a real server, which a real Chromium
looks at. What is asked of it is in `ui-tests/hosts/`.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import uv

from tests import wheel

HERE = Path(__file__).parent
KEPT = wheel.ROOT / ".hosts"
HOSTS = ("oldest", "newest", "beside")
#: what the example's notebook imports
EXAMPLE = ("numpy", "matplotlib")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel once for all hosts."""
    return wheel.build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(params=HOSTS)
def host(request: pytest.FixtureRequest, built: Path) -> Iterator[tuple[str, Path]]:
    """Give a host's name and its environment, which is kept for the next time."""
    name = str(request.param)
    wanted = HERE / f"{name}.txt"
    folder, stamp = KEPT / name, KEPT / f"{name}.installed"
    digest = hashlib.sha256(wanted.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != digest:
        stamp.unlink(missing_ok=True)
        python = wheel.environment(folder)
        resolved(python, "-r", wanted, *EXAMPLE, built)
        stamp.write_text(digest)
    else:
        python = folder / "bin" / "python"
        wheel.install(python, "--force-reinstall", "--no-deps", built)
    yield name, folder


def resolved(python: Path, *what: str | Path) -> None:
    """Install some hundred packages, which takes pip minutes."""
    wheel.run(
        uv.find_uv_bin(), "pip", "install", "-q", "--python", python, *what,
        seconds=800,
    )  # fmt: skip


@pytest.mark.timeout(1500)
def test_the_job_is_done_in(host: tuple[str, Path]) -> None:
    name, folder = host
    done = subprocess.run(
        [
            wheel.ROOT / "node_modules" / ".bin" / "playwright",
            "test", "--config=hosts.config.js", f"--project={name}",
        ],
        cwd=wheel.ROOT / "ui-tests",
        env={**os.environ, "JLB_UI_PROGRAMS": str(folder / "bin")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
