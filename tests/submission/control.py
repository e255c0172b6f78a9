"""A broker's control socket that answers what a test tells it to.

Every request and every reply is checked against protocol/openapi.json, so that a test
cannot pass with a shape that the real broker would refuse, or never send.
"""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jsonschema import Draft202012Validator

from jupyterlab_batch.launcher.program import package_version
from tests.contract import operations, route_of

CONTRACT = json.loads(Path("protocol/openapi.json").read_text("utf-8"))


@dataclass
class Call:
    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str]


class Refusal(Exception):
    """Raised by a responder: a Problem goes out."""

    def __init__(self, status: int, code: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.problem = {
            "type": f"urn:jupyterlab-batch:error:{code}",
            "title": code,
            "status": status,
            "detail": detail,
            "code": code,
            "errors": [],
            "retry_after": None,
            **more,
        }


def check(schema: dict[str, Any], value: Any) -> None:
    schema = {**schema, "components": CONTRACT["components"]}
    errors = list(Draft202012Validator(schema).iter_errors(value))
    assert not errors, f"outside the contract: {errors[0].message}: {value!r:.400}"


def operation(method: str, path: str) -> dict[str, Any]:
    return operations()[route_of(method, path)]


Responder = Callable[[Call], Any]


class Control:
    """The double; ``answers`` is keyed by ``METHOD /path``."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket
        self.calls: list[Call] = []
        self.failures: list[str] = []
        self.answers: dict[str, Responder] = {"GET /v1/health": lambda call: health()}
        self._server: socketserver.ThreadingUnixStreamServer | None = None

    def on(self, route: str, answer: Any) -> None:
        self.answers[route] = answer if callable(answer) else lambda call: answer

    def called(self, method: str, path: str) -> list[Call]:
        return [c for c in self.calls if (c.method, c.path) == (method, path)]

    def start(self) -> None:
        control = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def address_string(self) -> str:
                return "local"

            def log_message(self, format: str, *args: Any) -> None:
                pass

            def _serve(self) -> None:
                control._serve(self)

            do_GET = do_POST = do_DELETE = _serve

        self._server = socketserver.ThreadingUnixStreamServer(str(self.socket), Handler)
        self._server.daemon_threads = True
        threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        ).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
        self.socket.unlink(missing_ok=True)

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        url = urlsplit(handler.path)
        size = int(handler.headers.get("Content-Length") or 0)
        raw = handler.rfile.read(size)
        call = Call(
            handler.command,
            url.path,
            {name: values[0] for name, values in parse_qs(url.query).items()},
            json.loads(raw) if raw else None,
            dict(handler.headers.items()),
        )
        self.calls.append(call)
        try:
            status, answer = self._answer(call)
        except AssertionError as error:
            self.failures.append(str(error))
            status, answer = 500, {"broken": str(error)}
        if call.path == "/v1/events":
            self._stream(handler, answer)
            return
        payload = json.dumps(answer).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(payload)))
        handler.end_headers()
        handler.wfile.write(payload)

    def _answer(self, call: Call) -> tuple[int, Any]:
        known = operation(call.method, call.path)
        body = known.get("requestBody")
        if body is not None:
            check(body["content"]["application/json"]["schema"], call.body)
        responder = self.answers.get(f"{call.method} {call.path}")
        assert responder is not None, f"no answer for {call.method} {call.path}"
        try:
            answer = responder(call)
        except Refusal as refusal:
            check({"$ref": "#/components/schemas/Problem"}, refusal.problem)
            return refusal.status, refusal.problem
        if call.path == "/v1/events":
            return 200, answer
        status = next(code for code in known["responses"] if code.startswith("2"))
        check(
            known["responses"][status]["content"]["application/json"]["schema"], answer
        )
        return int(status), answer

    def _stream(self, handler: BaseHTTPRequestHandler, changes: Any) -> None:
        """Send the changes a responder yields; the stream breaks when it returns."""
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Connection", "close")
        handler.end_headers()
        for change in changes:
            event = f"event: change\nid: {change['revision']}\n"
            handler.wfile.write(f"{event}data: {json.dumps(change)}\n\n".encode())
            handler.wfile.flush()
        handler.close_connection = True


def health(**more: Any) -> dict[str, Any]:
    return {
        "ok": True,
        "version": package_version(),
        "pid": 4242,
        "data": "/data",
        "since": "2026-11-23T12:00:00Z",
        "now": "2026-11-23T12:00:00Z",
        "active_runs": 0,
        "open_leases": 0,
        "revision": 3,
        "config_files": [],
        "problems": [],
        **more,
    }


def target(name: str = "local", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "scheduler": "local",
        "default": name == "local",
        "identity": None,
        "identity_line": None,
        "runtime": None,
        "scopes": [],
        "time_limit": 86400,
        "slots": 2,
        "running": 0,
        "waiting": 0,
        "notice": None,
        **more,
    }


def preflight(**more: Any) -> dict[str, Any]:
    return {
        "fields": [],
        "resources": {},
        "problems": [],
        "time_limit": 86400,
        "starts_at": None,
        **more,
    }


VENV = {"kind": "virtualenv", "path": "/project/.venv"}


def offer(*names: str, **more: Any) -> dict[str, Any]:
    """What an environment has: kernels of these names."""
    return {
        "used": None,
        "kernels": [kernel(name) for name in names],
        "broken": [],
        "problems": [],
        "known": [],
        **more,
    }


def kernel(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "display_name": name.title(),
        "language": "python",
        "argv": ["/bin/sh", "-f", "{connection_file}"],
        "env_names": ["TOKEN"],
        "resource_dir": f"/there/{name}",
        "interrupt_mode": "signal",
    }


def plan(**more: Any) -> dict[str, Any]:
    return {
        "id": "plan-1",
        "mode": "snapshot",
        "root": "/project",
        "cwd": ".",
        "files": 1,
        "bytes": 100,
        "largest": [],
        "linked": [],
        "left_out": [],
        "missing": [],
        "excluded": [],
        "included": [],
        "addable": [],
        "ask": None,
        **more,
    }


def declaration(name: str, text: str, **more: Any) -> dict[str, Any]:
    kind = more.pop("type", "float")
    return {
        "name": name,
        "type": kind,
        "nullable": False,
        "items": None,
        "choices": None,
        "default": {"type": kind, "text": text},
        "expression": None,
        "declared": True,
        "evidence": "assignment",
        "description": None,
        "min": None,
        "max": None,
        "step": None,
        "cell": 1,
        "line": 1,
        **more,
    }


def inspection(*declarations: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "language": "python",
        "kernel": None,
        "prefix": "FUNWAVE",
        "parameters": list(declarations),
        "lints": [],
        "files": [],
        "writes": [],
        "reads_environment": [],
        "environment": [],
        "outputs": [],
        "files_mode": None,
        "deliver_to": None,
        "resources": {},
        "runtime": {},
        "code_cells": 2,
        "pins": [],
        **more,
    }


def run(**more: Any) -> dict[str, Any]:
    return {
        "id": "0197c41e-0000-7000-8000-00007c41e9b2",
        "label": None,
        "state": "queued",
        "reason": None,
        "message": None,
        "exit_code": None,
        "signal": None,
        "notebook": "/project/wave.ipynb",
        "contents_path": None,
        "output": None,
        "target": "local",
        "native_id": None,
        "attempt": 1,
        "submitted_at": "2026-11-23T12:00:00Z",
        "started_at": None,
        "ended_at": None,
        "closed_at": None,
        "observed_at": None,
        "time_limit": 7200,
        "resources": {},
        "runtime": None,
        "position": None,
        "waiting": None,
        "progress": None,
        "cancelling": False,
        "deleting": False,
        "parameters": [],
        "lease": None,
        "run_folder": "/data/runs/x",
        "kernel": "python3",
        "files_mode": "snapshot",
        "deliver_to": "/project",
        "rerun_of": None,
        "revision": 4,
        **more,
    }


def detail(of: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "run": of,
        "chosen": {"kernel": "python3", "exclude": [], "include": [], "outputs": []},
        "failed_cell": None,
        "ename": None,
        "evalue": None,
        "traceback": None,
        "warnings": [],
        "history": [],
        "files": [],
        **more,
    }


def lease(**more: Any) -> dict[str, Any]:
    return {
        "id": "lease-1",
        "state": "CLOSED",
        "provider": "platform",
        "client": "per_lease",
        "scopes": ["jobs:read"],
        "registered_at": "2026-11-23T12:03:09Z",
        "minted_at": "2026-11-23T12:03:11Z",
        "used": 3,
        "revoked_at": "2026-11-23T12:04:55Z",
        "verified_at": "2026-11-23T12:04:56Z",
        "client_deleted_at": "2026-11-23T12:04:57Z",
        "end": "dead_at_resource",
        "ended_at": "2026-11-23T12:04:56Z",
        "problem": None,
        **more,
    }
