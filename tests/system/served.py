"""A real `jupyter server` process with the extension, and talking to it."""

from __future__ import annotations

import json
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.contract import check_reply, route_of
from tests.orders import order, wanted

from .place import BIN, Place, end, until

TOKEN = "a-token-of-the-test"


class Served:
    """A Jupyter server over the project of a place, as a process.

    Parameters
    ----------
    program
        The server of another environment. It has to find the extension by itself.
    """

    def __init__(
        self, place: Place, program: Path = BIN / "jupyter-server", **env: str
    ) -> None:
        self.place = place
        log = place.folder / "server.log"
        with open(log, "wb") as sink:
            self.process = subprocess.Popen(
                [
                    program,
                    "--no-browser",
                    "--allow-root",
                    "--ServerApp.ip=127.0.0.1",
                    "--ServerApp.port=0",
                    "--ServerApp.open_browser=False",
                    f"--IdentityProvider.token={TOKEN}",
                    f"--ServerApp.root_dir={place.project}",
                ],
                env={**place.env, **env},
                cwd=place.project,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
            )
        self.url = until(self._url, "the address of the Jupyter server")

    def _url(self) -> str:
        assert self.process.poll() is None, "the Jupyter server left"
        found = Path(self.place.folder, "run", f"jpserver-{self.process.pid}.json")
        try:
            url = str(json.loads(found.read_text())["url"])
            with urllib.request.urlopen(f"{url}api", timeout=5):
                return url
        except (OSError, ValueError):
            return ""

    def raw(self, method: str, path: str, body: Any = None) -> bytes:
        """Call a route of the extension; any refusal fails the test."""
        request = urllib.request.Request(
            f"{self.url}jupyterlab-batch/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {TOKEN}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from error

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The same, checked against the contract and parsed."""
        told = json.loads(self.raw(method, path, body))
        # the Jupyter server passes the broker's own routes on under their paths
        known = f"/{path}" if path.startswith("v1/") else f"/jupyterlab-batch/{path}"
        return check_reply(route_of(method, known), told)

    def prepare(self, request: dict[str, Any]) -> Any:
        """Prepare a run."""
        return self.call("POST", "prepare", request)

    def submit(self, notebook: Path, kernel: str | None = None) -> Any:
        """Submit a notebook of the project as the dialog does; give the run."""
        request = wanted(str(notebook.relative_to(self.place.project)))
        request["kernel"] = kernel
        prepared = self.prepare(request)
        return self.call("POST", "submit", order(request, prepared))

    def kill(self) -> None:
        """End it as nobody should."""
        end(self.process.pid)
        self.process.wait()
