"""From a notebook to an accepted run, against a broker that holds to the contract."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from jupyterlab_batch.launcher import BrokerError
from jupyterlab_batch.submission import (
    Choices,
    Order,
    Refused,
    UnknownTarget,
    ValuesChanged,
    prepare,
    submit,
)

from .conftest import Desk
from .control import Control, Refusal, check, declaration, inspection, plan, run


def order(desk: Desk, choices: Choices) -> Order:
    prepared = prepare(desk.notebook, choices, desk.submitter)
    shown = [{"name": p["name"], "text": p["text"]} for p in prepared["parameters"]]
    return Order(prepared["plan"]["id"], shown, key="key-1")  # type: ignore[arg-type]


def test_prepared_fits_the_contract_and_resolves_the_chain(
    desk: Desk, control: Control
) -> None:
    desk.environ["FUNWAVE_WID"] = "21.5"
    prepared = prepare(desk.notebook, Choices(overrides={"AMP": "4"}), desk.submitter)
    check({"$ref": "#/components/schemas/Prepared"}, prepared)
    amp, wid = prepared["parameters"]
    assert (amp["text"], amp["layer"], amp["origin"]) == ("4.0", "override", "-p")
    assert (wid["text"], wid["origin"]) == ("21.5", "FUNWAVE_WID")
    assert prepared["problems"] == []
    assert prepared["kernel"] == "python3"
    assert prepared["path"] == str(desk.path)
    assert control.called("POST", "/v1/plan")[0].body["mode"] == "snapshot"


def test_the_accepted_run_is_what_was_shown(desk: Desk, control: Control) -> None:
    desk.environ.update(PATH="/bin", SECRET="hush", FUNWAVE_WID="21.5")
    choices = Choices(overrides={"AMP": "4"}, target="cluster")
    accepted = submit(desk.notebook, choices, order(desk, choices), desk.submitter)

    [sent] = control.called("POST", "/v1/runs")
    assert sent.headers["Idempotency-Key"] == "key-1"
    assert sent.body["environment"] == {"PATH": "/bin"}
    assert sent.body["target"] == "cluster"
    assert sent.body["plan"] == {"id": "plan-1", "mode": "snapshot", "confirmed": False}
    assert sent.body["deliver_to"] == str(desk.path.parent)
    assert sent.body["kernel"]["argv"][0] == desk.submitter.python
    assert [p["text"] for p in accepted["parameters"]] == ["4.0", "21.5"]


def test_a_value_that_changed_behind_the_dialog_is_refused(
    desk: Desk, control: Control
) -> None:
    choices = Choices()
    seen = order(desk, choices)
    desk.environ["FUNWAVE_WID"] = "99.0"

    with pytest.raises(ValuesChanged, match=r"WID was 20\.0, now 99\.0") as got:
        submit(desk.notebook, choices, seen, desk.submitter)
    [difference] = got.value.problem()["errors"]
    assert difference["parameter"] == "WID"
    assert difference["origin"] == "FUNWAVE_WID"
    assert difference["pointer"] == "/parameters/WID"
    assert control.called("POST", "/v1/runs") == []


def test_parameters_that_came_and_went(desk: Desk, control: Control) -> None:
    seen = order(desk, Choices())
    control.on(
        "POST /v1/inspect",
        inspection(declaration("AMP", "3.0"), declaration("NEW", "1.0")),
    )
    with pytest.raises(ValuesChanged) as got:
        submit(desk.notebook, Choices(), seen, desk.submitter)
    assert [e["parameter"] for e in got.value.errors] == ["WID", "NEW"]


def test_an_unknown_name_is_refused_with_a_hint(desk: Desk, control: Control) -> None:
    choices = Choices(overrides={"AMPP": "4"})
    prepared = prepare(desk.notebook, choices, desk.submitter)
    assert [p["code"] for p in prepared["problems"]] == ["unknown_parameter"]
    with pytest.raises(Refused, match="Did you mean AMP") as got:
        submit(desk.notebook, choices, Order("plan-1"), desk.submitter)
    assert got.value.code == "unknown_parameter"
    assert control.called("POST", "/v1/runs") == []


def test_a_missing_kernel_is_shown_then_refused(desk: Desk, control: Control) -> None:
    control.on("POST /v1/inspect", inspection(kernel="python2"))
    prepared = prepare(desk.notebook, Choices(), desk.submitter)
    assert prepared["kernel"] is None
    assert prepared["problems"][0]["code"] == "unknown_kernel"
    with pytest.raises(Refused, match="python2") as got:
        submit(desk.notebook, Choices(), Order("plan-1"), desk.submitter)
    assert got.value.code == "unknown_kernel"
    prepared = prepare(desk.notebook, Choices(kernel="python3"), desk.submitter)
    assert prepared["problems"] == []


def test_resources_are_the_users_else_the_notebooks_for_this_target(
    desk: Desk, control: Control
) -> None:
    remembered = {"cluster": {"partition": "gpu", "gpus": "2", "memory": "4G"}}
    control.on("POST /v1/inspect", inspection(resources=remembered))

    def sent(**choices: Any) -> list[Any]:
        choice = Choices(**choices)
        prepared = prepare(desk.notebook, choice, desk.submitter)
        submit(desk.notebook, choice, Order("plan-1"), desk.submitter)
        asked = control.called("POST", "/v1/preflight")[-1].body
        ordered = control.called("POST", "/v1/runs")[-1].body
        assert asked["target"] == prepared["target"]["name"]
        assert prepared["preflight"]["resources"] == ordered["resources"]
        return [asked["resources"], ordered["resources"]]

    assert sent(target="local") == [{}, {}]
    assert sent(target="cluster") == [remembered["cluster"]] * 2
    mine = {"gpus": " ", "memory": "8G", "nodes": "2"}
    assert (
        sent(target="cluster", resources=mine)
        == [{"partition": "gpu", "memory": "8G", "nodes": "2"}] * 2
    )


def test_an_unknown_target_names_those_there_are(desk: Desk) -> None:
    with pytest.raises(UnknownTarget, match=r"Did you mean cluster\?.*local, cluster"):
        prepare(desk.notebook, Choices(target="clustr"), desk.submitter)


def test_lints_and_warnings_become_problems(desk: Desk, control: Control) -> None:
    lint = {
        "code": "input_call",
        "severity": "warning",
        "message": "Cell 5 calls input().",
        "cell": 4,
        "line": 2,
        "parameter": None,
    }
    desk.environ.update(DATASETS="/s", FUNWAVE_AMP="3.5", AMP="1")
    control.on(
        "POST /v1/inspect",
        inspection(
            declaration("AMP", "3.0"),
            lints=[lint],
            reads_environment=["DATASETS", "FUNWAVE_AMP", "AMP", "ABSENT"],
        ),
    )
    linked = [{"path": "big.h5", "bytes": 9}]
    control.on("POST /v1/plan", plan(missing=["a.csv"], linked=linked))
    problems = prepare(desk.notebook, Choices(), desk.submitter)["problems"]
    assert [(p["code"], p["origin"]) for p in problems] == [
        ("input_call", "cell 5, line 2"),
        ("environment_not_passed", "DATASETS"),
        ("missing_file", "a.csv"),
        ("linked_file", "big.h5"),
    ]
    submit(desk.notebook, Choices(), Order("plan-1"), desk.submitter)


@pytest.mark.parametrize(
    ("glob", "cwd", "impossible"),
    [
        ("../x", ".", True),
        ("../x", "sub", False),
        ("../../*.npy", "sub", True),
        ("a/../../x*", ".", True),
        ("/etc/passwd", ".", True),
        ("..", ".", True),
        ("eta_*.npy", ".", False),
        ("..eta*", ".", False),
        ("{a,b}/../*", ".", False),
    ],
)
def test_an_output_that_can_never_be_is_told_before_the_run(
    desk: Desk, control: Control, glob: str, cwd: str, impossible: bool
) -> None:
    rules = [{"glob": glob, "min_bytes": 0}]
    control.on("POST /v1/inspect", inspection(outputs=rules))
    control.on("POST /v1/plan", plan(cwd=cwd))
    problems = prepare(desk.notebook, Choices(), desk.submitter)["problems"]
    told = [(p["code"], p["severity"], p["origin"]) for p in problems]
    assert told == [("impossible_output", "error", glob)] * impossible


def test_a_name_that_is_never_passed_is_not_advised_to_be_added(
    desk: Desk, control: Control
) -> None:
    desk.environ.update(JPY_API_TOKEN="x", DATASETS="/s")
    control.on(
        "POST /v1/inspect",
        inspection(
            reads_environment=["JPY_API_TOKEN", "DATASETS"],
            environment=["JPY_API_TOKEN"],
        ),
    )
    problems = prepare(desk.notebook, Choices(), desk.submitter)["problems"]
    told = {p["origin"]: p["message"] for p in problems}
    assert "Add it to" in told["DATASETS"]
    assert "never gets" in told["JPY_API_TOKEN"]
    assert "Add it" not in told["JPY_API_TOKEN"]


def test_a_lint_that_is_an_error_refuses(desk: Desk, control: Control) -> None:
    lint = {
        "code": "hostile_name",
        "severity": "error",
        "message": "No.",
        "cell": None,
        "line": None,
        "parameter": "AMP",
    }
    control.on("POST /v1/inspect", inspection(lints=[lint]))
    with pytest.raises(Refused) as got:
        submit(desk.notebook, Choices(), Order("plan-1"), desk.submitter)
    assert got.value.problem()["code"] == "invalid_request"
    assert got.value.errors[0]["code"] == "hostile_name"


@pytest.mark.parametrize(
    ("chosen", "written", "mode"),
    [
        (None, None, "snapshot"),
        (None, "in-place", "in-place"),
        ("none", "in-place", "none"),
    ],
)
def test_files_mode(
    desk: Desk, control: Control, chosen: str, written: str, mode: str
) -> None:
    control.on("POST /v1/inspect", inspection(files_mode=written))
    choices = Choices(files_mode=chosen)  # type: ignore[arg-type]
    prepare(desk.notebook, choices, desk.submitter)
    assert control.called("POST", "/v1/plan")[0].body["mode"] == mode


def test_a_notebook_without_a_file_takes_no_files(desk: Desk, control: Control) -> None:
    unsaved = dataclasses.replace(desk.notebook, path=None, deliver_to=None)
    prepared = prepare(unsaved, Choices(files_mode="snapshot"), desk.submitter)
    assert prepared["path"] is None
    assert control.called("POST", "/v1/plan")[0].body["mode"] == "none"


def test_a_refusal_of_the_broker_passes_through(desk: Desk, control: Control) -> None:
    def refuse(call: object) -> None:
        raise Refusal(422, "nothing_to_run", "wave.ipynb has no code cells.")

    control.on("POST /v1/inspect", refuse)
    with pytest.raises(BrokerError) as got:
        prepare(desk.notebook, Choices(), desk.submitter)
    assert got.value.code == "nothing_to_run"


def test_the_next_broker_is_shown_the_files_again(desk: Desk, control: Control) -> None:
    """Plans are in a broker's memory; a run must not depend on which one answers."""
    seen = order(desk, Choices())
    answers = iter([Refusal(409, "plan_changed", "The files changed."), None])

    def accept(call: object) -> object:
        refused = next(answers)
        if refused is not None:
            raise refused
        return run()

    control.on("POST /v1/runs", accept)
    submit(desk.notebook, Choices(), seen, desk.submitter)
    assert len(control.called("POST", "/v1/plan")) == 2
    first, second = control.called("POST", "/v1/runs")
    assert first.body == second.body
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]


def test_files_that_did_change_are_refused(desk: Desk, control: Control) -> None:
    seen = order(desk, Choices())

    def refuse(call: object) -> None:
        raise Refusal(409, "plan_changed", "The files changed.")

    control.on("POST /v1/runs", refuse)
    control.on("POST /v1/plan", plan(id="plan-2"))
    with pytest.raises(BrokerError) as got:
        submit(desk.notebook, Choices(), seen, desk.submitter)
    assert got.value.code == "plan_changed"
    assert len(control.called("POST", "/v1/runs")) == 1


def test_a_path_that_the_run_will_not_find_is_said_at_its_parameter(
    desk: Desk, control: Control
) -> None:
    there = desk.path.parent / "there.csv"
    there.touch()
    found = [
        declaration("HERE", "data/a.csv", type="path"),
        declaration("GONE", "data/b.csv", type="path"),
        declaration("ROOTED", str(there), type="path"),
        declaration("AWAY", "/no/such/c.csv", type="path"),
        declaration("ONLY", "data/d.csv", type="path", declared=False),
    ]
    control.on("POST /v1/inspect", inspection(*found, files=["x.py", "data/b.csv"]))
    control.on("POST /v1/plan", plan(missing=["x.py", "data/b.csv"]))

    prepared = prepare(desk.notebook, Choices(), desk.submitter)

    [asked] = control.called("POST", "/v1/plan")
    assert asked.body["names"] == ["x.py", "data/b.csv", "data/a.csv"]
    assert [
        (p["code"], p["severity"], p["parameter"], p["origin"])
        for p in prepared["problems"]
    ] == [
        ("missing_file", "warning", None, "x.py"),
        ("missing_file", "warning", "GONE", "data/b.csv"),
        ("missing_file", "warning", "AWAY", "/no/such/c.csv"),
    ]


def test_a_path_in_the_code_that_another_one_replaces_is_not_missed(
    desk: Desk, control: Control
) -> None:
    grid = declaration("GRID", "old.csv", type="path")
    control.on("POST /v1/inspect", inspection(grid, files=["old.csv", "x.csv"]))
    prepare(desk.notebook, Choices(overrides={"GRID": "new.csv"}), desk.submitter)
    [asked] = control.called("POST", "/v1/plan")
    assert asked.body["names"] == ["x.csv", "new.csv"]


def test_files_and_outputs_that_the_user_chose_reach_plan_and_run(
    desk: Desk, control: Control
) -> None:
    rules = [{"glob": "eta.npy", "min_bytes": 1}]
    choices = Choices(exclude=["big"], include=["x.log"], outputs=rules)  # type: ignore[arg-type]
    prepared = prepare(desk.notebook, choices, desk.submitter)
    assert prepared["inspection"]["outputs"] == rules
    [asked] = control.called("POST", "/v1/plan")
    assert (asked.body["exclude"], asked.body["include"]) == (["big"], ["x.log"])
    submit(desk.notebook, choices, order(desk, choices), desk.submitter)
    [sent] = control.called("POST", "/v1/runs")
    assert sent.body["outputs"] == rules
