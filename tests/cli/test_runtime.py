"""``--runtime`` and ``kernels``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.submission.control import VENV, Control, detail, offer, run

from .conftest import Shell

USED = {**VENV, "python": "/project/.venv/bin/python", "version": "3.11.2"}


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("as-is", None),
        ("venv:.venv", {"kind": "virtualenv", "path": "{here}/.venv"}),
        ("virtualenv:~/e f", {"kind": "virtualenv", "path": "{home}/e f"}),
        ("conda:science", {"kind": "conda", "path": "science"}),
        ("conda:../x", {"kind": "conda", "path": "{home}/x"}),
    ],
)
def test_it_is_of_the_folder_where_it_is_typed(
    shell: Shell, control: Control, notebook: Path, given: str, asked: Any
) -> None:
    control.on("POST /v1/runtime", offer("python3", used=None if not asked else USED))
    done = shell("run", "wave.ipynb", "--runtime", given)
    assert done.code == 0, done.err
    [question] = control.called("POST", "/v1/runtime")[:1]
    if asked is not None:
        here = notebook.parent
        asked["path"] = asked["path"].format(here=here, home=here.parent)
        assert "it runs with Python 3.11.2 of virtualenv /project/.venv" in done.out
    assert question.body["runtime"] == asked
    sent = control.called("POST", "/v1/runs")[0].body["runtime"]
    assert sent == (None if asked is None else VENV)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("source me.sh; x", "is no runtime. Write as-is, virtualenv:FOLDER"),
        ("poetry:x", "is no runtime"),
        ("conda:", "names no folder"),
        (".", "Do you mean virtualenv:.?"),
    ],
)
def test_what_is_no_environment_is_refused(
    shell: Shell, control: Control, notebook: Path, given: str, said: str
) -> None:
    done = shell("run", "wave.ipynb", "--runtime", given)
    assert done.code == 2
    assert said in done.err
    assert control.calls == []


def test_a_rerun_takes_it_along_unless_another_is_given(
    shell: Shell, control: Control
) -> None:
    known = run(state="succeeded")
    control.on(f"GET /v1/runs/{known['id']}", detail(known))
    control.on(f"POST /v1/runs/{known['id']}/rerun", run())
    for given, sent in (([], {}), (["--runtime", "as-is"], {"runtime": None})):
        assert shell("rerun", known["id"], *given).code == 0
        body = control.called("POST", f"/v1/runs/{known['id']}/rerun")[-1].body
        assert body == {"parameters": None, **sent}


def test_the_kernels_of_an_environment(
    shell: Shell, control: Control, notebook: Path
) -> None:
    broken = [{"name": "torn", "message": "The kernel torn cannot be started: \x1b[2J"}]
    told = offer("python3", "torch", used=USED, broken=broken, known=[VENV])
    control.on("POST /v1/runtime", told)
    done = shell("kernels", "--runtime", "venv:.venv", "--target", "cluster")
    assert done.code == 0
    lines = [line.split() for line in done.out.splitlines()]
    assert ["torch", "Torch", "python"] in lines
    assert "--runtime virtualenv:/project/.venv" in done.out
    assert "The kernel torn cannot be started" in done.err
    assert "\x1b" not in done.err
    document = shell("kernels", "--runtime", "venv:.venv", "--json").document
    assert list(document) == ["runtime", "kernels", "broken", "problems", "known"]
    assert document["runtime"] == USED


def test_an_environment_that_does_not_do_is_two(
    shell: Shell, control: Control, notebook: Path
) -> None:
    gone = {"code": "unusable_runtime", "severity": "error", "message": "There is no x"}
    control.on("POST /v1/runtime", offer(problems=[{**gone, "resource": None}]))
    done = shell("kernels", "--runtime", "venv:x")
    assert (done.code, done.out) == (2, "")
    assert "There is no x" in done.err
