"""The whole path with secrets that are known, which must then be nowhere.

The platform tells the test, in memory, every secret that it gave out. The notebook
does its best to leak its token, on every way that a run can go; whatever a browser
can ask for, and every file, argv and environment, is searched in all encodings. The
same search finds what a notebook puts there on purpose.
"""

from __future__ import annotations

import hashlib
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from platform_process import Platform

from tests.contract import document
from tests.environments import make_virtualenv

from .canary import FAILS, LEAKS, TURNS, WIDGET, files, lives, search, unhashed
from .place import Place, end, texts, until
from .scenes import WAIT, delivered
from .served import Served


@dataclass(frozen=True)
class Way:
    """How a run comes, what it holds and how it goes."""

    name: str
    platform: tuple[str, ...] = ()
    #: registration token, client secret, registration access token, access token
    secrets: int = 4
    served: bool = False
    killed: bool = False
    again: bool = False
    #: waits until its token was followed by another one
    turns: bool = False
    #: its kernel is of a virtual environment, and the runner is not
    away: bool = False


WAYS = (
    Way("opaque"),
    # and the handle, which never leaves the platform
    Way("jwt", ("--tokens", "jwt"), 5),
    # the registration token is there and unused
    Way("shared", ("--shared-client", "community"), 3),
    Way("server", served=True),
    Way("killed", killed=True),
    Way("again", again=True),
    Way("environment", away=True),
    # two refresh tokens and another access token; more on a slow machine
    Way("refresh", ("--refresh", "rotating", "--ttl", "4"), 7, turns=True),
)

#: what a route wants to know beside the id of a run
QUERIES = {
    "/jupyterlab-batch/locate": "path=wave.ipynb",
    "/jupyterlab-batch/runs/{id}/file": "path=made.txt",
    "/v1/runs/{id}/cells": "whole=0",
}
#: a stream, and what is gone with its dialog
OTHERWISE = {"/v1/events", "/v1/plans/{id}"}
AT_THE_END = frozenset({"/v1/runs/{id}/record", "/jupyterlab-batch/runs/{id}/file"})
MAKES = "open('made.txt', 'w').write('nothing')"


def asked(
    server: Served, run: str, but: frozenset[str] = frozenset()
) -> Iterator[tuple[str, bytes]]:
    """Whatever a browser can read; a new route of the contract is asked too."""
    for path, verbs in document()["paths"].items():
        if not verbs.get("get", {}).get("x-browser") or path in OTHERWISE | but:
            continue
        query = QUERIES.get(path, "")
        there = path.removeprefix("/jupyterlab-batch").replace("{id}", run)
        reply = server.raw("GET", f"{there.lstrip('/')}?{query}".rstrip("?"))
        assert reply, path
        yield path, reply


def printed(place: Place, run: str) -> Iterator[tuple[str, bytes]]:
    """Whatever a terminal shows."""
    commands = (["list"], ["show", run], ["leases"], ["doctor"], ["audit", "show", run])
    for arguments in commands:
        for more in ([], ["--json"]):
            told = place.batch(*arguments, *more, code=None)
            yield " ".join([*arguments, *more]), (told.stdout + told.stderr).encode()
    log = place.batch("logs", run, code=None)
    assert "[redacted]" in log.stdout
    yield "logs", (log.stdout + log.stderr).encode()


def runtime_of(place: Place) -> tuple[str, ...]:
    """Make an environment; give the words that choose it."""
    path = make_virtualenv(place.home / "env", "ipykernel", "ipywidgets")
    return ("--runtime", f"virtualenv:{path}")


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_no_secret_is_anywhere(way: Way, short_folder: Path) -> None:
    with ExitStack() as stack:
        platform = stack.enter_context(
            Platform(short_folder / "platform", *way.platform)
        )
        place = stack.enter_context(Place(short_folder / "p", platform))
        server = Served(place) if way.served else None
        gate = place.folder / "gate"
        waits = f"{MAKES}\n{WAIT.format(str(gate))}"
        leaks = TURNS + LEAKS if way.turns else LEAKS
        notebook = place.notebook(leaks, WIDGET, waits, FAILS)
        chosen = runtime_of(place) if way.away else ()
        run = (
            str(server.submit(notebook)["id"])
            if server
            else place.submit(notebook, *chosen)
        )
        until(lambda: '"number":3' in place.events(run).replace(" ", ""), "the gate")
        holds(way, place, platform, run, server)
        if way.killed:
            runner = place.runner(run)
            assert runner is not None
            end(runner, signal.SIGKILL)
        else:
            gate.touch()
        is_clean_after(way, place, platform, run, server)
        if way.again:
            run = str(place.json("rerun", run)["id"])
            is_clean_after(way, place, platform, run, server)


def holds(
    way: Way, place: Place, platform: Platform, run: str, server: Served | None
) -> None:
    """Look everywhere while the run has its token."""
    secrets = platform.secrets()
    if way.turns:
        assert len(secrets) >= way.secrets, way
    else:
        assert len(secrets) == way.secrets, way
    assert all(len(secret) > 20 for secret in secrets)
    around = list(lives(place, run))
    assert any(b"ipykernel" in found for _, found in around)
    assert any(b"broker.cjs" in found for _, found in around)
    assert not search(secrets, around)
    assert not search(secrets, files(place.folder)), "while it runs"
    assert not unhashed([*around, *files(place.folder)])
    if server:
        assert not search(secrets, asked(server, run, but=AT_THE_END))


def is_clean_after(
    way: Way, place: Place, platform: Platform, run: str, server: Served | None
) -> None:
    """Look everywhere after the end."""
    done = place.ended(run)
    reason = "runner_died" if way.killed else "cell_error"
    assert (done["state"], done["reason"]) == ("failed", reason), done
    said = texts(delivered(done))
    assert said.count("[redacted]") > 20, said[:500]
    secrets = platform.secrets()
    assert not search(secrets, printed(place, run))
    if server:
        assert not search(secrets, asked(server, run))
    assert not search(secrets, files(place.folder)), "after its end"
    assert not unhashed(files(place.folder))
    assert place.broker is not None
    assert not search(secrets, lives(place, run))


PLANTS = """\
import base64, subprocess, sys
from urllib.parse import quote
from jupyterlab_batch.job import token
t = token().reveal().encode()
forms = [t, t.hex().encode(), b"z" + t + b"z"]
forms += [base64.b64encode(b"ab"[:n] + t + b"cd") for n in range(3)]
forms += [base64.encodebytes(b"ab" + 2 * t)]
for number, form in enumerate(forms):
    open(f"planted{number}.bin", "wb").write(b"\\xff" * 9 + form)
child = subprocess.Popen([sys.executable, "-c", "input()", t.decode()],
                         stdin=subprocess.PIPE)
other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE,
                         env={"LEAK": t.decode(), "JUPYTERLAB_BATCH_RUN": RUN})
""".replace("RUN)", "__import__('os').environ['JUPYTERLAB_BATCH_RUN'])").replace(
    ": RUN}", ": __import__('os').environ['JUPYTERLAB_BATCH_RUN']}"
)


def test_the_search_finds_what_is_there(secured: Place, platform: Platform) -> None:
    gate = secured.folder / "gate"
    run = secured.submit(secured.notebook(PLANTS, WAIT.format(str(gate))))
    until(lambda: '"number":2' in secured.events(run).replace(" ", ""), "the gate")
    secrets = platform.secrets()
    found = search(secrets, [*files(secured.folder), *lives(secured, run)])
    for number in range(7):
        assert any(f"planted{number}.bin: " in each for each in found), number
    assert any(each.startswith("argv") for each in found)
    assert any(each.startswith("environment") for each in found)
    ticket = hashlib.sha256(b"a ticket").hexdigest()
    stored = hashlib.sha256(ticket.encode()).hexdigest()
    assert unhashed([("a", ticket.encode()), ("b", stored.encode())]) == ["a"]
    gate.touch()
    assert secured.ended(run)["state"] == "succeeded"
