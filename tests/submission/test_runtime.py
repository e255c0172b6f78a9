"""The environment that Python and kernel come from: chosen, placed, looked into."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_batch.submission import (
    Choices,
    Order,
    Refused,
    prepare,
    resource_problems,
    submit,
)
from jupyterlab_batch.submission.submitter import AS_IS

from .conftest import Desk
from .control import (
    VENV,
    Call,
    Control,
    declaration,
    inspection,
    offer,
    preflight,
    target,
)

USED = {**VENV, "python": "/project/.venv/bin/python", "version": "3.11.2"}
GONE = {
    "code": "unusable_runtime",
    "severity": "error",
    "message": "There is no /gone.",
    "resource": None,
}


def chosen(kind: Any, path: str, **more: Any) -> Choices:
    return Choices(runtime={"kind": kind, "path": path}, **more)


def asked(control: Control, path: str) -> dict[str, Any]:
    body: dict[str, Any] = control.called("POST", path)[-1].body
    return body


def test_as_is_are_the_kernels_of_who_submits(control: Control, desk: Desk) -> None:
    prepared = prepare(desk.notebook, Choices(), desk.submitter)
    assert prepared["runtime"] == {"wanted": None, "used": None, "known": [VENV]}
    assert "bash" in [one["name"] for one in prepared["kernels"]]
    question = asked(control, "/v1/runtime")
    assert question["near"] == str(desk.path.parent)
    assert question["python"] == desk.submitter.python
    assert asked(control, "/v1/preflight")["runtime"] is None


def test_the_kernels_of_an_environment_are_those_to_choose_from(
    control: Control, desk: Desk
) -> None:
    control.on("POST /v1/runtime", offer("python3", "torch", used=USED))
    choices = chosen("virtualenv", ".venv", kernel="torch", target="cluster")
    prepared = prepare(desk.notebook, choices, desk.submitter)
    folder = desk.path.parent / ".venv"
    assert asked(control, "/v1/runtime")["runtime"]["path"] == str(folder)
    assert [one["name"] for one in prepared["kernels"]] == ["python3", "torch"]
    assert prepared["kernel"] == "torch"
    assert prepared["runtime"]["used"] == USED
    assert asked(control, "/v1/preflight")["runtime"] == VENV

    submit(desk.notebook, choices, Order("plan-1"), desk.submitter)
    run = asked(control, "/v1/runs")
    assert run["runtime"] == VENV
    assert run["kernel"]["resource_dir"] == "/there/torch"
    assert run["kernel"]["env_names"] == ["TOKEN"]
    # what folds and shows the run is the submitter's own
    assert run["python"] == desk.submitter.python


def test_a_kernel_that_is_not_in_it_is_named_with_those_that_are(
    control: Control, desk: Desk
) -> None:
    many = [f"k{number:03}" for number in range(300)]
    told = {"name": "torn", "message": "The kernel torn cannot be started: …"}
    control.on("POST /v1/runtime", offer(*many, used=USED, broken=[told]))
    prepared = prepare(
        desk.notebook, chosen("virtualenv", "/x", kernel="ir"), desk.submitter
    )
    [problem] = [p for p in prepared["problems"] if p["code"] == "unknown_kernel"]
    assert "ir is not in /project/.venv. In /project/.venv: k000" in problem["message"]
    assert "and 288 more" in problem["message"]
    assert len(problem["message"]) < 500
    assert prepared["kernel"] is None
    with pytest.raises(Refused, match="torn cannot be started"):
        choices = chosen("virtualenv", "/x", kernel="torn")
        submit(desk.notebook, choices, Order("plan-1"), desk.submitter)
    assert control.called("POST", "/v1/runs") == []


def test_an_environment_that_does_not_do_is_said_once(
    control: Control, desk: Desk
) -> None:
    control.on("POST /v1/runtime", offer(problems=[GONE]))
    control.on("POST /v1/preflight", preflight(problems=[GONE]))
    choices = chosen("virtualenv", "/gone")
    prepared = prepare(desk.notebook, choices, desk.submitter)
    errors = [
        problem["message"]
        for problem in prepared["problems"] + resource_problems(prepared["preflight"])
        if problem["severity"] == "error"
    ]
    assert errors == ["There is no /gone."]
    with pytest.raises(Refused, match="There is no /gone") as refused:
        submit(desk.notebook, choices, Order("plan-1"), desk.submitter)
    assert refused.value.code == "unusable_runtime"


@pytest.mark.parametrize(
    ("kind", "given", "placed"),
    [
        ("virtualenv", "", ""),
        ("virtualenv", "~/envs/ü b", "{home}/envs/ü b"),
        ("virtualenv", "../x/./y", "{home}/x/y"),
        ("virtualenv", "/a/b", "/a/b"),
        ("conda", "science", "science"),
        ("conda", "./science", "{folder}/science"),
    ],
)
def test_where_a_path_leads(
    control: Control, desk: Desk, kind: str, given: str, placed: str
) -> None:
    prepare(desk.notebook, chosen(kind, given), desk.submitter)
    expected = placed.format(home=desk.submitter.home, folder=desk.path.parent)
    assert asked(control, "/v1/runtime")["runtime"]["path"] == expected


def test_a_link_is_not_followed(control: Control, desk: Desk, tmp_path: Path) -> None:
    (desk.path.parent / "link").symlink_to(tmp_path)
    prepare(desk.notebook, chosen("virtualenv", "link"), desk.submitter)
    path = asked(control, "/v1/runtime")["runtime"]["path"]
    assert path == str(desk.path.parent / "link")


def test_the_notebook_remembers_one_for_each_target(
    control: Control, desk: Desk
) -> None:
    kept = {"cluster": {"kind": "conda", "path": "science"}}
    control.on("POST /v1/inspect", inspection(declaration("AMP", "3.0"), runtime=kept))

    def wanted(choices: Choices) -> Any:
        return prepare(desk.notebook, choices, desk.submitter)["runtime"]["wanted"]

    assert wanted(Choices(target="cluster")) == kept["cluster"]
    assert wanted(Choices()) is None
    on_cluster = Choices(target="cluster")
    assert wanted(dataclasses.replace(on_cluster, runtime=AS_IS)) is None
    other = chosen("virtualenv", "/x", target="cluster")
    assert wanted(other) == {"kind": "virtualenv", "path": "/x"}


def test_a_target_may_have_one_of_its_own(control: Control, desk: Desk) -> None:
    own = {"kind": "conda", "path": "/apps/envs/all"}
    control.on("GET /v1/targets", {"targets": [{**target(), "runtime": own}]})

    def wanted(choices: Choices) -> Any:
        return prepare(desk.notebook, choices, desk.submitter)["runtime"]["wanted"]

    assert wanted(Choices()) == own
    assert wanted(Choices(runtime=AS_IS)) is None
    for kept in (VENV, None):
        told = inspection(declaration("AMP", "3.0"), runtime={"local": kept})
        control.on("POST /v1/inspect", told)
        assert wanted(Choices()) == kept


@pytest.mark.parametrize(
    ("choices", "trusted"),
    [
        (Choices(), False),
        (Choices(trusted=True), True),
        (Choices(runtime=VENV), True),  # type: ignore[arg-type]
        # nobody's word, but the operator's
        (Choices(target="cluster"), True),
    ],
)
def test_of_what_only_a_notebook_names_nothing_is_started(
    control: Control, desk: Desk, choices: Choices, trusted: bool
) -> None:
    own = {**target("cluster"), "default": False, "runtime": VENV}
    control.on("GET /v1/targets", {"targets": [target(), own]})
    told = inspection(declaration("AMP", "3.0"), runtime={"local": VENV})
    control.on("POST /v1/inspect", told)
    control.on("POST /v1/runtime", offer("python3", used=USED))
    prepare(desk.notebook, choices, desk.submitter)
    assert asked(control, "/v1/runtime")["trusted"] is trusted
    assert asked(control, "/v1/preflight")["trusted"] is trusted


def test_a_request_says_as_is_by_null_and_nothing_by_silence() -> None:
    request = json.loads(
        '{"kernel": null, "target": null, "overrides": {}, "types": {}, "ticked": [],'
        '"files_mode": null, "exclude": [], "include": [], "outputs": null,'
        '"deliver_to": null}'
    )
    assert Choices.from_request(request).runtime is None
    assert Choices.from_request({**request, "runtime": None}).runtime == AS_IS
    assert Choices.from_request({**request, "runtime": VENV}).runtime == VENV


def test_the_call_is_of_the_contract(control: Control, desk: Desk) -> None:
    seen: list[Call] = []

    def answer(call: Call) -> dict[str, Any]:
        seen.append(call)
        return offer()

    control.on("POST /v1/runtime", answer)
    prepare(desk.notebook, Choices(), desk.submitter)
    assert len(seen) == 1
