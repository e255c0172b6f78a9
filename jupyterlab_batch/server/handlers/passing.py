"""The broker's own routes, passed on as they are."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from jupyter_server.auth.decorator import authorized
from tornado import web

from .base import BatchHandler

ID = r"([^/]+)"


class PassingHandler(BatchHandler):
    """One path of the control socket; the subclasses say which verbs."""

    target = ""

    async def pass_on(self, *ids: str) -> None:
        """Ask the broker the same and answer what it answers."""
        path = self.target.format(*(quote(each, safe="") for each in ids))
        if self.request.query:
            path += f"?{self.request.query}"
        body: Any = self.body() if self.request.body else None
        answer = await self.broker.request(
            self.request.method or "GET", path, body, self.more_headers()
        )
        await self.answer(answer, 201 if path.endswith("/rerun") else 200)

    def more_headers(self) -> dict[str, str]:
        """What the broker is told beside path and body."""
        return {}


class ReadHandler(PassingHandler):
    """For routes that only tell."""

    @web.authenticated
    @authorized
    async def get(self, *ids: str) -> None:
        await self.pass_on(*ids)


class ActHandler(PassingHandler):
    """For routes that do something; once, though the broker dies over it."""

    def more_headers(self) -> dict[str, str]:
        given = self.request.headers.get("Idempotency-Key")
        return {"Idempotency-Key": given or str(uuid.uuid4())}

    @web.authenticated
    @authorized
    async def post(self, *ids: str) -> None:
        await self.pass_on(*ids)


class RunHandler(PassingHandler):
    """One run: look at it, or delete it."""

    @web.authenticated
    @authorized
    async def get(self, *ids: str) -> None:
        await self.pass_on(*ids)

    @web.authenticated
    @authorized
    async def delete(self, *ids: str) -> None:
        await self.pass_on(*ids)


#: those that `protocol/src/routes.ts` marks `browser`; a test compares them
PASSED: tuple[tuple[str, type[PassingHandler]], ...] = (
    ("/v1/health", ReadHandler),
    ("/v1/plans/{}", ReadHandler),
    ("/v1/runs", ReadHandler),
    ("/v1/notebooks", ReadHandler),
    ("/v1/runs/{}", RunHandler),
    ("/v1/runs/{}/log", ReadHandler),
    ("/v1/runs/{}/outline", ReadHandler),
    ("/v1/runs/{}/cells", ReadHandler),
    ("/v1/runs/{}/record", ReadHandler),
    ("/v1/runs/{}/source", ReadHandler),
    ("/v1/runs/{}/files", ReadHandler),
    ("/v1/runs/{}/cancel", ActHandler),
    ("/v1/runs/{}/rerun", ActHandler),
    ("/v1/changes", ReadHandler),
    ("/v1/targets", ReadHandler),
    ("/v1/leases", ReadHandler),
    ("/v1/leases/revoke", ActHandler),
)


def passing_routes() -> Iterator[tuple[str, type[PassingHandler]]]:
    """Give pattern and handler of each."""
    for path, kind in PASSED:
        handler = type(kind.__name__, (kind,), {"target": path})
        yield path.replace("{}", ID), handler
