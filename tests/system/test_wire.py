"""A real broker, killed over every request that hangs, and a real provider.

Between them is a wire on which each endpoint fails in each way. What the broker's
machines make of a fault is proved in `broker/test/chaos`, for hours of them and for
each alone; here it is what the process does, its sockets, timers and database, while
it is killed again and again. The platform's own store says what is left.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from platform_process import Platform

from .auditing import invariants_hold
from .canary import files, search
from .place import Place, end, until
from .scenes import WAIT
from .wire import Wire

RUNS = 4
PROMISED = 30.0
"""Seconds from the end of the trouble until no credential can be used (DESIGN §8)."""

Faults = dict[str, tuple[str, ...]]
WORLDS: dict[str, tuple[str, ...]] = {
    "opaque": (),
    "jwt": ("--tokens", "jwt"),
    "rotating": ("--refresh", "rotating", "--ttl", "10"),
}
# each ends with a request that hangs, over which the broker is killed
ISSUING = {
    "metadata": ("untrusted_registration_endpoint",),
    "register": ("500", "reset", "lost", "empty", "503", "page", "429", "withhold"),
    "mint": ("429", "lost", "500", "page", "reset", "empty", "503", "withhold"),
}
REFRESHING = {"refresh": ("500", "503", "page", "lost", "reset", "withhold")}
ENDING = {
    "introspect": ("503", "500", "lost", "page", "reset", "empty", "429", "hang"),
    "revoke": ("500", "lost", "echo", "reset", "429", "page", "503", "withhold"),
    "probe": ("reset", "503", "lost", "500", "429", "drip"),
    "delete": ("500", "reset", "lost", "429", "page", "503", "drip"),
}

# a resource that goes by the signature says yes to a JWT until it expires
ENDS = {
    "opaque": ("dead_at_resource", "dead_at_issuer"),
    "jwt": ("dead_at_issuer",),
    "rotating": ("dead_at_resource", "dead_at_issuer"),
}

USES = """\
import time
from jupyterlab_batch.job import token
def value(late=time.monotonic() + 120):
    while True:
        try:
            return token().reveal()
        except Exception:
            if time.monotonic() > late:
                raise
            time.sleep(0.2)
first = value()
print("used")
"""
TURNS = f"{USES}\nwhile value() == first:\n    time.sleep(0.2)\nprint('turned')"


def faults(world: str) -> tuple[Faults, Faults]:
    """What each endpoint does before and after the end: every second thing.

    The world of signed tokens has what the others have not.
    """
    first = 1 if world == "jwt" else 0

    def some(kinds: tuple[str, ...]) -> tuple[str, ...]:
        return (*kinds[first:-1:2], kinds[-1])

    issuing = {door: some(kinds) for door, kinds in ISSUING.items()}
    ending = {door: some(kinds) for door, kinds in ENDING.items()}
    return {**issuing, **(REFRESHING if world == "rotating" else {})}, ending


class Trouble:
    """A place behind a wire, whose broker is killed as often as a request hangs."""

    def __init__(self, place: Place, wire: Wire, world: str) -> None:
        self.place, self.wire = place, wire
        self.issuing, self.ending = faults(world)
        self.kills = self._mourned = 0
        self.back = 0.0
        self.runs: list[str] = []

    def until(self, look: Any, what: str) -> None:
        """Wait; and kill the broker over every request that got no answer."""

        def seen() -> bool:
            if self.wire.held() > self._mourned:
                self.kill()
            return bool(look())

        until(seen, f"{what}; met {dict(self.wire.met())}", 150)

    def kill(self) -> None:
        """Kill the broker; who is there brings it back."""
        victim = self.place.broker
        self._mourned = self.wire.held()
        self.kills += 1
        if victim is not None:
            end(victim)
        if not any(self.place.runner(run) for run in self.runs):
            self.place.batch("list")
        until(lambda: self.place.broker not in (None, victim), "another broker")
        self.back = time.monotonic()

    def leases(self) -> list[dict[str, Any]]:
        """Every lease, or nothing while there is no broker."""
        told = self.place.ask("/v1/leases")
        return [] if told is None else list(told["leases"])

    def all_in(self, *states: str) -> bool:
        """Whether every lease is in one of these states."""
        found = self.leases()
        return len(found) == RUNS and all(one["state"] in states for one in found)


def issue(trouble: Trouble, word: str, source: str) -> None:
    """Bring every run to its token through what an endpoint can do."""
    place, wire = trouble.place, trouble.wire
    for door, kinds in trouble.issuing.items():
        wire.meet(door, *kinds)
    gate = WAIT.format(str(place.folder / "gate"))
    for number in range(RUNS):
        notebook = place.notebook(source, gate, name=f"{number}.ipynb")
        trouble.runs.append(place.submit(notebook))
    # a broker that has read the metadata believes them until it is another one
    until(
        lambda: any(
            "cannot be reached" in str(one["problem"]) for one in trouble.leases()
        ),
        "a certificate that nobody trusts",
    )
    trouble.kill()
    trouble.until(
        lambda: all(word in place.events(run) for run in trouble.runs), "all tokens"
    )


def finish(trouble: Trouble) -> float:
    """End every run through what an endpoint can do; give how long tokens lived on.

    Returns
    -------
    float
        Seconds from the last fault that a revocation met, or from the last time that
        a killed broker was back, until the platform's own store had no living token.
    """
    place, wire = trouble.place, trouble.wire
    for door, kinds in trouble.ending.items():
        wire.meet(door, *kinds)
    ended = time.monotonic()
    (place.folder / "gate").touch()
    lost = {one["name"] for one in orphans(place) if one["kind"] == "token"}
    trouble.until(lambda: not set(living(wire)) - lost, "the end of every token")
    lag = time.monotonic() - max(ended, wire.troubled("revoke"), trouble.back)
    trouble.until(lambda: trouble.all_in("CLOSED"), "the end of every lease")
    return lag


def living(wire: Wire) -> Counter[str]:
    """Count the tokens that work, by the name of their lease."""
    return Counter(
        token["name"] for token in wire.inventory()["tokens"] if token["alive"]
    )


def orphans(place: Place) -> list[dict[str, Any]]:
    """What the broker says that it lost."""
    told = until(lambda: place.ask("/v1/leases"), "the list of leases")
    return list(told["orphans"])


def play(root: Path, world: str) -> None:
    """One world from an empty folder to the end of everything in it."""
    folder = root / world
    with (
        Platform(folder / "platform", *WORLDS[world]) as platform,
        Wire(platform) as wire,
        Place(folder / "p", wire, RUNS) as place,
    ):
        trouble = Trouble(place, wire, world)
        turns = world == "rotating"
        issue(trouble, "turned" if turns else "used", TURNS if turns else USES)
        lag = finish(trouble)
        assert lag < PROMISED
        assert wire.left() == [], wire.met()
        doors = {**trouble.issuing, **trouble.ending}
        assert wire.met() == Counter(
            (door, kind) for door, kinds in doors.items() for kind in kinds
        )
        # over the metadata, and over what hung: two may hang at once
        assert 4 < trouble.kills <= 1 + wire.held()

        # what is left is what it names, and not more of it
        named = Counter((one["kind"], one["name"]) for one in orphans(place))
        tokens, books = living(wire), wire.inventory()
        for name, count in tokens.items():
            # a refresh token may have been lost with it
            assert count <= named["token", name] * (2 if turns else 1), (named, tokens)
        clients = Counter(client["name"] for client in books["clients"])
        assert clients and (tokens or turns), "nothing was lost: that cannot be"
        assert all(n <= named["client", name] for name, n in clients.items()), clients
        for run in trouble.runs:
            ended = place.ended(run)
            assert ended["state"] == "succeeded", ended
            assert ended["lease"]["end"] in ENDS[world], ended["lease"]
        secrets = wire.secrets()
        assert len(secrets) > 2 * RUNS
        assert search(secrets, files(place.folder)) == []
        assert place.json("audit", "verify")["ok"] is True
        assert invariants_hold(place) == RUNS


@pytest.fixture(scope="module")
def played(
    short_root: Path, request: pytest.FixtureRequest
) -> Iterator[dict[str, Future[None]]]:
    """Play the worlds that are asked for at once: they mostly wait."""
    wanted = [
        item.callspec.params["world"]
        for item in request.session.items
        if item.path == request.path and hasattr(item, "callspec")
    ]
    with ThreadPoolExecutor(len(WORLDS)) as pool:
        yield {world: pool.submit(play, short_root, world) for world in wanted}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("world", WORLDS)
def test_a_wire_that_fails(world: str, played: dict[str, Future[None]]) -> None:
    played[world].result()
