"""A Jupyter server extension that says for how long its event loop was blocked.

It is put on PYTHONPATH, alone, so that it also loads in a peer's environment.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web

TICK = 0.002


class Longest:
    """The longest tick since it was last asked, in ms."""

    def __init__(self) -> None:
        self.wall = self.cpu = 0.0

    async def watch(self) -> None:
        while True:
            wall, cpu = time.perf_counter(), time.thread_time()
            await asyncio.sleep(TICK)
            over = (time.perf_counter() - wall - TICK) * 1000
            if over > self.wall:
                self.wall, self.cpu = over, (time.thread_time() - cpu) * 1000

    def take(self) -> dict[str, float]:
        taken = {"wall": self.wall, "cpu": self.cpu}
        self.wall = self.cpu = 0.0
        return taken


class ProbeHandler(JupyterHandler):
    """Answers with the longest block and forgets it."""

    def initialize(self, longest: Longest) -> None:  # type: ignore[override]
        self.longest = longest

    @web.authenticated
    def get(self) -> None:
        self.finish(self.longest.take())


def _load_jupyter_server_extension(app: Any) -> None:
    longest = Longest()
    path = url_path_join(app.base_url, "bench", "loop")
    app.web_app.add_handlers(".*", [(path, ProbeHandler, {"longest": longest})])
    # the loop is not running yet; the task is kept from the collector
    app.io_loop.add_callback(
        lambda: setattr(longest, "task", asyncio.ensure_future(longest.watch()))
    )


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "loop_probe"}]
