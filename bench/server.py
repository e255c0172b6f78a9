"""A Jupyter server in a process of its own, with a clock in its event loop."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import psutil

from .place import until

PROBE = Path(__file__).resolve().parent / "probe"


def alive(process: psutil.Process) -> bool:
    """Tell whether it runs; one that its parent has not waited for does not."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


class Server:
    """From start to end of a `with`.

    Parameters
    ----------
    python
        Of the environment it runs in.
    extensions
        What it loads beside the clock.
    root
        What its contents manager shows.
    options
        More words of its command line.
    """

    def __init__(
        self,
        python: Path,
        extensions: Sequence[str],
        root: Path,
        environ: Mapping[str, str],
        options: Sequence[str] = (),
    ) -> None:
        loaded = {**dict.fromkeys(extensions, True), "loop_probe": True}
        self._command = [
            str(python),
            "-m",
            "jupyter_server",
            f"--ServerApp.jpserver_extensions={loaded}",
            f"--ServerApp.root_dir={root}",
            "--ServerApp.allow_root=True",
            "--ServerApp.open_browser=False",
            "--ServerApp.port=0",
            *options,
        ]
        self.token = secrets.token_hex(16)
        self._runtime = Path(environ["JUPYTER_RUNTIME_DIR"])
        self._environ = {
            **environ,
            "JUPYTER_TOKEN": self.token,
            "PYTHONPATH": str(PROBE),
        }

    def __enter__(self) -> Server:
        log = (self._runtime / "server.log").open("ab")
        self.process = psutil.Popen(
            self._command, env=self._environ, stdout=log, stderr=log
        )
        said = self._runtime / f"jpserver-{self.process.pid}.json"
        until(lambda: said.is_file() and said.read_text())
        self.url: str = json.loads(said.read_text())["url"]
        self._http = httpx.Client(
            base_url=self.url,
            headers={"Authorization": f"token {self.token}"},
            timeout=120,
        )
        until(lambda: self.call("GET", "api/status"))
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()
        self.end_children()
        self.process.terminate()
        try:
            self.process.wait(20)
        except psutil.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Make a call; the reply has to be a good one."""
        reply = self._http.request(method, path, json=body)
        if reply.status_code >= 400:
            raise RuntimeError(f"{method} {path}: {reply.status_code} {reply.text}")
        return reply.json() if reply.content else None

    def longest_block(self) -> dict[str, float]:
        """Return the loop's longest block since it was last asked."""
        said: dict[str, float] = self.call("GET", "bench/loop")
        return said

    def end_children(self) -> None:
        """End what the server has started: jobs whose result nobody wants."""
        started = self.process.children(recursive=True)
        for child in started:
            child.kill()
        until(lambda: not any(map(alive, started)))
