"""Hands the run's token to the run's own processes, through a Unix socket.

One JSON line in (``{"min_valid": 60}``), one JSON line out: a `TokenReply` of
the protocol, or ``{"error", "detail", "retry_after"}``. Nothing touches a disk.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import threading
from typing import Any, Callable

from . import clock
from .broker import Refused, Unreachable
from .redaction import Vault

_LONGEST = 1024


_SPARE = 4
"""Threads that wait for callers, at most."""


def peer_uid(connection: socket.socket) -> int:
    """Return the uid of the process at the other end."""
    size = struct.calcsize("3i")
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    uid: int = struct.unpack("3i", credentials)[1]
    return uid


class TokenAgent:
    """Listens at `path`; asks `fetch` when no cached token is valid long enough.

    Parameters
    ----------
    path
        Of the socket; its folder is 0700.
    fetch
        Asks the broker.
    vault
        Learns every token before anyone gets it.
    """

    def __init__(
        self, path: str, fetch: Callable[[int], dict[str, Any]], vault: Vault
    ) -> None:
        self._path = path
        self._fetch = fetch
        self._vault = vault
        self._lock = threading.Lock()
        self._cached: _Cached | None = None
        self._stopped = False
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._counting = threading.Lock()
        self._waiting = 0

    def start(self) -> None:
        """Listen, in a thread."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path)
        self._socket.bind(self._path)
        os.chmod(self._path, 0o600)
        # one more than wait here is turned away (EAGAIN), not kept waiting
        self._socket.listen(4096)
        self._wait()

    def stop(self) -> None:
        """Give no more tokens. Waits for nobody: a fetch may take half a minute."""
        self._stopped = True
        with contextlib.suppress(OSError):
            # close alone does not wake a thread that waits in accept
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        with contextlib.suppress(OSError):
            os.unlink(self._path)
        self._cached = None

    def _wait(self) -> None:
        self._waiting += 1
        threading.Thread(target=self._serve, name="agent", daemon=True).start()

    def _serve(self) -> None:
        # One more always waits for the next caller, and some stay: to start a thread
        # for each takes longer than to answer.
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with self._counting:
                self._waiting -= 1
                if self._waiting == 0:
                    self._wait()
            self._answer(connection)
            with self._counting:
                if self._waiting >= _SPARE:
                    return
                self._waiting += 1

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            if peer_uid(connection) != os.getuid():
                return
            connection.settimeout(5)
            line = b""
            while not line.endswith(b"\n") and len(line) < _LONGEST:
                piece = connection.recv(_LONGEST)
                if not piece:
                    return
                line += piece
            connection.settimeout(60)
            connection.sendall(json.dumps(self._reply(line)).encode() + b"\n")

    def _reply(self, line: bytes) -> dict[str, Any]:
        try:
            min_valid = json.loads(line)["min_valid"]
            if not isinstance(min_valid, int) or min_valid < 0:
                raise ValueError(min_valid)
        except (ValueError, KeyError, TypeError):
            return _problem("invalid_request", "min_valid has to be whole seconds")
        try:
            return self._token(min_valid)
        except Refused as refused:
            return _problem(refused.code, str(refused), refused.retry_after)
        except Unreachable:
            return _problem(
                "broker_unreachable",
                "The broker does not answer; it is being started again: ask later",
                5,
            )

    def _token(self, min_valid: int) -> dict[str, Any]:
        # single flight: ten cells that ask at once are one question
        with self._lock:
            if self._cached is not None and self._cached.serves(min_valid):
                return self._cached.reply()
            fresh = self._fetch(min_valid)
            self._vault.add(str(fresh["access_token"]))
            if self._stopped:
                raise Refused("over", "The run is over", None)
            self._cached = _Cached(fresh, min_valid)
            return fresh


class _Cached:
    """A token, and what was asked for when it was given."""

    def __init__(self, reply: dict[str, Any], asked: int) -> None:
        self._reply = reply
        self._asked = asked
        # not its `expires_at`, which is a time of the broker's clock and not of ours
        given = reply["expires_in"]
        self._lifetime = float("inf") if given is None else float(given)
        self._since = clock.elapsed()

    def _left(self) -> float:
        return self._lifetime - (clock.elapsed() - self._since)

    def reply(self) -> dict[str, Any]:
        """What a caller is told now."""
        if self._reply["expires_in"] is None:
            return self._reply
        return {**self._reply, "expires_in": max(0.0, self._left())}

    def serves(self, min_valid: int) -> bool:
        """Whether it is valid for long enough.

        Where as much was asked for and less was given, half of what was given is
        enough: a provider that cannot do more is not asked at every use.
        """
        if self._lifetime < min_valid <= self._asked:
            return self._left() >= self._lifetime / 2
        return self._left() >= min_valid


def _problem(code: str, detail: str, retry_after: int | None = None) -> dict[str, Any]:
    return {"error": code, "detail": detail, "retry_after": retry_after}
