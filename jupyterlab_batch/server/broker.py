"""The broker for coroutines: every call is made in a worker thread."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from jupyterlab_batch import launcher

T = TypeVar("T")

#: calls at once; the broker itself answers one after the other
WORKERS = 8


class Broker:
    """Keeps one connection and never blocks the server's loop.

    Threads rather than an asynchronous client: parsing and the launcher's work
    (locks, starting a process) would block the loop as well.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(WORKERS, "jupyterlab-batch")
        self._connection: launcher.Connection | None = None
        self._connecting: asyncio.Lock | None = None
        self._connected = asyncio.Event()

    async def connection(self) -> launcher.Connection:
        """Connect, once for all callers; start the broker if need be."""
        if self._connecting is None:
            self._connecting = asyncio.Lock()
        async with self._connecting:
            if self._connection is None:
                self._connection = await self.run(launcher.connect)
                self._connected.set()
            return self._connection

    async def pause(self, seconds: float) -> bool:
        """Wait so long, or until the first connection is made; say whether it was."""
        if self._connection is not None:
            await asyncio.sleep(seconds)
            return False
        with contextlib.suppress(asyncio.TimeoutError):
            return await asyncio.wait_for(self._connected.wait(), seconds)
        return False

    async def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Make one call; raises `launcher.LauncherError`."""
        connection = await self.connection()
        return await self.run(lambda: connection.request(method, path, body, headers))

    async def run(self, work: Callable[[], T]) -> T:
        """Run blocking work in a worker thread."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def close(self) -> None:
        """Let go of the workers; what they do is not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)
