"""The broker's changes, passed on as Jupyter events."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import MutableMapping
from datetime import datetime, timezone
from typing import Any

from jupyter_events import EventLogger

from jupyterlab_batch import launcher

from .broker import Broker

SCHEMA_ID = "https://events.jupyter.org/jupyterlab_batch/run_changed/v1"
#: seconds between two looks for a broker that somebody else may have started
LOOK = 5.0
#: seconds before a broker that was lost is brought back; doubled up to LOOK
FIRST_RETRY = 0.2
_END = object()


class EventPump:
    """Follows `/v1/events` for as long as the server lives.

    A broker that is lost while runs are active or leases open is brought back, for
    somebody has to watch and to revoke; one that has idled out is left alone.
    """

    def __init__(
        self,
        broker: Broker,
        logger: EventLogger,
        last_activity: MutableMapping[str, datetime],
        log: logging.Logger,
    ) -> None:
        self._broker = broker
        self._logger = logger
        self._last_activity = last_activity
        self._log = log
        self._task: asyncio.Task[None] | None = None
        self._stream: launcher.LineStream | None = None
        self._revision: int | None = None
        self._busy = False
        self._stopping = False

    def start(self) -> None:
        """Begin in the background; a broker with unfinished work is started."""
        if self._task is not None:
            return
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End it, in whatever it is doing."""
        # `wait_for` may swallow a cancellation that comes with a change: the flag
        # and the closed stream end the task all the same.
        self._stopping = True
        if self._task is not None:
            self._task.cancel()
            if self._stream is not None:
                self._stream.close()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        # An earlier server or broker may have left runs behind: look once.
        self._busy = (launcher.data_folder() / "broker.db").exists()
        retry = FIRST_RETRY
        while not self._stopping:
            try:
                await self._follow(start=self._busy)
                retry = FIRST_RETRY
            except launcher.BrokerUnreachable:
                pass
            except launcher.LauncherError as error:
                self._log.warning("jupyterlab-batch: %s", error)
                retry = LOOK
            if self._stopping:
                return
            # What this server just asked a broker for may be work that it lost.
            asked = await self._broker.pause(retry if self._busy else LOOK)
            self._busy = self._busy or asked
            retry = min(retry * 2, LOOK)

    async def _follow(self, start: bool) -> None:
        # Its own connection: one that revives would undo the broker's idling out.
        connection = await self._broker.run(lambda: launcher.connect(start=start))
        self._busy = True  # it may die before it says that it is not
        await self._take_health(connection)
        stream = await self._broker.run(
            lambda: connection.stream(f"/v1/events?after={self._revision or 0}")
        )
        self._stream = stream
        news: asyncio.Queue[Any] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def read() -> None:
            try:
                for _, change in stream.events():
                    loop.call_soon_threadsafe(news.put_nowait, change)
            except launcher.BrokerUnreachable:
                pass
            finally:
                with contextlib.suppress(RuntimeError):  # the loop is closed
                    loop.call_soon_threadsafe(news.put_nowait, _END)

        reader = loop.run_in_executor(None, read)
        try:
            while True:
                change = await self._next(news)
                if change is _END:
                    return
                if change is not None:
                    self._busy = True
                    self._revision = change["revision"]
                    self._logger.emit(schema_id=SCHEMA_ID, data=change)
                if news.empty():
                    await self._take_health(connection)
        finally:
            self._stream = None
            stream.close()
            with contextlib.suppress(asyncio.CancelledError):
                await reader

    async def _next(self, news: asyncio.Queue[Any]) -> Any:
        """Wait for the next change; None when it is time to look at the health."""
        try:
            return await asyncio.wait_for(news.get(), timeout=60)
        except asyncio.TimeoutError:
            return None

    async def _take_health(self, connection: launcher.Connection) -> None:
        """Learn whether somebody has to be there, and keep idle cullers away."""
        try:
            health = await self._broker.run(
                lambda: connection.request("GET", "/v1/health")
            )
        except launcher.BrokerUnreachable:
            return  # the stream will end too; `_busy` stays what it was
        self._busy = health["active_runs"] > 0 or health["open_leases"] > 0
        if self._revision is None:
            self._revision = health["revision"]
        if health["active_runs"] > 0:
            self._last_activity["jupyterlab_batch"] = datetime.now(timezone.utc)
