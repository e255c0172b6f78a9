"""The invariants of leases, looked for in the database that a broker left."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from jupyterlab_batch.launcher.program import node_program

from .place import Place, end

SCRIPT = Path(__file__).parents[2] / "broker" / "test" / "leases" / "audit-database.ts"


def invariants_hold(place: Place) -> int:
    """End the broker; give how many leases of its were audited.

    Of a run that was deleted, by the rows of the audit: that is what is left of it.

    Raises
    ------
    AssertionError
        One of I1 to I9 is broken, or the chain of audit rows is.
    """
    if place.broker is not None:
        end(place.broker)
    with tempfile.TemporaryDirectory(prefix="jla-", dir="/tmp") as name:
        copy = Path(name)
        for path in place.data.glob("broker.db*"):
            shutil.copy(path, copy)
        done = subprocess.run(
            [node_program(), SCRIPT, copy / "broker.db", place.data / "audit.key"],
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["broken"] == [], found
    return int(found["leases"])
