"""The job socket as the protocol has it, in a thread; `stop` fails on anything else."""

from __future__ import annotations

import http.server
import json
import socketserver
import threading
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from tests.contract import (
    ContractBroken,
    check_problem,
    check_reply,
    check_schema,
    route_of,
)

Reply = tuple[int, dict[str, Any]]

_REQUESTS = {
    "/v1/permit": "PermitRequest",
    "/v1/token": "TokenRequest",
    "/v1/heartbeat": "HeartbeatRequest",
    "/v1/release": "ReleaseRequest",
}


def iso(seconds: float) -> str:
    at = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def problem(status: int, code: str, retry_after: int | None = None) -> Reply:
    return status, {
        "type": f"urn:jupyterlab-batch:error:{code}",
        "title": code,
        "status": status,
        "detail": f"detail of {code}",
        "code": code,
        "errors": [],
        "retry_after": retry_after,
    }


class FakeBroker:
    """Answers as told; remembers what it was asked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ticket = "ab" * 32
        self.session: str | None = None
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.tokens: list[str] = []
        self.token_values: list[str] = []
        #: what was outside the contract, in requests of the runner and replies here
        self.broken: list[str] = []
        self.not_yet = 0
        self.refuse_permit: Reply | None = None
        self.refuse_token: Reply | None = None
        self.open_releases = 1
        self.goes_on = True
        self.deadline = 3600.0
        #: seconds that its clock is ahead of the job's
        self.skew = 0.0
        self.lifetime = 3600.0
        self.seen_at_release: str | None = None
        self._server: socketserver.ThreadingUnixStreamServer | None = None

    def start(self) -> FakeBroker:
        self.path.unlink(missing_ok=True)
        broker = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = json.loads(self.rfile.read(length))
                bearer = self.headers.get("Authorization")
                status, answer = broker.answer(self.path, body, bearer)
                raw = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def address_string(self) -> str:
                return "job"

            def log_message(self, *_: object) -> None:
                pass

        class Server(socketserver.ThreadingUnixStreamServer):
            daemon_threads = True

        self._server = Server(str(self.path), Handler)
        threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        ).start()
        return self

    def stop(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        assert self.broken == []

    def count(self, route: str) -> int:
        return sum(1 for name, _ in self.asked if name == route)

    def answer(self, route: str, body: dict[str, Any], bearer: str | None) -> Reply:
        self.asked.append((route, body))
        status, reply = self._answer(route, body, bearer)
        try:
            if status == 200:
                check_reply(route_of("POST", route), reply)
            else:
                check_problem(reply)
        except ContractBroken as error:
            self.broken.append(str(error))
        return status, reply

    def _answer(self, route: str, body: dict[str, Any], bearer: str | None) -> Reply:
        if route not in _REQUESTS:
            return problem(404, "not_found")
        try:
            check_schema(_REQUESTS[route], body)
        except ContractBroken as error:
            self.broken.append(str(error))
            return problem(400, "invalid_request")
        if route == "/v1/permit":
            return self._permit(body)
        if self.session is None or bearer != f"Bearer {self.session}":
            return problem(401, "bad_session")
        if route == "/v1/token":
            return self._token()
        if route == "/v1/heartbeat":
            return 200, {"continue": self.goes_on}
        output = self.path.parent / "run" / "output.ipynb"
        self.seen_at_release = output.read_text() if output.exists() else None
        self.open_releases -= 1
        return 200, {"closed": self.open_releases < 0}

    def _permit(self, body: dict[str, Any]) -> Reply:
        if self.refuse_permit:
            return self.refuse_permit
        if self.not_yet > 0:
            self.not_yet -= 1
            return problem(409, "not_yet")
        if body["ticket"] != self.ticket:
            return problem(403, "bad_ticket")
        if self.session not in (None, body["session"]):
            return problem(409, "lease_conflict")
        self.session = body["session"]
        self.permitted_at = time.time()
        return 200, {
            "deadline": iso(self.deadline + self.skew),
            "time_left": max(0.0, self.deadline),
            "lease": None,
        }

    def _token(self) -> Reply:
        if self.refuse_token:
            return self.refuse_token
        if not self.token_values:
            return problem(404, "no_identity")
        value = self.token_values.pop(0)
        self.tokens.append(value)
        return 200, {
            "access_token": value,
            "token_type": "Bearer",
            "expires_at": iso(self.lifetime),
            "expires_in": self.lifetime,
        }
