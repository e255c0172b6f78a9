"""What every command starts from."""

from __future__ import annotations

import argparse
import os
import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .terminal import Terminal

if TYPE_CHECKING:
    from jupyterlab_batch.launcher import Connection
    from jupyterlab_batch.submission import Submitter


class Context:
    """The arguments, the screen, and a way to the broker that opens when used."""

    def __init__(self, args: argparse.Namespace, terminal: Terminal) -> None:
        self.args = args
        self.terminal = terminal

    @cached_property
    def broker(self) -> Connection:
        """The broker; started when there is none."""
        from jupyterlab_batch.launcher import connect

        connection = connect(self.args.data)
        if connection.notice:
            self.terminal.note(f"note: {connection.notice}")
        return connection

    def submitter(self) -> Submitter:
        """Give the person at this terminal, with the kernels that are installed."""
        from jupyter_client.kernelspec import KernelSpecManager

        from jupyterlab_batch.submission import Submitter

        specs = KernelSpecManager(kernel_dirs=kernel_dirs()).get_all_specs()
        return Submitter(self.broker, specs)

    def get(self, path: str, **query: Any) -> Any:
        """Ask the broker for something."""
        pairs = "&".join(
            f"{name}={quote(str(value), safe='')}"
            for name, value in query.items()
            if value is not None
        )
        return self.broker.request("GET", f"{path}?{pairs}" if pairs else path)

    def post(self, path: str, body: Any = None) -> Any:
        """Have the broker do something."""
        return self.broker.request("POST", path, body)

    def post_once(self, path: str, body: Any = None) -> Any:
        """The same, asked again if the broker dies over it, and done once."""
        key = {"Idempotency-Key": str(uuid.uuid4())}
        return self.broker.request("POST", path, body, key)

    def detail(self, given: str) -> Any:
        """Find one run by its id, or any unique start or end of it."""
        return self.get(f"/v1/runs/{quote(given, safe='')}")

    def full_id(self, given: str) -> str:
        """Return the whole id of a run."""
        return str(self.detail(given)["run"]["id"])


def kernel_dirs() -> list[str]:
    """Return where a `KernelSpecManager` looks: it imports IPython to find the last."""
    from jupyter_core.paths import jupyter_path

    ipython = os.environ.get("IPYTHONDIR") or "~/.ipython"
    return [
        *jupyter_path("kernels"),
        os.path.join(os.path.expanduser(ipython), "kernels"),
    ]
