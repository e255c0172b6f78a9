"""A real Jupyter server with a real broker of its own behind it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from tornado.httpclient import HTTPClientError

from jupyterlab_batch import launcher

Call = Callable[..., Awaitable[tuple[int, Any]]]


@pytest.fixture
def jp_environ(
    jp_environ: None, short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Keep data, sockets, work and HOME of every test apart; end its broker."""
    home, run = short_folder / "home", short_folder / "run"
    home.mkdir()
    run.mkdir(mode=0o700)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(run))
    monkeypatch.setenv("JUPYTERLAB_BATCH_DATA", str(short_folder / "data"))
    monkeypatch.delenv("WORK", raising=False)
    yield
    launcher.stop()


@pytest.fixture
def call(jp_fetch: Any, jp_serverapp: Any) -> Call:
    """Call a route of the extension; give status and parsed body."""

    async def fetch(
        method: str, *path: str, body: Any = None, **more: Any
    ) -> tuple[int, Any]:
        payload = None if body is None else json.dumps(body)
        if method == "POST" and payload is None:
            more["allow_nonstandard_methods"] = True
        try:
            reply = await jp_fetch(
                "jupyterlab-batch", *path, method=method, body=payload, **more
            )
        except HTTPClientError as error:
            assert error.response is not None
            return error.code, json.loads(error.response.body)
        return reply.code, json.loads(reply.body)

    return fetch


@pytest.fixture
def notebook(jp_root_dir: Path) -> Path:
    """Put a notebook with one parameter where the server serves it."""
    folder = jp_root_dir / "waves"
    folder.mkdir()
    (folder / "jupyterlab-batch.toml").touch()
    path = folder / "wave.ipynb"
    cells = [
        nbformat.v4.new_code_cell("AMP = 3.0", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("print('amplitude', AMP)"),
    ]
    content = nbformat.v4.new_notebook(cells=cells)
    content.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    content.metadata["language_info"] = {"name": "python"}
    nbformat.write(content, path)
    return path


async def ended(call: Call, run: str, seconds: float = 60) -> dict[str, Any]:
    """Wait until a run has ended and closed; give its detail."""
    deadline = time.monotonic() + seconds
    while True:
        _, detail = await call("GET", "v1", "runs", run)
        if detail["run"]["closed_at"] is not None:
            found: dict[str, Any] = detail
            return found
        assert time.monotonic() < deadline, detail["run"]["state"]
        await asyncio.sleep(0.1)
