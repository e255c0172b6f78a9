"""Every route under ``<base_url>/jupyterlab-batch``."""

from __future__ import annotations

from tornado.web import RequestHandler

from .download import DownloadHandler
from .lab import (
    LocateHandler,
    PrepareHandler,
    ResultHandler,
    SubmitHandler,
    ValuesHandler,
)
from .passing import passing_routes

ROOT = r"/jupyterlab-batch"
ID = r"([^/]+)"


def routes() -> list[tuple[str, type[RequestHandler]]]:
    """List them: ours, then those of the broker that a browser may call."""
    return [
        (ROOT + r"/locate", LocateHandler),
        (ROOT + r"/prepare", PrepareHandler),
        (ROOT + r"/values", ValuesHandler),
        (ROOT + r"/submit", SubmitHandler),
        (ROOT + rf"/runs/{ID}/result", ResultHandler),
        (ROOT + rf"/runs/{ID}/file", DownloadHandler),
        *((ROOT + pattern, handler) for pattern, handler in passing_routes()),
    ]
