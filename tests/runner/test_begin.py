"""The first program of a job, as a scheduler starts it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jupyterlab_batch.runner import begin

TICKET = "0123456789abcdef" * 4


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a run folder whose current attempt is the second."""
    (tmp_path / "job.json").write_text(json.dumps({"attempt": 2}))
    (tmp_path / "environment.json").write_text("{}")
    ticket = tmp_path / "ticket"
    ticket.write_text(f"{TICKET} 2\n")
    ticket.chmod(0o600)
    return tmp_path


def test_an_attempt_that_is_over_takes_no_ticket(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-E", "-s", begin.__file__, str(folder), "1"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert "attempt 1: it is over" in done.stderr
    assert (folder / "ticket").exists()


def test_the_current_one_takes_it_where_it_is_its_own(folder: Path) -> None:
    assert begin.ticket(folder.as_posix(), 2) == TICKET.encode()
    (folder / "ticket").chmod(0o640)
    assert begin.ticket(folder.as_posix(), 2, patience=0) is None
    (folder / "ticket").chmod(0o600)
    (folder / "ticket").write_text(f"{TICKET} 1\n")
    assert begin.ticket(folder.as_posix(), 2, patience=0) is None
