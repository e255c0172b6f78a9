"""The run's credential: masked, fresh, for our own processes only."""

from __future__ import annotations

import copy
import json
import os
import pickle
import re
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests

from jupyterlab_batch.runner import broker, clock
from jupyterlab_batch.runner.agent import TokenAgent
from jupyterlab_batch.runner.broker import Refused, Unreachable
from jupyterlab_batch.runner.redaction import Vault
from jupyterlab_batch.runner.token import (
    NoIdentity,
    NotInARun,
    Token,
    TokenUnavailable,
    token,
)

from .fake_broker import iso

ROOT = Path(__file__).parents[2]
SECRET = "s3cr3t-of-this-run"
ENDLESS = {"expires_at": None, "expires_in": None}


class Agent:
    """A real agent over a scripted broker."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "agent.sock"
        self.vault = Vault()
        self.lifetime: float | None = 3600
        self.asked: list[int] = []
        self.error: Exception | None = None
        self.agent = TokenAgent(str(self.path), self.fetch, self.vault)
        self.agent.start()

    def fetch(self, min_valid: int) -> dict[str, Any]:
        self.asked.append(min_valid)
        if self.error:
            raise self.error
        return {
            "access_token": f"{SECRET}-{len(self.asked)}",
            "token_type": "bearer",
            "expires_at": None if self.lifetime is None else iso(self.lifetime),
            "expires_in": self.lifetime,
        }


@pytest.fixture
def agent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Agent]:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        made = Agent(Path(folder))
        monkeypatch.setenv("JUPYTERLAB_BATCH_SOCKET", str(made.path))
        yield made
        made.agent.stop()


def test_outside_of_a_run_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUPYTERLAB_BATCH_SOCKET", raising=False)
    with pytest.raises(NotInARun, match="jupyter batch run"):
        token()


def test_it_does_not_show_itself(agent: Agent) -> None:
    one = token()
    shown = [
        repr(one),
        str(one),
        f"{one}",
        f"{one!r:>60}",
        format(one, "s"),
        str.join("", [str(one)]),
        repr([one]),
        repr(vars(one) if hasattr(one, "__dict__") else ""),
    ]
    assert all(SECRET not in text for text in shown)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert SECRET.encode() not in pickle.dumps(one, protocol)
    assert one.reveal() == f"{SECRET}-1"
    assert copy.deepcopy({"auth": one})["auth"] is one
    with pytest.raises(TypeError):
        json.dumps(one)


def test_a_pickled_token_gets_its_own_from_the_agent(agent: Agent) -> None:
    there = pickle.loads(pickle.dumps(token()))
    assert isinstance(there, Token)
    assert there.reveal() == f"{SECRET}-1", "the agent's cache answers"
    assert len(agent.asked) == 1


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    real = clock.elapsed
    monkeypatch.setattr(clock, "elapsed", lambda: real() + seconds)


def wrong(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + seconds)


@pytest.mark.parametrize("minutes", [5, -5])
def test_a_wrong_clock_keeps_no_dead_token_and_asks_no_more_than_a_right_one(
    agent: Agent, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    wrong(monkeypatch, minutes * 60)
    agent.lifetime = 200
    one = token(60)
    assert {one.reveal() for _ in range(50)} == {f"{SECRET}-1"}
    assert {token(60).reveal() for _ in range(50)} == {f"{SECRET}-1"}
    later(monkeypatch, 139)
    assert token(60).reveal() == one.reveal() == f"{SECRET}-1"
    later(monkeypatch, 2)
    assert token(60).reveal() == one.reveal() == f"{SECRET}-2"
    assert agent.asked == [60, 60]


def test_a_clock_that_is_set_meanwhile_changes_nothing(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent.lifetime = 200
    one = token(60)
    for seconds in (300, -600, 10**6):
        wrong(monkeypatch, seconds)
        assert token(60).reveal() == one.reveal() == f"{SECRET}-1"
    assert agent.asked == [60]


def test_an_agent_of_an_older_version_is_asked_each_time(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = {"access_token": SECRET, "token_type": "bearer", "expires_at": iso(3600)}
    asked: list[int] = []

    def ask(min_valid: int) -> dict[str, Any]:
        asked.append(min_valid)
        return reply

    monkeypatch.setattr("jupyterlab_batch.runner.token._ask", ask)
    one = Token(60)
    assert one.reveal() == one.reveal() == SECRET
    assert asked == [60, 60]


def test_the_agent_asks_again_only_for_a_longer_life(agent: Agent) -> None:
    agent.lifetime = 100
    assert token(60).reveal() == token(90).reveal() == f"{SECRET}-1"
    assert token(120).reveal() == f"{SECRET}-2"
    assert agent.asked == [60, 120]


def test_a_provider_of_short_lives_is_not_asked_at_every_use(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent.lifetime = 100
    one = token(600)
    assert {one.reveal() for _ in range(20)} == {f"{SECRET}-1"}
    later(monkeypatch, 51)
    agent.lifetime = 151
    assert one.reveal() == f"{SECRET}-2"


def test_a_token_renews_itself_when_it_runs_out(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = token(60)
    later(monkeypatch, 3000)
    assert one.reveal() == f"{SECRET}-1"
    later(monkeypatch, 600)
    assert one.reveal() == f"{SECRET}-2"


def test_a_token_without_an_end_is_kept(agent: Agent) -> None:
    agent.lifetime = None
    assert token(10**6).expires_at is None
    token(10**6)
    assert len(agent.asked) == 1


def test_the_vault_knows_a_token_before_anyone_gets_it(agent: Agent) -> None:
    assert agent.vault.text(f"x {token().reveal()}") == "x [redacted]"


def test_it_authorizes_requests(agent: Agent) -> None:
    prepared = requests.Request("GET", "http://x/", auth=token()).prepare()
    assert prepared.headers["Authorization"] == f"Bearer {SECRET}-1"


def test_it_authorizes_httpx(agent: Agent) -> None:
    seen = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["Authorization"])
        return httpx.Response(200)

    with httpx.Client(transport=httpx.MockTransport(handle), auth=token()) as client:
        client.get("http://x/")
    assert seen == [f"Bearer {SECRET}-1"]


def test_no_identity(agent: Agent) -> None:
    agent.error = Refused("no_identity", "none", None)
    with pytest.raises(NoIdentity, match="identity provider"):
        token()


def test_an_unavailable_provider_says_when_to_ask_again(agent: Agent) -> None:
    agent.error = Refused("provider_unavailable", "it is slow", 7)
    with pytest.raises(TokenUnavailable, match="it is slow") as caught:
        token()
    assert (caught.value.code, caught.value.retry_after) == ("provider_unavailable", 7)


def test_a_lost_broker(agent: Agent) -> None:
    agent.error = Unreachable("/v1/token: no")
    with pytest.raises(TokenUnavailable) as caught:
        token()
    assert caught.value.code == "broker_unreachable"


def test_after_the_end_there_is_no_token(agent: Agent) -> None:
    agent.agent.stop()
    with pytest.raises(TokenUnavailable, match="has the run ended"):
        token()


def test_the_end_waits_for_no_provider(agent: Agent) -> None:
    asked, answered = threading.Event(), threading.Event()

    def slow(min_valid: int) -> dict[str, Any]:
        asked.set()
        assert answered.wait(20)
        return {"access_token": SECRET, "token_type": "bearer", **ENDLESS}

    agent.agent._fetch = slow
    told: list[str] = []

    def ask() -> None:
        try:
            token()
        except TokenUnavailable as error:
            told.append(error.code)

    cell = threading.Thread(target=ask)
    cell.start()
    assert asked.wait(20)
    stopping = threading.Thread(target=agent.agent.stop)
    stopping.start()
    stopping.join(10)
    assert not stopping.is_alive(), "it waits for the provider"
    answered.set()
    cell.join(20)
    assert told == ["over"], "and no token comes after the end"


def test_it_outwaits_the_brokers_own_patience() -> None:
    source = ROOT / "broker" / "src" / "leases" / "service.ts"
    found = re.search(r"PATIENCE_MS = ([\d_]+);", source.read_text())
    assert found is not None
    assert int(found[1]) + 5000 < broker._TOKEN_TIMEOUT * 1000


@pytest.mark.parametrize("line", [b"\n", b"[]\n", b'{"min_valid": -1}\n', b"x" * 2000])
def test_the_agent_survives_nonsense(agent: Agent, line: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(str(agent.path))
        client.sendall(line)
        assert json.loads(client.recv(4096))["error"] == "invalid_request"
    assert token().reveal()


def test_silent_callers_keep_nobody_waiting_and_leave_no_threads(agent: Agent) -> None:
    silent = [socket.socket(socket.AF_UNIX) for _ in range(20)]
    for client in silent:
        client.connect(str(agent.path))
    begun = time.monotonic()
    assert token().reveal()
    # the silent ones are given up after 5 s
    assert time.monotonic() - begun < 4
    for client in silent:
        client.close()
    waiting = [each for each in threading.enumerate() if each.name == "agent"]
    agent.agent.stop()
    for thread in waiting:
        thread.join(10)
        assert not thread.is_alive()


def test_the_socket_is_ours_alone(agent: Agent) -> None:
    assert stat.S_IMODE(os.stat(agent.path).st_mode) == 0o600


def test_another_uid_gets_nothing(agent: Agent) -> None:
    assert os.getuid() == 0, "this test becomes another user, so it starts as root"
    os.chmod(agent.path.parent, 0o711)
    os.chmod(agent.path, 0o666)
    program = (
        "import os, socket, sys\nos.setgid(65534); os.setuid(65534)\n"
        "s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])\n"
        "try:\n    s.sendall(b'{\"min_valid\": 1}\\n'); print(s.recv(999))\n"
        "except ConnectionError: print(b'')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(agent.path)], capture_output=True, text=True
    )
    assert done.stdout == "b''\n", done.stderr
    assert agent.asked == []


def shell(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = "from jupyterlab_batch.runner.token import print_token; print_token()"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def test_the_command_prints_it_for_shells(agent: Agent) -> None:
    done = shell("--min-valid", "30")
    assert (done.returncode, done.stdout) == (0, f"{SECRET}-1\n")
    assert agent.asked == [30]


def test_the_commands_exit_codes(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    agent.error = Refused("no_identity", "none", None)
    assert shell().returncode == 3
    agent.error = Refused("provider_unavailable", "slow", 1)
    assert shell().returncode == 4
    monkeypatch.delenv("JUPYTERLAB_BATCH_SOCKET")
    outside = shell()
    assert (outside.returncode, outside.stdout) == (2, "")
    assert "jupyter batch run" in outside.stderr
