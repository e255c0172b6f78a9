"""A submitter whose broker is the double, and a notebook to submit."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_batch.launcher import Connection
from jupyterlab_batch.submission import Notebook, Submitter

from .control import (
    VENV,
    Control,
    declaration,
    inspection,
    offer,
    plan,
    preflight,
    run,
    target,
)

KERNELS: dict[str, Any] = {
    "python3": {
        "resource_dir": "/share/kernels/python3",
        "spec": {
            "argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": "Python 3",
            "language": "python",
            "env": {"SECRET_OF_KERNEL": "hush"},
        },
    },
    "bash": {
        "resource_dir": "/share/kernels/bash",
        "spec": {
            "argv": [sys.executable, "-m", "bash_kernel", "{connection_file}"],
            "display_name": "Bash",
            "language": "bash",
            "interrupt_mode": "message",
        },
    },
}


def cell(source: str, **more: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "source": source,
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        **more,
    }


def notebook_json(*cells: dict[str, Any], **more: Any) -> dict[str, Any]:
    given = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, **more}
    named = [{"id": f"c{index}", **found} for index, found in enumerate(cells)]
    return {**given, "cells": named}


@pytest.fixture
def control(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    double = Control(tmp_path_factory.mktemp("c") / "control.sock")
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
    assert double.failures == []


@dataclass
class Desk:
    """A submitter and a notebook on disk."""

    path: Path
    submitter: Submitter
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def notebook(self) -> Notebook:
        return Notebook.from_file(self.path)


@pytest.fixture
def desk(control: Control, tmp_path: Path) -> Desk:
    (tmp_path / "project").mkdir()
    path = tmp_path / "project" / "wave.ipynb"
    content = notebook_json(cell("AMP = 3.0\nWID = 20.0"))
    path.write_text(json.dumps(content), "utf-8")
    environ: dict[str, str] = {}
    submitter = Submitter(
        Connection(control.socket),
        KERNELS,
        environ=environ,
        home=tmp_path,
        user="ada",
        config_path=["/etc/jupyter"],
    )
    return Desk(path.resolve(), submitter, environ)
