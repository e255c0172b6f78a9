"""Processes whose clock is wrong by minutes, or is set while they live.

`libfaketime` answers them with another time, which a file names; their monotonic
clock, by which timers go, it leaves alone, as a clock that is set does.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from platform_process import Platform

from .auditing import invariants_hold
from .place import Place, processes, until
from .scenes import TOKEN, WAIT, inventory_is_clean
from .wire import Wire

PROMISED = 30.0
"""Seconds from a known end to the last token's death (DESIGN §8)."""
MINUTES = [5, -5]


class Clock:
    """A clock that can be set, for who is started with `env`."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        (library,) = Path("/usr/lib").glob("*/faketime/libfaketime.so.1")
        self.env = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def set(self, minutes: int) -> None:
        """Let it be wrong by so much."""
        draft = self._file.with_suffix(".draft")
        draft.write_text(f"{minutes:+d}m\n")
        draft.replace(self._file)

    def is_of(self, pid: int | None) -> bool:
        """Whether a process has it."""
        name = str(self._file).encode()
        return any(pid == each and name in env for each, _, env in processes())


@pytest.fixture
def clock(short_folder: Path) -> Clock:
    """Give a clock that is right, until it is set."""
    made = Clock(short_folder)
    made.set(0)
    return made


def begun(place: Place) -> str:
    """Bring a run to where it has used its token and waits at the gate."""
    gate = WAIT.format(str(place.folder / "gate"))
    run = place.submit(place.notebook(TOKEN, "print('used')", gate))
    until(lambda: "used" in place.events(run), "the first cells")
    return run


def ends_well(place: Place, platform: Platform, run: str, within: float) -> None:
    """Nothing of the run's credential lives on, and all of it is told as it was."""
    began = time.monotonic()
    until(lambda: not living(platform), "the end of its token")
    assert time.monotonic() - began < within
    ended = place.ended(run)
    assert ended["state"] == "succeeded", ended
    assert ended["lease"]["end"] == "dead_at_resource", ended["lease"]
    inventory_is_clean(place, platform)
    assert not platform.inventory()["clients"]
    assert place.json("audit", "verify")["ok"] is True
    assert invariants_hold(place) == 1


def living(platform: Platform) -> int:
    """Count the tokens that work."""
    return sum(token["alive"] for token in platform.inventory()["tokens"])


@contextmanager
def wired(folder: Path) -> Iterator[tuple[Wire, Place]]:
    """Give a place whose platform is behind a wire."""
    with (
        Platform(folder / "platform") as platform,
        Wire(platform) as wire,
        Place(folder / "p", wire) as place,
    ):
        yield wire, place


@pytest.mark.parametrize("minutes", MINUTES)
def test_a_broker_whose_clock_is_wrong(
    secured: Place, platform: Platform, clock: Clock, minutes: int
) -> None:
    clock.set(minutes)
    secured.batch("list", code=0, **clock.env)
    assert clock.is_of(secured.broker)
    run = begun(secured)
    assert living(platform) == 1
    (secured.folder / "gate").touch()
    ends_well(secured, platform, run, PROMISED)


@pytest.mark.parametrize("minutes", MINUTES)
def test_a_clock_that_is_set_while_a_revocation_is_tried_again(
    short_folder: Path, clock: Clock, minutes: int
) -> None:
    with wired(short_folder) as (wire, place):
        place.batch("list", code=0, **clock.env)
        assert clock.is_of(place.broker)
        run = begun(place)
        wire.meet("revoke", "500", "500", "500")
        (place.folder / "gate").touch()
        until(lambda: wire.met()["revoke", "500"] == 3, "three failures")
        clock.set(minutes)
        assert living(wire) == 1
        ends_well(place, wire, run, PROMISED)


@pytest.mark.parametrize("minutes", MINUTES)
@pytest.mark.parametrize("refresh", [(), ("--refresh", "rotating")])
def test_a_provider_whose_clock_is_wrong(
    short_folder: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    minutes: int,
    refresh: tuple[str, ...],
) -> None:
    clock.set(minutes)
    with ExitStack() as stack:
        with monkeypatch.context() as of_platform:
            for name, value in clock.env.items():
                of_platform.setenv(name, value)
            platform = stack.enter_context(
                Platform(short_folder / "platform", *refresh)
            )
        assert clock.is_of(platform.pid)
        place = stack.enter_context(Place(short_folder / "p", platform))
        run = begun(place)
        assert not clock.is_of(place.broker)
        (place.folder / "gate").touch()
        ends_well(place, platform, run, PROMISED)
