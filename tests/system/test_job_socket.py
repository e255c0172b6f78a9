"""What the real broker answers to the real runner is what the contract says."""

from __future__ import annotations

import http.client
import json
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from jupyterlab_batch.launcher import lock
from tests.contract import check_problem, check_reply, route_of

from .place import Place, texts, until
from .scenes import TOKEN, WAIT

Heard = list[tuple[str, int, Any, str | None]]


class Unix(http.client.HTTPConnection):
    """HTTP over a socket of the file system."""

    def __init__(self, path: Path) -> None:
        super().__init__("job", timeout=30)
        self._path = str(path)

    def connect(self) -> None:
        """Connect to the path."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self._path)


def post(path: Path, route: str, body: bytes, session: str | None) -> tuple[int, bytes]:
    """Ask the job socket as a runner does."""
    connection = Unix(path)
    headers = {"Content-Type": "application/json"}
    if session is not None:
        headers["Authorization"] = session
    connection.request("POST", route, body, headers)
    answer = connection.getresponse()
    told = answer.read()
    connection.close()
    return answer.status, told


@contextmanager
def between(broker: Path) -> Iterator[Heard]:
    """Listen in the broker's place, pass everything on, and note what it says."""
    behind = broker.with_name("behind.sock")
    broker.rename(behind)
    heard: Heard = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            session = self.headers["Authorization"]
            status, told = post(behind, self.path, body, session)
            heard.append((self.path, status, json.loads(told), session))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def address_string(self) -> str:
            return "job"

        def log_message(self, *_: object) -> None:
            pass

    with socketserver.ThreadingUnixStreamServer(str(broker), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        try:
            yield heard
        finally:
            server.shutdown()
            behind.rename(broker)


def test_the_broker_answers_runners_as_the_contract_says(secured: Place) -> None:
    gate = secured.folder / "gate"
    secured.batch("list")
    holder = lock.read_holder(secured.data / "broker.lock")
    assert holder is not None
    door = Path(holder.sockets) / "job.sock"
    with between(door) as heard:
        run = secured.submit(secured.notebook(TOKEN, WAIT.format(str(gate))))
        until(lambda: any(each[0] == "/v1/token" for each in heard), "a token")
        session = next(each[3] for each in heard if each[0] == "/v1/token")
        # as the runner does every half minute
        assert post(door, "/v1/heartbeat", b'{"seq": 1}', session)[0] == 200
        assert post(door, "/v1/heartbeat", b'{"seq": 1}', "Bearer no")[0] == 401
        gate.touch()
        done = secured.ended(run)
        assert done["state"] == "succeeded", texts(done["output"])
        until(
            lambda: any(each[0] == "/v1/release" and each[1] == 200 for each in heard),
            "the release",
        )
    for route, status, told, _ in heard:
        if status == 200:
            check_reply(route_of("POST", route), told)
        else:
            check_problem(told)
    answered = {route_of("POST", each[0]) for each in heard if each[1] == 200}
    assert answered == {"permit", "token", "heartbeat", "release"}
