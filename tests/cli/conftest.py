"""The program as a shell runs it, with a broker that holds to the contract."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_batch.cli.main import main
from jupyterlab_batch.launcher.folders import private
from jupyterlab_batch.launcher.start import places_of
from tests.submission.conftest import cell, notebook_json
from tests.submission.control import (
    VENV,
    Control,
    declaration,
    detail,
    inspection,
    offer,
    plan,
    preflight,
    run,
    target,
)


@dataclass
class Done:
    """What one command printed and returned."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one document on standard output; more, or less, is a failure."""
        found: dict[str, Any] = json.loads(self.out)
        return found


Shell = Callable[..., Done]


class Screen(io.StringIO):
    """Standard streams that a person watches, or types into."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def control(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Control]:
    data = Path(os.path.realpath(tmp_path)) / "data"
    monkeypatch.setenv("JUPYTERLAB_BATCH_DATA", str(data))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    places = places_of(data)
    double = Control(private(places.sockets) / "control.sock")
    double.on(
        "POST /v1/inspect",
        inspection(declaration("AMP", "3.0"), declaration("WID", "20.0")),
    )
    double.on("GET /v1/targets", {"targets": [target(), target("cluster")]})
    double.on("POST /v1/plan", plan())
    double.on(
        "POST /v1/preflight", lambda call: preflight(resources=call.body["resources"])
    )
    double.on("POST /v1/runtime", offer(known=[VENV]))
    double.on("POST /v1/runs", lambda call: run(parameters=call.body["parameters"]))
    double.start()
    yield double
    double.stop()
    places.sockets.rmdir()
    assert double.failures == []


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    path = folder / "wave.ipynb"
    path.write_text(json.dumps(notebook_json(cell("AMP = 3.0\nWID = 20.0"))))
    return path


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Return the program; ``typed`` puts a person before it."""

    def run_it(*argv: str, typed: str | None = None, tty: bool = False) -> Done:
        out, err = io.StringIO(), io.StringIO()
        if tty or typed is not None:
            out, err = Screen(), Screen()
        stdin = io.StringIO() if typed is None else Screen(typed)
        with monkeypatch.context() as patched:
            patched.setattr("sys.stdout", out)
            patched.setattr("sys.stderr", err)
            patched.setattr("sys.stdin", stdin)
            code = main(argv)
        return Done(code, out.getvalue(), err.getvalue())

    return run_it


def known(control: Control, **more: Any) -> dict[str, Any]:
    """Have the broker know one run, under its id and the short end of it."""
    found = run(**more)
    for name in (found["id"], found["id"][-8:]):
        control.on(f"GET /v1/runs/{name}", lambda call: detail(found))
    return found
