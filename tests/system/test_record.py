"""`record.json`: in the end it holds all that is known of a run."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from .place import Place, end, until
from .scenes import TOKEN, delivered


def records(run: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The one in the run folder and the one beside the result."""
    return (
        json.loads(Path(run["run_folder"], "record.json").read_text()),
        json.loads(Path(delivered(run).parent, "record.json").read_text()),
    )


def complete(run: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Wait until both are what the broker tells of the run."""
    until(
        lambda: all(found["closed_at"] for found in records(run)),
        "the end of the lease in the record",
    )
    found = records(run)
    for record in found:
        assert record["output"] == run["output"]
        assert record["closed_at"] == run["closed_at"]
        assert record["ended_at"] == run["ended_at"]
        assert record["state"] == run["state"]
        assert record["lease"] == run["lease"]
    return found


def test_it_holds_the_end_of_run_and_credential(secured: Place) -> None:
    run = secured.ended(secured.submit(secured.notebook(TOKEN)))
    kept, beside = complete(run)
    assert run["lease"]["end"] == "dead_at_resource"
    assert kept["lease"]["client_deleted_at"] is not None
    assert beside["run_id"] == run["id"]
    assert beside["notebook_sha256"] == beside["output_sha256"]


def test_a_run_without_credential_has_it_at_once(place: Place) -> None:
    run = place.ended(place.submit(place.notebook("1 + 1")))
    kept, _ = complete(run)
    assert kept["lease"] is None


def test_a_run_that_was_not_started_has_one(place: Place) -> None:
    notebook = place.notebook("1 + 1")
    first = place.notebook("import time; time.sleep(60)", name="first.ipynb")
    place.configure(
        f'[targets.local]\nscheduler = "local"\nslots = 1\nwork = "{place.work}"\n'
    )
    holder = place.submit(first)
    run = place.submit(notebook)
    place.batch("cancel", run)
    ended = place.ended(run)
    path = Path(ended["run_folder"], "record.json")
    until(path.is_file, "the record")
    record = json.loads(path.read_text())
    assert (record["state"], record["output"]) == ("cancelled", None)
    place.batch("cancel", holder)


@pytest.mark.parametrize("point", ["after_commit", "after_effect"])
def test_a_broker_that_dies_over_it_takes_it_up_again(
    secured: Place, point: str
) -> None:
    secured.batch("list", JUPYTERLAB_BATCH_FAIL_POINT=f"record:{point}")
    first = secured.broker
    run = secured.submit(secured.notebook(TOKEN))
    until(lambda: secured.broker != first, "the end of the first broker")
    secured.batch("list")
    complete(secured.ended(run))
    assert not list(secured.folder.glob("**/.record.json*")), "nothing half-made"


APPENDS = """\
import os, subprocess, sys
from jupyterlab_batch.job import token
log = os.path.join(os.environ["JUPYTERLAB_BATCH_FOLDER"], "runner.log")
code = "import sys; open(sys.argv[1], 'ab').write(b'>' + sys.stdin.buffer.read())"
subprocess.run([sys.executable, "-c", code, log],
               input=token().reveal().encode(), check=True)
print("before")
"""


def test_the_last_look_is_made_after_a_killed_runner(secured: Place) -> None:
    """A child writes the token round the redaction, then the runner is killed."""
    gate = secured.folder / "gate"
    wait = f"import os, time\nwhile not os.path.exists({str(gate)!r}): time.sleep(0.02)"
    run = secured.submit(secured.notebook(APPENDS, wait))
    until(lambda: "before" in secured.events(run), "the first cell")
    [token] = secrets_in(secured, run)
    runner = secured.runner(run)
    assert runner is not None
    end(runner)
    ended = secured.ended(run)
    assert (ended["state"], ended["reason"]) == ("failed", "runner_died")
    assert ended["lease"]["end"] == "dead_at_resource"
    kept, _ = complete(ended)
    assert any(
        "redacted_late" in text and "runner.log" in text for text in kept["warnings"]
    ), kept["warnings"]
    for at, _, names in os.walk(secured.folder):
        for name in names:
            path = Path(at, name)
            if path.is_file() and at != str(secured.folder / "platform"):
                assert token not in path.read_bytes(), path
    assert (
        "a credential had reached runner.log"
        in (secured.data / "broker.log").read_text()
    )
    assert "redacted_late" in secured.batch("show", run).stdout


def secrets_in(place: Place, run: str) -> list[bytes]:
    """What the child wrote into the log, which is what the test is about."""
    [log] = place.work.glob(f"*/*/{run}/runner.log")
    return [line[1:] for line in log.read_bytes().split(b"\n") if line[:1] == b">"]
