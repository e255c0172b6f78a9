"""`run`, `explain` and `rerun`: what is sent, said, and returned to the shell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jupyterlab_batch.cli import errors
from jupyterlab_batch.cli.context import kernel_dirs
from tests.submission.control import (
    Control,
    Refusal,
    detail,
    lease,
    plan,
    preflight,
    run,
)

from .conftest import Shell, known

RUN_KEYS = [
    *("id", "label", "state", "reason", "exit_code", "signal", "notebook", "output"),
    *(
        "target",
        "native_id",
        "resources",
        "runtime",
        "submitted_at",
        "started_at",
        "ended_at",
        "closed_at",
    ),
    *("parameters", "lease", "run_folder"),
]
PARAMETER_KEYS = ["name", "type", "text", "declared", "layer", "origin", "shadowed"]
LEASE_KEYS = [
    *("id", "state", "provider", "scopes", "minted_at", "revoked_at", "end"),
    "ended_at",
]


def test_accepted(shell: Shell, control: Control, notebook: Path) -> None:
    done = shell(
        *("run", "wave.ipynb", "-p", "AMP=4", "--label", "study"),
        *("--target", "cluster", "--time-limit", "2h", "--files", "in-place"),
    )
    assert (done.code, done.err) == (0, "")
    rows = [line.split() for line in done.out.splitlines()]
    assert rows[:3] == [
        ["parameter", "type", "value", "from", "instead", "of"],
        ["AMP", "float", "4.0", "-p", "notebook", "3.0"],
        ["WID", "float", "20.0", "notebook"],
    ]
    assert rows[3] == ["7c41e9b2", "accepted,", "queued"]
    [sent] = control.called("POST", "/v1/runs")
    assert sent.body["label"] == "study"
    assert sent.body["target"] == "cluster"
    assert sent.body["time_limit"] == 7200
    assert sent.body["plan"]["mode"] == "in-place"
    assert sent.headers["Idempotency-Key"]


def test_results_go_where_the_shell_says(
    shell: Shell, control: Control, notebook: Path
) -> None:
    (notebook.parent / "out").mkdir()
    assert shell("run", "wave.ipynb", "--deliver-to", "out").code == 0
    [sent] = control.called("POST", "/v1/runs")
    assert sent.body["deliver_to"] == str(notebook.parent / "out")
    done = shell("run", "wave.ipynb", "--deliver-to", "gone")
    assert done.code == 2
    assert "there is no such folder" in done.err
    assert "(delivery_unwritable)" in done.err


def test_resources_are_asked_for_as_sbatch_calls_them(
    shell: Shell, control: Control, notebook: Path
) -> None:
    done = shell(
        *("run", "wave.ipynb", "--target", "cluster", "--partition", "gpu"),
        *("--ntasks=4", "--cpus-per-task=2", "--mem", "4G", "--gpus", "a100:1"),
    )
    assert done.code == 0
    asked = {"partition": "gpu", "tasks": "4", "cpus": "2", "memory": "4G"}
    asked["gpus"] = "a100:1"
    [sent] = control.called("POST", "/v1/runs")
    assert sent.body["resources"] == asked
    told = "partition gpu, tasks 4, cpus 2, memory 4G, gpus a100:1"
    assert f"cluster is asked for: {told}" in done.out


def test_what_the_target_does_not_have_is_refused_before_anything_is_sent(
    shell: Shell, control: Control, notebook: Path
) -> None:
    found = {
        "code": "resource_unavailable",
        "severity": "error",
        "message": "The cluster has no partition gpx. It has: main, gpu.",
        "resource": "partition",
    }
    warned = {**found, "severity": "warning", "message": "It is down."}
    control.on("POST /v1/preflight", preflight(problems=[warned]))
    assert "It is down." in shell("run", "wave.ipynb", "--partition", "gpx").err
    assert len(control.called("POST", "/v1/runs")) == 1
    control.on("POST /v1/preflight", preflight(problems=[warned, found]))
    done = shell("run", "wave.ipynb", "--partition", "gpx")
    assert done.code == 2
    assert "It has: main, gpu. (resource_unavailable)" in " ".join(done.err.split())
    assert len(control.called("POST", "/v1/runs")) == 1


def test_json_is_the_documented_shape_and_nothing_else(
    shell: Shell, control: Control, notebook: Path
) -> None:
    done = shell("run", "wave.ipynb", "--json")
    assert (done.code, done.err) == (0, "")
    assert list(done.document) == RUN_KEYS
    assert list(done.document["parameters"][0]) == PARAMETER_KEYS


def test_json_keeps_its_warnings(
    shell: Shell, control: Control, notebook: Path
) -> None:
    control.on("POST /v1/plan", plan(missing=["in.csv"]))
    done = shell("run", "wave.ipynb", "--json")
    assert done.code == 0
    assert list(done.document) == RUN_KEYS
    assert done.err.startswith("warning: The notebook names in.csv")


def test_no_target_by_an_empty_name(
    shell: Shell, control: Control, notebook: Path
) -> None:
    done = shell("run", "wave.ipynb", "--target", "")
    assert done.code == 2
    assert "There is no target without a name." in done.err


def test_a_misspelt_name(shell: Shell, control: Control, notebook: Path) -> None:
    done = shell("run", "wave.ipynb", "-p", "AMPP=4")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: ")
    assert "Did you mean AMP?" in done.err
    assert done.err.endswith("(unknown_parameter)\n")
    assert control.called("POST", "/v1/runs") == []


def test_every_wrong_value_is_told(
    shell: Shell, control: Control, notebook: Path
) -> None:
    done = shell("run", "wave.ipynb", "-p", "AMP=x", "-p", "WID=y")
    assert done.code == 2
    assert [line.split()[1] for line in done.err.splitlines()] == ["AMP", "WID"]


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["run"], "invalid_request"),
        (["run", "wave.ipynb", "--tim", "2h"], "invalid_request"),
        (["run", "wave.ipynb", "--time-limit", "2y"], "invalid_request"),
        (["run", "wave.ipynb", "-p", "AMP"], "invalid_request"),
        (["run", "wave.ipynb", "--files", "all"], "invalid_request"),
        (["run", "absent.ipynb"], "not_found"),
        (["run", "empty.ipynb"], "invalid_notebook"),
        (["run", "wave.ipynb", "--kernel", "python2"], "unknown_kernel"),
        (["run", "wave.ipynb", "--target", "clustr"], "unknown_target"),
        (["frobnicate"], "invalid_request"),
        (["prune"], "invalid_request"),
    ],
)
def test_refusals_are_one_document_too(
    argv: list[str], code: str, shell: Shell, control: Control, notebook: Path
) -> None:
    (notebook.parent / "empty.ipynb").touch()
    done = shell(*argv, "--json")
    assert (done.code, done.err) == (2, "")
    assert done.document["error"]["code"] == code
    person = shell(*argv)
    assert (person.code, person.out) == (2, "")
    assert person.err.endswith(f"({code})\n")


def test_the_broker_s_refusal(shell: Shell, control: Control, notebook: Path) -> None:
    def refuse(call: object) -> None:
        raise Refusal(422, "nothing_to_run", "wave.ipynb has no code cells.")

    control.on("POST /v1/inspect", refuse)
    done = shell("run", "wave.ipynb")
    assert done.code == 2
    assert done.err == "error: wave.ipynb has no code cells.  (nothing_to_run)\n"


LARGE = plan(ask="too_large", files=9, bytes=3_000_000_000)


def test_an_unusual_plan_needs_a_person(
    shell: Shell, control: Control, notebook: Path
) -> None:
    control.on("POST /v1/plan", LARGE)
    done = shell("run", "wave.ipynb")
    assert done.code == 2
    assert "9 files, 3.0 GB" in done.err
    assert "--files in-place" in done.err
    assert done.err.endswith("(files_need_confirmation)\n")
    assert shell("run", "wave.ipynb", typed="n\n").code == 2
    assert shell("run", "wave.ipynb", typed="").code == 2
    assert control.called("POST", "/v1/runs") == []

    assert shell("run", "wave.ipynb", typed="y\n").code == 0
    assert shell("run", "wave.ipynb", "--files", "snapshot", "--yes").code == 0
    sent = control.called("POST", "/v1/runs")
    assert [call.body["plan"]["confirmed"] for call in sent] == [True, True]


def test_json_never_asks(shell: Shell, control: Control, notebook: Path) -> None:
    control.on("POST /v1/plan", LARGE)
    done = shell("run", "wave.ipynb", "--json", typed="y\n")
    assert done.code == 2
    assert done.document["error"]["code"] == "files_need_confirmation"


def ended(state: str, **more: Any) -> dict[str, Any]:
    times = {
        "started_at": "2026-11-23T12:00:00Z",
        "ended_at": "2026-11-23T12:01:44Z",
        "closed_at": "2026-11-23T12:01:45Z",
    }
    return run(**{"state": state, "revision": 9, **times, **more})


@pytest.mark.parametrize(
    ("state", "code"),
    [("succeeded", 0), ("failed", 1), ("cancelled", 3), ("lost", 4)],
)
def test_wait_returns_how_it_ended(
    state: str, code: int, shell: Shell, control: Control, notebook: Path
) -> None:
    end = ended(state, output=str(notebook.parent / "wave-runs/x/wave.ipynb"))
    control.on(f"GET /v1/runs/{end['id']}", detail(end))
    control.on("GET /v1/events", [])
    done = shell("run", "wave.ipynb", "--wait")
    assert done.code == code
    assert f"{state} in 1:44 → wave-runs/x/wave.ipynb" in done.out
    done = shell("run", "wave.ipynb", "--wait", "--json")
    assert done.code == code
    assert done.document["state"] == state


def test_wait_tells_the_credential_s_life(
    shell: Shell, control: Control, notebook: Path
) -> None:
    end = ended("succeeded", lease=lease())
    control.on(f"GET /v1/runs/{end['id']}", detail(end))
    control.on("GET /v1/events", [])
    done = shell("run", "wave.ipynb", "--wait")
    assert "used 3 times, revoked and verified dead" in done.out
    document = shell("run", "wave.ipynb", "--wait", "--json").document
    assert list(document["lease"]) == LEASE_KEYS


def test_explain(shell: Shell, control: Control, notebook: Path) -> None:
    (notebook.parent / "wave.params.toml").write_text("WID = 21.5\n")
    done = shell("explain", "wave.ipynb", "--json")
    assert done.code == 0
    assert list(done.document) == ["notebook", "prefix", "parameters", "problems"]
    assert done.document["notebook"] == str(notebook.resolve())
    wid = done.document["parameters"][1]
    assert (wid["text"], wid["origin"]) == ("21.5", "wave.params.toml:1")
    assert control.called("POST", "/v1/runs") == []

    done = shell("explain", "wave.ipynb", "-p", "AMPP=4", "--json")
    assert done.code == 2
    [problem] = done.document["problems"]
    assert problem["code"] == "unknown_parameter"
    assert set(problem) <= {"code", "message", "parameter", "origin"}
    assert None not in problem.values()


def test_rerun(shell: Shell, control: Control) -> None:
    found = known(control, state="succeeded")
    again = run(id=found["id"][:-4] + "0000", rerun_of=found["id"])
    control.on(f"POST /v1/runs/{found['id']}/rerun", again)
    done = shell("rerun", "7c41e9b2", "-p", "AMP=5", "--json")
    assert (done.code, done.document["id"]) == (0, again["id"])
    shell("rerun", "7c41e9b2")
    sent = control.called("POST", f"/v1/runs/{found['id']}/rerun")
    assert [call.body["parameters"] for call in sent] == [{"AMP": "5"}, None]
    keys = [call.headers["Idempotency-Key"] for call in sent]
    assert keys[0] != keys[1], "a broker that dies over one makes one run of it"
    assert shell("rerun", "7c41e9b2", "-p", "AMP:int=5").code == 2
    shell("rerun", "7c41e9b2", "--partition", "long", "--gpus", "")
    assert control.calls[-2].body["resources"] == {"partition": "long", "gpus": ""}
    shell("rerun", "7c41e9b2", "--files", "none")
    assert control.calls[-2].body == {"parameters": None, "files_mode": "none"}


def test_rerun_with_more_time_and_elsewhere(
    shell: Shell, control: Control, tmp_path: Path
) -> None:
    found = known(control, state="failed")
    control.on(f"POST /v1/runs/{found['id']}/rerun", run(rerun_of=found["id"]))
    shell("rerun", "7c41e9b2", "--time-limit", "2h", "--deliver-to", str(tmp_path))
    [sent] = control.called("POST", f"/v1/runs/{found['id']}/rerun")
    assert sent.body == {
        "parameters": None,
        "time_limit": 7200,
        "deliver_to": str(tmp_path),
    }
    shell("rerun", "7c41e9b2", "--more-time")
    assert control.calls[-2].body == {"parameters": None, "time_limit": "more"}
    assert shell("rerun", "7c41e9b2", "--more-time", "--time-limit", "2h").code == 2
    wrong = shell("rerun", "7c41e9b2", "--deliver-to", str(tmp_path / "slip"))
    assert wrong.code == 2
    assert f"{tmp_path / 'slip'}: there is no such folder" in wrong.err
    assert len(control.called("POST", f"/v1/runs/{found['id']}/rerun")) == 2


def test_every_code_has_its_exit(shell: Shell) -> None:
    from jupyterlab_batch._generated.errors import ERRORS

    for code in ERRORS:
        assert errors.exit_of_problem({"code": code}) in (2, 5)
    assert errors.exit_of_problem({"code": "broker_elsewhere"}) == 5
    assert errors.exit_of_problem({"code": "broker_busy"}) == 2


@pytest.mark.parametrize("ipython", ["", "~/elsewhere", "/opt/ipython"])
def test_kernels_are_looked_for_where_jupyter_does(
    ipython: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its own way to the last folder costs a terminal a tenth of a second."""
    from jupyter_client.kernelspec import KernelSpecManager

    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PATH", "/opt/one:/opt/two")
    monkeypatch.delenv("IPYTHONDIR", raising=False)
    if ipython:
        monkeypatch.setenv("IPYTHONDIR", ipython)
    assert kernel_dirs() == KernelSpecManager().kernel_dirs
