"""Each route on a real server, with a real broker, kernel and contents manager."""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_core.utils import ensure_async

from jupyterlab_batch.server.handlers import routes
from jupyterlab_batch.server.handlers.passing import PASSED
from tests.contract import check_problem, check_reply
from tests.orders import order, wanted

from .conftest import Call, ended

OPENAPI = json.loads(
    (Path(__file__).parents[2] / "protocol" / "openapi.json").read_text()
)


async def test_from_prepare_to_the_opened_result(
    call: Call, notebook: Path, jp_serverapp: Any
) -> None:
    request = wanted("waves/wave.ipynb", overrides={"AMP": "4"})
    status, prepared = await call("POST", "prepare", body=request)
    assert status == 200, prepared
    check_reply("prepare", prepared)
    (amp,) = prepared["parameters"]
    assert (amp["text"], amp["layer"], amp["origin"]) == ("4.0", "override", "dialog")

    key = {"Idempotency-Key": "one"}
    body = order(request, prepared)
    status, run = await call("POST", "submit", body=body, headers=key)
    assert status == 201, run
    check_reply("launch", run)
    # A double click is one run.
    _, again = await call("POST", "submit", body=body, headers=key)
    assert again["id"] == run["id"]

    detail = await ended(call, run["id"])
    check_reply("show", detail)
    assert detail["run"]["state"] == "succeeded", detail
    status, result = await call("POST", "runs", run["id"], "result")
    assert status == 200, result
    check_reply("result", result)
    manager = jp_serverapp.contents_manager
    model = await ensure_async(manager.get(result["contents_path"]))
    executed = model["content"]
    assert executed["cells"][-1]["outputs"][0]["text"] == "amplitude 4.0\n"
    # The server signed it, so that plots show without being asked.
    assert all(cell["metadata"]["trusted"] for cell in executed["cells"])

    for path, name in [
        (("v1", "runs"), "list"),
        (("v1", "notebooks"), "notebooks"),
        (("v1", "health"), "health"),
        (("v1", "targets"), "targets"),
        (("v1", "leases"), "leases"),
        (("v1", "changes"), "changes"),
        (("v1", "runs", run["id"], "log"), "log"),
        (("v1", "runs", run["id"], "files"), "files"),
        (("v1", "runs", run["id"], "outline"), "outline"),
        (("v1", "runs", run["id"], "cells"), "cells"),
    ]:
        status, data = await call("GET", *path)
        assert status == 200, data
        check_reply(name, data)
    cells = ("v1", "runs", run["id"], "cells")
    _, page = await call("GET", *cells, params={"from": 2, "count": 1})
    (shown,) = page["cells"]
    assert shown["outputs"][0]["output"]["text"] == "amplitude 4.0\n"
    known = {"epoch": page["epoch"], "after": page["seq"]}
    _, news = await call("GET", *cells, params=known)
    assert news["cells"] == [], "nothing has happened since"
    # This is how the list of one notebook's runs is asked for.
    for here in ("waves/wave.ipynb", "RTC:waves/wave.ipynb"):
        status, located = await call("GET", "locate", params={"path": here})
        assert status == 200, located
        check_reply("locate", located)
        assert located["notebook"] == detail["run"]["notebook"]
    status, deleted = await call("DELETE", "v1", "runs", run["id"])
    assert status == 200, deleted
    assert Path(detail["run"]["output"]).exists(), "what was delivered stays"


async def test_a_rerun_asked_for_twice_is_one_run(call: Call, notebook: Path) -> None:
    request = wanted("waves/wave.ipynb")
    _, prepared = await call("POST", "prepare", body=request)
    _, run = await call("POST", "submit", body=order(request, prepared))
    await ended(call, run["id"])
    again = ("v1", "runs", run["id"], "rerun")
    body: dict[str, Any] = {"parameters": {"AMP": "5"}}
    key = {"Idempotency-Key": "two"}
    status, first = await call("POST", *again, body=body, headers=key)
    assert status == 201, first
    # the answer was lost, and the source is gone meanwhile
    notebook.unlink()
    status, second = await call("POST", *again, body=body, headers=key)
    assert (status, second["id"]) == (201, first["id"]), second
    other = {"parameters": {"AMP": "6"}}
    status, refused = await call("POST", *again, body=other, headers=key)
    assert (status, refused["code"]) == (409, "idempotency_mismatch"), refused
    await ended(call, first["id"])


async def test_the_notebook_on_screen_is_what_runs(call: Call, notebook: Path) -> None:
    screen = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print('x')")])
    screen.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    request = wanted("RTC:waves/wave.ipynb", content=screen)
    _, prepared = await call("POST", "prepare", body=request)
    assert prepared["parameters"] == []
    assert prepared["path"] == str(notebook)
    _, run = await call("POST", "submit", body=order(request, prepared))
    detail = await ended(call, run["id"])
    executed = nbformat.read(detail["run"]["output"], as_version=4)
    assert executed.cells[0].outputs[0].text == "x\n"


async def test_a_value_that_changed_meanwhile_is_refused(
    call: Call, notebook: Path
) -> None:
    request = wanted("waves/wave.ipynb")
    _, prepared = await call("POST", "prepare", body=request)
    (notebook.parent / "wave.params.toml").write_text("AMP = 3.5\n")
    status, problem = await call("POST", "submit", body=order(request, prepared))
    assert status == 409
    check_problem(problem, "values_changed")
    assert "3.5" in problem["errors"][0]["detail"]
    _, page = await call("GET", "v1", "runs")
    assert page["runs"] == []


async def test_an_origin_is_a_link_where_this_server_opens_the_file(
    call: Call, notebook: Path, short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (notebook.parent / "wave.params.toml").write_text("# mine\nAMP = 3.5\n")
    outside = short_folder / "settings.toml"
    outside.write_text("AMP = 1.0\n")
    hidden = notebook.parent / ".wave.toml"
    hidden.write_text("AMP = 2.0\n")
    screen = nbformat.read(notebook, as_version=4)
    screen.metadata["jupyterlab_batch"] = {"prefix": "WAVE"}
    request = wanted("waves/wave.ipynb", content=screen)

    monkeypatch.setenv("WAVE_SETTINGS", str(outside))
    _, prepared = await call("POST", "prepare", body=request)
    assert prepared["links"] == {
        "wave.params.toml:2": {"path": "waves/wave.params.toml", "line": 2}
    }
    monkeypatch.setenv("WAVE_SETTINGS", str(hidden))
    _, prepared = await call("POST", "prepare", body=request)
    (amp,) = prepared["parameters"]
    assert [found["origin"] for found in amp["shadowed"]] == [".wave.toml:1", "cell 1"]
    assert list(prepared["links"]) == ["wave.params.toml:2"]


async def test_what_is_toggled_off_is_not_copied(call: Call, notebook: Path) -> None:
    data = notebook.parent / "data"
    data.mkdir()
    (data / "small.csv").write_text("1")
    (data / "large.csv").write_text("12345")
    request = wanted("waves/wave.ipynb")
    _, before = await call("POST", "prepare", body=request)
    _, listed = await call(
        "GET", "v1", "plans", before["plan"]["id"], params={"folder": "data"}
    )
    check_reply("planFolder", listed)
    assert [(row["path"], row["bytes"]) for row in listed["rows"]] == [
        ("data/large.csv", 5),
        ("data/small.csv", 1),
    ]
    request["exclude"] = ["data/large.csv"]
    request["outputs"] = [{"glob": "none.npy", "min_bytes": 1}]
    _, prepared = await call("POST", "prepare", body=request)
    assert prepared["plan"]["files"] == before["plan"]["files"] - 1
    status, problem = await call("POST", "submit", body=order(request, prepared))
    assert status == 201, problem
    detail = await ended(call, problem["id"])
    assert detail["run"]["reason"] == "missing_output", "the edited output is checked"
    copied = Path(detail["run"]["run_folder"]) / "files" / "data"
    assert [path.name for path in copied.iterdir()] == ["small.csv"]
    status, problem = await call("GET", "v1", "plans", "none", params={"folder": ""})
    assert status == 409
    check_problem(problem, "plan_changed")


async def test_results_go_where_the_dialog_says(
    call: Call, notebook: Path, tmp_path: Path
) -> None:
    (notebook.parent / "out").mkdir()
    request = wanted("waves/wave.ipynb", deliver_to="out")
    status, prepared = await call("POST", "prepare", body=request)
    assert (status, prepared["problems"]) == (200, [])
    _, run = await call("POST", "submit", body=order(request, prepared))
    detail = await ended(call, run["id"])
    assert detail["run"]["deliver_to"] == str(notebook.parent / "out")
    assert detail["run"]["output"].startswith(f"{notebook.parent}/out/wave-runs/")
    _, result = await call("POST", "runs", run["id"], "result")
    assert result["contents_path"].startswith("waves/out/wave-runs/")

    # Outside of what this server serves it is said before the run.
    request = wanted("waves/wave.ipynb", deliver_to=str(tmp_path))
    _, prepared = await call("POST", "prepare", body=request)
    check_reply("prepare", prepared)
    [note] = prepared["problems"]
    assert (note["code"], note["severity"]) == ("path_outside_root", "note")
    request = wanted("waves/wave.ipynb", deliver_to="gone")
    _, prepared = await call("POST", "prepare", body=request)
    status, refused = await call("POST", "submit", body=order(request, prepared))
    assert (status, refused["code"]) == (422, "delivery_unwritable")


async def test_values_of_a_file_or_of_lines_are_read_by_the_chain(
    call: Call, notebook: Path
) -> None:
    body = {"path": "waves/wave.ipynb", "content": None, "name": "old.yaml"}
    status, given = await call("POST", "values", body={**body, "text": "AMP: 4.50"})
    assert status == 200, given
    check_reply("values", given)
    assert given["values"] == [{"name": "AMP", "text": "4.50", "origin": "old.yaml:1"}]
    status, problem = await call("POST", "values", body={**body, "text": "AMP: ["})
    assert status == 422
    check_problem(problem, "malformed_file")
    assert problem["detail"].startswith("old.yaml:")


@pytest.mark.parametrize(
    ("path", "text", "status", "code"),
    [
        ("waves/none.ipynb", None, 404, "not_found"),
        ("../outside.ipynb", None, 403, "path_outside_root"),
        ("waves/empty.ipynb", "", 422, "invalid_notebook"),
        ("waves/torn.ipynb", '{"cells": [', 422, "invalid_notebook"),
        (
            "waves/words.ipynb",
            '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
            422,
            "nothing_to_run",
        ),
    ],
)
async def test_bad_input_is_named(
    call: Call,
    notebook: Path,
    path: str,
    text: str | None,
    status: int,
    code: str,
) -> None:
    if text is not None:
        (notebook.parent / Path(path).name).write_text(text)
    found, problem = await call("POST", "prepare", body=wanted(path))
    assert found == status, problem
    check_problem(problem, code)


async def test_a_link_out_of_the_root_is_not_followed(
    call: Call, notebook: Path, short_folder: Path
) -> None:
    secret = short_folder / "secret.ipynb"
    secret.write_text(notebook.read_text())
    (notebook.parent / "link.ipynb").symlink_to(secret)
    status, problem = await call("POST", "prepare", body=wanted("waves/link.ipynb"))
    assert status == 403
    check_problem(problem, "path_outside_root")


async def test_an_unknown_member_is_refused(call: Call, notebook: Path) -> None:
    request = wanted("waves/wave.ipynb", colour="red")
    status, problem = await call("POST", "prepare", body=request)
    assert status == 400
    check_problem(problem, "invalid_request")
    assert "colour" in problem["detail"]


@pytest.mark.parametrize(
    ("route", "more", "named"),
    [
        ("prepare", {"overrides": {"AMP": 5}}, "overrides.AMP"),
        ("prepare", {"types": {"AMP": "zzz"}}, "types.AMP"),
        ("prepare", {"ticked": [5]}, "ticked.0"),
        ("prepare", {"files_mode": "all"}, "files_mode"),
        ("prepare", {"content": {"cells": 3}}, "content"),
        ("submit", {"shown": [5]}, "shown.0"),
        ("submit", {"shown": [{"name": "AMP"}]}, "shown.0"),
        ("submit", {"time_limit": True}, "time_limit"),
    ],
)
async def test_what_is_not_in_the_contract_is_the_callers_fault(
    call: Call, notebook: Path, route: str, more: dict[str, Any], named: str
) -> None:
    body = wanted("waves/wave.ipynb")
    if route == "submit":
        body = {**body, "label": None, "time_limit": None, "shown": []}
        body = {**body, "plan_id": "x", "confirmed": False}
    status, problem = await call("POST", route, body={**body, **more})
    assert status == 400, problem
    check_problem(problem, "invalid_request")
    assert f"contract: {named}." in problem["detail"]


async def test_refusals_of_the_broker_come_through(call: Call, notebook: Path) -> None:
    status, problem = await call("GET", "v1", "runs", "00000000")
    assert status == 404
    check_problem(problem, "not_found")
    status, problem = await call("GET", "v1", "runs", params={"limit": "many"})
    assert status == 400
    check_problem(problem, "invalid_request")


async def test_older_notebooks_are_upgraded_in_the_snapshot(
    call: Call, notebook: Path
) -> None:
    old = nbformat.v3.new_notebook(
        worksheets=[
            nbformat.v3.new_worksheet(cells=[nbformat.v3.new_code_cell("print(1)")])
        ]
    )
    path = notebook.parent / "old.ipynb"
    path.write_text(nbformat.v3.writes_json(old))
    before = path.read_bytes()
    request = wanted("waves/old.ipynb", kernel="python3")
    status, prepared = await call("POST", "prepare", body=request)
    assert status == 200, prepared
    _, run = await call("POST", "submit", body=order(request, prepared))
    assert (await ended(call, run["id"]))["run"]["state"] == "succeeded"
    assert path.read_bytes() == before, "the source is never touched"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "prepare"),
        ("POST", "submit"),
        ("POST", "runs/1/result"),
        ("GET", "runs/1/file"),
        ("GET", "v1/runs"),
        ("DELETE", "v1/runs/1"),
        ("POST", "v1/runs/1/cancel"),
    ],
)
async def test_a_stranger_is_let_nowhere(call: Call, method: str, path: str) -> None:
    stranger = {"Authorization": "token wrong"}
    status, problem = await call(method, *path.split("/"), headers=stranger)
    assert status == 401
    # The page says so, instead of calling the server lost.
    check_problem(problem, "signed_out")


def test_every_verb_is_authenticated_and_authorized() -> None:
    verbs = 0
    for _, handler in routes():
        for name in ("get", "post", "put", "patch", "delete"):
            verb = getattr(handler, name)
            module = inspect.getmodule(inspect.unwrap(verb))
            if module is None or not module.__name__.startswith("jupyterlab_batch"):
                continue
            source = textwrap.dedent(inspect.getsource(inspect.unwrap(verb)))
            marks = [
                ast.unparse(mark)
                for mark in ast.parse(source).body[0].decorator_list  # type: ignore[attr-defined]
            ]
            assert marks == ["web.authenticated", "authorized"], (handler, name)
            verbs += 1
    assert verbs >= 8


def test_what_is_passed_on_is_what_the_contract_lets_a_browser_call() -> None:
    ours = {path.replace("{}", "{id}") for path, _ in PASSED}
    contract = {
        path
        for path, item in OPENAPI["paths"].items()
        for operation in item.values()
        if operation.get("x-browser") and operation.get("x-socket") == "control"
    }
    assert ours == contract
