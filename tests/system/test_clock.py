"""A machine that sleeps over the expiry of a credential, or over the end of its run."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from platform_process import Platform

from .auditing import invariants_hold
from .place import Place, texts, until
from .scenes import TOKEN, WAIT, delivered, inventory_is_clean

PROMISED = 30.0
"""Seconds from a known end to the last token's death (DESIGN §8)."""
SHORT = "5"
"""Seconds that a token of a short life lives."""

USES_AGAIN = (
    "import requests\nprint('after:', requests.get({0!r}, auth=token()).status_code)"
)


@contextmanager
def asleep(*pids: int | None) -> Iterator[None]:
    """Stop processes as a machine does that goes to sleep, and wake them up."""
    for pid in pids:
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid or 0, signal.SIGCONT)


def begun(place: Place, *cells: str) -> str:
    """Bring a run to where it has used its token and waits at the gate."""
    gate = place.folder / "gate"
    notebook = place.notebook(TOKEN, "print('used')", WAIT.format(str(gate)), *cells)
    run = place.submit(notebook)
    until(lambda: "used" in place.events(run), "the first cells")
    return run


def alive(platform: Platform) -> int:
    """Count the tokens that work."""
    return sum(token["alive"] for token in platform.inventory()["tokens"])


@pytest.mark.parametrize("life", ["300", SHORT])
def test_a_broker_sleeps_over_the_end_of_a_run(short_folder: Path, life: str) -> None:
    with (
        Platform(short_folder / "platform", "--ttl", life) as platform,
        Place(short_folder / "p", platform) as place,
    ):
        run = begun(place)
        broker = place.broker
        with asleep(broker):
            (place.folder / "gate").touch()
            until(lambda: "run_ended" in place.events(run), "the end of the run")
            if life == SHORT:
                until(lambda: not alive(platform), "the expiry of its token")
            else:
                assert alive(platform) == 1
        awake = time.monotonic()
        until(lambda: not alive(platform), "the end of its token")
        assert time.monotonic() - awake < PROMISED
        ended = place.ended(run)
        assert ended["state"] == "succeeded", ended
        assert ended["lease"]["end"] == "dead_at_resource"
        assert place.broker == broker, "the one that slept"
        inventory_is_clean(place, platform)
        assert not platform.inventory()["clients"]
        assert invariants_hold(place) == 1


@pytest.mark.parametrize("refresh", [(), ("--refresh", "rotating")])
def test_all_sleeps_over_an_expiry_and_the_run_goes_on(
    short_folder: Path, refresh: tuple[str, ...]
) -> None:
    """Nobody hands out, or holds on to, what ran out in its sleep."""
    with (
        Platform(short_folder / "platform", "--ttl", SHORT, *refresh) as platform,
        Place(short_folder / "p", platform) as place,
    ):
        run = begun(place, USES_AGAIN.format(f"{platform.url}/api/me"))
        with asleep(place.kernel(run), place.runner(run), place.broker):
            # a refresh token lives on
            until(lambda: alive(platform) <= len(refresh) // 2, "an expiry")
        (place.folder / "gate").touch()
        ended = place.ended(run)
        assert ended["state"] == "succeeded", ended
        assert "after: 200" in texts(delivered(ended))
        assert ended["lease"]["end"] == "dead_at_resource"
        minted = [e for e in platform.inventory()["log"] if e["what"] == "token_minted"]
        assert 2 <= len(minted) < 6, "no storm of renewals"
        inventory_is_clean(place, platform)
        assert invariants_hold(place) == 1
