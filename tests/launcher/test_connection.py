"""What a caller sees of good and bad answers."""

from __future__ import annotations

import contextlib
import re
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


def whole_request(accepted: socket.socket) -> bytes:
    with accepted.makefile("rb") as file:
        head = b"".join(iter(file.readline, b"\r\n"))
        size = re.search(rb"Content-Length: (\d+)", head)
        return head + file.read(int(size[1]) if size else 0)


class Peer:
    """A broker that dies over the first requests, then answers.

    It keeps what it was asked.
    """

    def __init__(self, path: Path, deaths: int) -> None:
        self.asked: list[bytes] = []
        self._deaths = deaths
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(path))
        self._socket.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        while True:
            try:
                accepted, _ = self._socket.accept()
            except OSError:
                return
            with accepted:
                self.asked.append(whole_request(accepted))
                if len(self.asked) > self._deaths:
                    accepted.sendall(
                        b'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"id": 1}'
                    )

    def __enter__(self) -> Peer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(10)


def test_a_request_that_was_sent_is_never_sent_again(tmp_path: Path) -> None:
    """What is done twice must not be done by us."""
    path = tmp_path / "s"
    with Peer(path, deaths=1) as peer, pytest.raises(launcher.BrokerUnreachable):
        launcher.Connection(path, lambda: path).request("POST", "/v1/x", {})
    assert len(peer.asked) == 1


def test_a_request_with_a_key_is_sent_once_more(tmp_path: Path) -> None:
    """A submit whose answer is lost is the same submit when it comes again."""
    path, key = tmp_path / "s", {"Idempotency-Key": "k-1"}
    with Peer(path, deaths=1) as peer:
        connection = launcher.Connection(path, lambda: path)
        answer = connection.request("POST", "/v1/runs", {"a": 1}, key)
    assert answer == {"id": 1}
    assert len(peer.asked) == 2 and peer.asked[0] == peer.asked[1]
    assert b"Idempotency-Key: k-1" in peer.asked[0]


def test_a_question_is_asked_once_more(tmp_path: Path) -> None:
    """A broker that was just killed may have taken it along."""
    path = tmp_path / "s"
    with Peer(path, deaths=1) as peer:
        answer = launcher.Connection(path, lambda: path).request("GET", "/v1/runs")
    assert answer == {"id": 1}
    assert len(peer.asked) == 2


def test_a_question_that_hangs_is_asked_once(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(path))
        silent.listen()
        connection = launcher.Connection(path, lambda: path)
        with pytest.raises(launcher.BrokerUnreachable, match="timed out"):
            connection.request("GET", "/v1/runs", timeout=0.2)
        silent.settimeout(0.2)
        silent.accept()[0].close()
        with pytest.raises(TimeoutError):
            silent.accept()


@pytest.mark.parametrize("starts", [True, False], ids=["twice dead", "may not start"])
def test_a_request_with_a_key_is_not_sent_for_ever(
    tmp_path: Path, starts: bool
) -> None:
    path, key = tmp_path / "s", {"Idempotency-Key": "k-1"}
    with Peer(path, deaths=9) as peer:
        connection = launcher.Connection(path, (lambda: path) if starts else None)
        with pytest.raises(launcher.BrokerUnreachable):
            connection.request("POST", "/v1/runs", {}, key)
    assert len(peer.asked) == (2 if starts else 1)
