"""A `squeue` that misbehaves in front of a real cluster."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.place import Place, texts, until
from tests.system.scenes import WAIT

from .cluster import Cluster, program
from .conftest import secured_on
from .test_runs import COUNT, only

SQUEUE = """\
#!/bin/sh
# does what its mode says, and counts how often
mode=$(cat '{folder}/mode')
echo "$mode" >> '{folder}/calls'
case "$mode" in
  garbage) echo 'Segmentation fault' ;;
  half) '{real}' "$@" | head -c 60 ;;
  localised) echo 'squeue: Fehler: keine Verbindung zum Controller' >&2; exit 1 ;;
  twice) '{real}' "$@"; '{real}' "$@" ;;
  nothing | hidden) ;;
  *) exec '{real}' "$@" ;;
esac
"""
SCONTROL = """\
#!/bin/sh
# of a controller that was started anew and has lost its jobs, in the mode `nothing`
mode=$(cat '{folder}/mode')
case "$mode $*" in
  nothing*' show job '*) echo 'Invalid job id specified' >&2; exit 1 ;;
  nothing*' show config') echo 'BOOT_TIME = 2099-01-01T00:00:00' ;;
  *' show job '*) echo "shown $mode" >> '{folder}/calls'; exec '{real}' "$@" ;;
  *) exec '{real}' "$@" ;;
esac
"""
LIES = ("garbage", "half", "localised", "twice")


class LyingSqueue:
    """Stands first on the path of a place, and lies when it is told to."""

    def __init__(self, place: Place) -> None:
        self.folder = place.folder / "lying"
        self.folder.mkdir()
        self._calls = self.folder / "calls"
        self._calls.touch()
        self.does("right")
        for name, text in (("squeue", SQUEUE), ("scontrol", SCONTROL)):
            path = self.folder / name
            path.write_text(text.format(folder=self.folder, real=program(name)))
            path.chmod(0o700)
        place.env["PATH"] = f"{self.folder}:{place.env['PATH']}"

    def does(self, mode: str) -> None:
        """Behave so from now on."""
        part = self.folder / "mode.part"
        part.write_text(mode)
        part.replace(self.folder / "mode")

    def was_doubted(self) -> bool:
        """Whether somebody has asked twice for a job that it hides."""
        return self._calls.read_text().splitlines().count("shown hidden") > 1

    def said(self, mode: str) -> bool:
        """Behave so, and wait until somebody has heard it."""
        self.does(mode)
        until(lambda: mode in self._calls.read_text().splitlines(), f"{mode} was said")
        self._calls.write_text("")
        return True


@pytest.fixture
def lied_to(cluster: Cluster, open_folder: Path) -> Iterator[Place]:
    """Give a place whose runs hold a credential, so that it looks often."""
    folder = open_folder / "lied"
    folder.mkdir()
    with secured_on(cluster, folder) as made:
        yield made


def states(cluster: Cluster, run: str) -> dict[str, str]:
    """The states of the jobs of a run, by attempt, from the real `squeue`."""
    return {name: state for _, name, state, _ in only(cluster, run)}


@pytest.mark.timeout(240)
def test_no_lie_ends_a_run_or_begins_it_twice(lied_to: Place, cluster: Cluster) -> None:
    squeue, gate = LyingSqueue(lied_to), lied_to.folder / "gate"
    counter = lied_to.folder / "counter"
    wait = WAIT.format(str(gate))
    runs = lied_to.submit(
        lied_to.notebook(COUNT.format(str(counter)), "print('before')", wait)
    )
    until(lambda: "before" in lied_to.events(runs), "the first cells", 60)
    cluster.ask("scontrol", "update", "PartitionName=main", "State=DOWN")
    try:
        waits = lied_to.submit(lied_to.notebook(COUNT.format(str(counter))))
        until(lambda: lied_to.run(waits)["native_id"], "the job of the other")
        for lie in LIES:
            assert squeue.said(lie)
            assert squeue.said("right")
            assert lied_to.run(runs)["state"] == "running"
            assert (lied_to.run(waits)["state"], lied_to.run(waits)["attempt"]) == (
                "queued", 1,
            )  # fmt: skip
        # an answer that is whole and knows of nothing is no end while scontrol has it
        squeue.does("hidden")
        until(squeue.was_doubted, "another question", 60)
        assert (lied_to.run(waits)["state"], lied_to.run(waits)["attempt"]) == (
            "queued", 1,
        )  # fmt: skip
        # where neither does, it is believed in the end
        squeue.does("nothing")
        until(lambda: lied_to.run(waits)["attempt"] == 2, "a second attempt", 60)
        assert lied_to.run(runs)["state"] == "running"
        # its job was accepted, and nobody knows it: one is enough
        until(lambda: f"{waits}.2" in states(cluster, waits), "its job")
        assert squeue.said("nothing")
        squeue.does("right")
        until(lambda: states(cluster, waits).get(f"{waits}.1") == "CANCELLED", "one")
        assert len(only(cluster, waits)) == 2
    finally:
        cluster.ask("scontrol", "update", "PartitionName=main", "State=UP")
    gate.touch()
    for run in (runs, waits):
        done = lied_to.ended(run)
        assert done["state"] == "succeeded", json.dumps(done)
    assert "before" in texts(lied_to.run(runs)["output"])
    assert counter.read_text() == "once\nonce\n"

    told = {f"{waits}.1": "CANCELLED", f"{waits}.2": "COMPLETED"}
    until(lambda: states(cluster, waits) == told, "the end of the second attempt")
