"""HTTP with JSON over the broker's control socket."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from .errors import BrokerError, BrokerUnreachable

Revive = Callable[[], Path]
"""Brings the broker back and says where its control socket is."""

STREAM_SILENCE = 45.0
"""Seconds; the broker sends a comment line every 15 s."""


class _UnixHTTP(http.client.HTTPConnection):
    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("broker", timeout=timeout)
        self._path = path
        # http.client forgets its socket once a reply without a length is under way
        self.wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)

    def connect(self) -> None:
        self.sock = self.wire
        try:
            self.sock.settimeout(self.timeout)
            self.sock.connect(str(self._path))
        except OSError:
            self.sock.close()
            raise


class LineStream:
    """The lines of a reply that does not end; ``close`` may come from any thread."""

    def __init__(self, http_connection: _UnixHTTP, reply: http.client.HTTPResponse):
        self._http = http_connection
        self._reply = reply
        self._reading = False

    def __iter__(self) -> Iterator[str]:
        self._reading = True
        try:
            while True:
                line = self._reply.readline()
                if not line:
                    return
                yield line.decode("utf-8").rstrip("\r\n")
        except (OSError, ValueError, http.client.HTTPException) as error:
            told = f"The broker's event stream broke ({error})."
            raise BrokerUnreachable(told) from error
        finally:
            self._release()

    def events(self) -> Iterator[tuple[str, Any]]:
        """Yield each Server-Sent Event as its name and its data, parsed."""
        name, data = "message", ""
        for line in self:
            field, _, value = line.partition(":")
            value = value[1:] if value.startswith(" ") else value
            if field == "event":
                name = value
            elif field == "data":
                data += value
            elif line == "" and data:
                yield name, json.loads(data)
                name, data = "message", ""

    def close(self) -> None:
        # shutdown wakes a thread that reads; it then lets go of the socket itself,
        # for http.client does not bear being closed under a reader
        with contextlib.suppress(OSError):
            self._http.wire.shutdown(socket.SHUT_RDWR)
        if not self._reading:
            self._release()

    def _release(self) -> None:
        self._reply.close()
        self._http.close()

    def __enter__(self) -> LineStream:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Connection:
    """A way to the broker. Safe to share between threads: one socket per request.

    A broker that idled out in the meantime is brought back before the request is
    sent, when ``revive`` is given. A request that was sent is sent once more only if
    it carries an ``Idempotency-Key``, or if it only asks and the broker died over it:
    that one, or the next, then gives the same answer.

    Attributes
    ----------
    control : Path
        The control socket.
    notice : str
        What the user should know about the broker; mostly empty.
    """

    def __init__(
        self, control: Path, revive: Revive | None = None, notice: str = ""
    ) -> None:
        self.control = control
        self.notice = notice
        self._revive = revive

    def _dial(self, timeout: float) -> _UnixHTTP:
        http_connection = _UnixHTTP(self.control, timeout)
        try:
            http_connection.connect()
        except (FileNotFoundError, ConnectionRefusedError) as error:
            if self._revive is None:
                raise BrokerUnreachable(
                    f"No broker answers at {self.control}."
                ) from error
            self.control = self._revive()
            http_connection = _UnixHTTP(self.control, timeout)
            http_connection.connect()
        return http_connection

    def _exchange(
        self,
        method: str,
        path: str,
        body: Any,
        headers: Mapping[str, str],
        timeout: float,
    ) -> tuple[_UnixHTTP, http.client.HTTPResponse]:
        sent = dict(headers)
        payload = None
        if body is not None:
            payload = json.dumps(body).encode("utf-8")
            sent["Content-Type"] = "application/json"
        try:
            http_connection = self._dial(timeout)
        except OSError as error:
            raise BrokerUnreachable(
                f"The broker at {self.control} does not take calls ({error})."
            ) from error
        try:
            http_connection.request(method, path, body=payload, headers=sent)
            return http_connection, http_connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            http_connection.close()
            raise BrokerUnreachable(
                f"The broker did not answer {method} {path} "
                f"({str(error) or type(error).__name__}).",
                "See `jupyter batch broker logs`.",
            ) from error

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 60.0,
    ) -> Any:
        """Make one call and return the parsed reply.

        Parameters
        ----------
        method, path : str
            As in ``protocol/src/routes.ts``; the path carries the query.
        body : Any
            Sent as JSON unless it is None.
        timeout : float
            Seconds of silence that are borne.

        Raises
        ------
        BrokerError
            The broker refused; its Problem says why.
        BrokerUnreachable
            No answer, or one that is not the broker's.
        """
        sent = headers or {}
        try:
            status, content = self._ask(method, path, body, sent, timeout)
        except BrokerUnreachable as error:
            if self._revive is None or not _repeatable(method, sent, error):
                raise
            status, content = self._ask(method, path, body, sent, timeout)
        return _parsed(method, path, status, content)

    def _ask(
        self,
        method: str,
        path: str,
        body: Any,
        headers: Mapping[str, str],
        timeout: float,
    ) -> tuple[int, bytes]:
        http_connection, reply = self._exchange(method, path, body, headers, timeout)
        try:
            return reply.status, reply.read()
        except (OSError, http.client.HTTPException) as error:
            raise BrokerUnreachable(
                f"The broker's answer to {method} {path} broke off ({error})."
            ) from error
        finally:
            http_connection.close()

    def stream(self, path: str, timeout: float = STREAM_SILENCE) -> LineStream:
        """Open an event stream; read its lines, or its ``events()``."""
        headers = {"Accept": "text/event-stream"}
        http_connection, reply = self._exchange("GET", path, None, headers, timeout)
        if reply.status != 200:
            content = reply.read()
            http_connection.close()
            _parsed("GET", path, reply.status, content)
            raise BrokerUnreachable(f"The broker has no event stream at {path}.")
        return LineStream(http_connection, reply)


def _repeatable(
    method: str, headers: Mapping[str, str], error: BrokerUnreachable
) -> bool:
    """Tell whether twice is as good as once (RFC 9110, section 9.2.2)."""
    if "Idempotency-Key" in headers:
        return True
    # who waited for a minute is not made to wait for another one
    return method == "GET" and not isinstance(error.__cause__, TimeoutError)


def _parsed(method: str, path: str, status: int, content: bytes) -> Any:
    try:
        answer = json.loads(content) if content else None
    except ValueError as error:
        raise BrokerUnreachable(
            f"What answered {method} {path} (HTTP {status}) is not the broker."
        ) from error
    if status < 400:
        return answer
    if isinstance(answer, dict) and isinstance(answer.get("code"), str):
        raise BrokerError(answer)
    raise BrokerUnreachable(f"The broker answered {method} {path} with HTTP {status}.")
