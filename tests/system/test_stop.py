"""Stopping the broker: refused while somebody needs it, else it stays away."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_batch import launcher

from .place import Place, until
from .scenes import WAIT


def test_it_is_refused_while_a_run_needs_it(place: Place) -> None:
    gate = place.folder / "gate"
    run = place.submit(place.notebook(WAIT.format(str(gate))))
    place.state(run, "running")
    first = place.broker
    told = place.batch("broker", "stop", code=2).stderr
    assert "Active runs: 1" in told and "--anyway" in told
    assert place.broker == first
    place.batch("broker", "stop", "--anyway")
    until(lambda: place.broker not in (None, first), "a broker that a runner started")
    gate.touch()
    assert place.ended(run)["state"] == "succeeded"


def test_a_runner_that_is_leaving_does_not_undo_it(place: Place) -> None:
    place.batch("list")
    place.batch("broker", "stop")
    assert place.broker is None
    # what a runner does that has not heard yet that all is closed
    with pytest.raises(launcher.BrokerUnreachable, match="stopped by its user"):
        launcher.ensure(place.data, [str(Path(place.folder, "jupyter"))], place.env)
    assert place.broker is None
    place.batch("list")
    assert place.broker is not None
    launcher.ensure(place.data, [], place.env)
