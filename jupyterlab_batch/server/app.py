"""What Jupyter Server loads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyter_server.extension.application import ExtensionApp

from .broker import Broker
from .events import EventPump
from .handlers import routes

SCHEMA = Path(__file__).parent / "schemas" / "run_changed.v1.yaml"


class BatchApp(ExtensionApp):
    """The extension `jupyterlab_batch`; its life is the server's."""

    name = "jupyterlab_batch"
    extension_url = "/lab"
    load_other_extensions = True

    def initialize_settings(self) -> None:
        """Make the door to the broker, and let the event be known."""
        self.broker = Broker()
        self.settings["jupyterlab_batch_broker"] = self.broker
        server = self.serverapp
        if server is None or server.event_logger is None:
            raise RuntimeError("Jupyter Server loads this; it does not run alone.")
        server.event_logger.register_event_schema(SCHEMA)
        self.pump = EventPump(
            self.broker,
            server.event_logger,
            server.web_app.settings["last_activity_times"],
            self.log,
        )

    def initialize_handlers(self) -> None:
        """Add every route; `routes` is the whole list."""
        self.handlers.extend(routes())

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        self.pump.start()

    async def stop_extension(self) -> None:
        """Stop listening; broker and runs go on without this server."""
        await self.pump.stop()
        self.broker.close()
