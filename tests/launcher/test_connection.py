"""What a caller sees of good and bad answers."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_batch import launcher
from jupyterlab_batch.launcher.program import Program


@pytest.fixture
def connection(data: Path, installed: Callable[[], Program]) -> launcher.Connection:
    return launcher.connect(data, installed=installed)


def test_a_refusal_carries_its_whole_problem(connection: launcher.Connection) -> None:
    with pytest.raises(launcher.BrokerError) as got:
        connection.request("GET", "/v1/absent")
    assert (got.value.code, got.value.status) == ("not_found", 404)
    assert got.value.message == "No such route."
    assert got.value.problem()["type"].endswith(":not_found")


def test_what_is_not_the_brokers_is_not_repeated(
    connection: launcher.Connection,
) -> None:
    with pytest.raises(launcher.BrokerUnreachable) as got:
        connection.request("GET", "/v1/html")
    assert "bad gateway" not in str(got.value)


def test_events_and_closing_from_another_thread(
    connection: launcher.Connection,
) -> None:
    stream = connection.stream("/v1/events")
    seen: list[object] = []
    ended = threading.Event()

    def read() -> None:
        with contextlib.suppress(launcher.BrokerUnreachable):
            for event in stream.events():
                seen.append(event)
                threading.Thread(target=stream.close).start()
        ended.set()

    reader = threading.Thread(target=read)
    reader.start()
    reader.join(10)
    assert ended.is_set(), "close wakes a reader that waits"
    assert seen == [("change", {"id": "a", "state": "running", "revision": 7})]


def test_a_stream_that_is_refused(connection: launcher.Connection) -> None:
    with pytest.raises(launcher.BrokerError):
        connection.stream("/v1/absent")


def test_a_silent_peer_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as peer:
        peer.bind(str(path))
        peer.listen()
        with pytest.raises(launcher.BrokerUnreachable, match="did not answer"):
            launcher.Connection(path).request("GET", "/v1/health", timeout=0.05)


def test_a_request_that_was_sent_is_never_sent_again(tmp_path: Path) -> None:
    """A submit whose answer is lost must not become two runs."""
    path = tmp_path / "s"
    revived: list[bool] = []

    def revive() -> Path:
        revived.append(True)
        return path

    with socket.socket(socket.AF_UNIX) as peer:
        peer.bind(str(path))
        peer.listen()

        def drop() -> None:
            accepted, _ = peer.accept()
            accepted.recv(65536)
            accepted.close()

        dropper = threading.Thread(target=drop)
        dropper.start()
        with pytest.raises(launcher.BrokerUnreachable):
            launcher.Connection(path, revive).request("POST", "/v1/runs", {})
        dropper.join(10)
    assert revived == []
