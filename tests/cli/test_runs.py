"""Looking at runs, fetching from them, ending and removing them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.submission.control import (
    Call,
    Control,
    Refusal,
    detail,
    health,
    lease,
    run,
    target,
)

from .conftest import Shell, known


def test_list(shell: Shell, control: Control, notebook: Path) -> None:
    hostile = run(label="a\x1b[2J", state="failed", reason="cell_error")
    control.on("GET /v1/runs", {"runs": [run(), hostile], "next": "c1"})
    done = shell("list", "--state", "active,ended", "--notebook", "wave.ipynb")
    assert done.code == 0
    assert "7c41e9b2  wave.ipynb" in done.out
    assert "failed: cell_error" in done.out
    assert "\x1b" not in done.out
    assert "--cursor c1" in done.err
    [asked] = control.called("GET", "/v1/runs")
    assert asked.query == {
        "limit": "50",
        "state": "active,ended",
        "notebook": str(notebook.resolve()),
    }
    page = shell(
        "list", "--json", "-q", "a & b", "--order", "notebook"
    ).document  # fmt: skip
    assert list(page) == ["runs", "next"]
    assert "message" not in page["runs"][0]
    assert control.calls[-1].query["q"] == "a & b"
    assert control.calls[-1].query["order"] == "notebook"


def test_no_runs(shell: Shell, control: Control) -> None:
    control.on("GET /v1/runs", {"runs": [], "next": None})
    assert shell("list").out == "  No runs.\n"


def test_show(shell: Shell, control: Control) -> None:
    found = run(
        state="failed",
        reason="cell_error",
        message="Cell 7 failed.",
        ended_at="2026-11-23T12:01:44Z",
        lease=lease(end="unconfirmed"),
    )
    told = detail(
        found,
        traceback="\x1b[31mValueError\x1b[0m: no\x1b[2J",
        warnings=["a lost idle"],
        files=[{"path": "eta.npy", "size": 5, "delivered": True, "declared": True}],
    )
    control.on("GET /v1/runs/7c41", told)
    done = shell("show", "7c41", "--history")
    assert done.code == 0, "show tells of a failure; it is none"
    for words in ("Cell 7 failed.", "NOT confirmed dead", "eta.npy", "a lost idle"):
        assert words in done.out
    assert "ValueError: no\n" in done.out
    assert "\x1b" not in done.out
    assert shell("show", "7c41", "--json").document["reason"] == "cell_error"


def test_ids_that_fit_none_or_many(shell: Shell, control: Control) -> None:
    def many(call: Call) -> None:
        raise Refusal(409, "ambiguous_id", "Two runs end with 9.")

    control.on("GET /v1/runs/9", many)
    for argv in (["show", "9"], ["logs", "9"], ["cancel", "9"], ["delete", "9"]):
        done = shell(*argv)
        assert (done.code, done.out) == (2, "")
        assert done.err == "error: Two runs end with 9.  (ambiguous_id)\n"


def test_an_id_is_no_path(shell: Shell, control: Control) -> None:
    control.on("GET /v1/runs/a%2F..%2Fb%3Fc", detail(run()))
    assert shell("show", "a/../b?c").code == 0


def log(*pieces: str, ended: bool = True) -> Any:
    """A log that grows by one piece with each call."""
    text = "".join(pieces)
    ends = [len("".join(pieces[: n + 1])) for n in range(len(pieces))]

    def answer(call: Call) -> dict[str, Any]:
        offset = int(call.query["offset"])
        end = next((end for end in ends if end > offset), len(text))
        over = ended and offset == len(text)
        return {"text": text[offset:end], "offset": end, "ended": over}

    return answer


def test_logs(shell: Shell, control: Control) -> None:
    found = known(control)
    control.on(f"GET /v1/runs/{found['id']}/log", log("one\n", "two\x1b[2J\n"))
    assert shell("logs", "7c41e9b2").out == "one\ntwo\n"
    assert shell("logs", "7c41e9b2", "-f").out == "one\ntwo\n"
    document = shell("logs", "7c41e9b2", "--json").document
    assert document == {"id": found["id"], "log": "one\ntwo\x1b[2J\n"}
    control.on(f"GET /v1/runs/{found['id']}/log", log("one\n", ended=False))
    assert shell("logs", "7c41e9b2").out == "one\n", "without -f, what there is"


def entry(path: str, **more: Any) -> dict[str, Any]:
    return {"path": path, "size": 3, "delivered": False, "declared": False, **more}


@pytest.fixture
def made(control: Control, tmp_path: Path, notebook: Path) -> dict[str, Any]:
    folder = tmp_path / "files"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "eta.npy").write_bytes(b"abc")
    (folder / "link").symlink_to("/etc/hostname")
    ended = "2026-11-23T12:01:44Z"
    found = known(control, state="succeeded", ended_at=ended, run_folder=str(tmp_path))
    files = [entry("sub/eta.npy"), entry("gone.npy", delivered=True)]
    control.on(
        f"GET /v1/runs/{found['id']}/files",
        {"folder": str(folder), "files": files, "kept": []},
    )
    return found


def test_fetch(shell: Shell, made: dict[str, Any], tmp_path: Path) -> None:
    into = tmp_path / "into"
    done = shell("fetch", "7c41e9b2", "--into", str(into), "--json")
    assert done.code == 0
    place = str(into / "sub" / "eta.npy")
    assert done.document == {"files": [{"path": place, "size": 3}]}
    assert Path(place).read_bytes() == b"abc"
    Path(place).write_bytes(b"mine")
    done = shell("fetch", "7c41e9b2", "--into", str(into))
    assert (done.code, Path(place).read_bytes()) == (2, b"mine")
    assert "--force" in done.err
    assert shell("fetch", "7c41e9b2", "--into", str(into), "--force").code == 0
    assert Path(place).read_bytes() == b"abc"
    assert sorted(p.name for p in into.rglob("*")) == ["eta.npy", "sub"]
    assert Path(place).stat().st_mode & 0o777 == 0o600


def test_fetch_into_what_is_no_folder(shell: Shell, made: dict[str, Any]) -> None:
    done = shell("fetch", "7c41e9b2", "--into", "/etc/hostname")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: sub/eta.npy cannot be copied to /etc/hostname:")
    assert "Traceback" not in done.err


def test_fetch_brings_what_was_not_delivered(
    shell: Shell, made: dict[str, Any], control: Control, tmp_path: Path
) -> None:
    (tmp_path / "output.ipynb").write_text("{}")
    (tmp_path / "record.json").write_text("{}")
    kept = [entry("output.ipynb"), entry("record.json")]
    answer = {"folder": str(tmp_path / "files"), "files": [], "kept": kept}
    control.on(f"GET /v1/runs/{made['id']}/files", answer)
    into = tmp_path / "into"
    done = shell("fetch", "7c41e9b2", "--into", str(into))
    assert done.code == 0, done.err
    assert sorted(p.name for p in into.iterdir()) == ["record.json", "wave.ipynb"]
    assert "jupyter batch fetch 7c41e9b2" in shell("open", "7c41e9b2").err


def test_fetch_says_why_there_is_nothing(
    shell: Shell, made: dict[str, Any], control: Control
) -> None:
    route = f"GET /v1/runs/{made['id']}/files"
    control.on(route, {"folder": None, "files": [], "kept": []})
    done = shell("fetch", "7c41e9b2")
    assert (done.code, done.out) == (2, "")
    assert "is gone" in done.err and "(not_found)" in done.err
    known(control, state="running")
    done = shell("fetch", "7c41e9b2")
    assert (done.code, done.out) == (2, "")
    assert "still going on" in done.err and "(run_active)" in done.err


@pytest.mark.parametrize("name", ["../data/key", "link", "/etc/hostname"])
def test_fetch_stays_in_its_folders(
    name: str, shell: Shell, made: dict[str, Any], control: Control, tmp_path: Path
) -> None:
    answer = {"folder": str(tmp_path / "files"), "files": [entry(name)], "kept": []}
    control.on(f"GET /v1/runs/{made['id']}/files", answer)
    done = shell("fetch", "7c41e9b2", "--into", str(tmp_path / "into"))
    assert done.code == 2
    assert done.err.endswith("(path_outside_root)\n")
    assert not (tmp_path / "into").exists()


def test_open(
    shell: Shell,
    control: Control,
    notebook: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    output = str(notebook.parent / "wave-runs" / "x" / "wave.ipynb")
    known(control, state="succeeded", output=output)
    servers: list[dict[str, Any]] = []
    monkeypatch.setattr(
        "jupyter_server.serverapp.list_running_servers", lambda: iter(servers)
    )
    done = shell("open", "7c41e9b2")
    assert (done.code, done.out) == (0, output + "\n")

    folder = str(notebook.parent)
    servers.append(
        {"root_dir": "/elsewhere", "url": "http://h:1/", "token": "hush"},
    )
    servers.append({"root_dir": folder, "url": "http://h:2/b/", "token": "hush"})
    done = shell("open", "7c41e9b2", "--json")
    url = "http://h:2/b/lab/tree/wave-runs/x/wave.ipynb"
    assert done.document == {"output": output, "url": url}
    assert "hush" not in done.out

    known(control)
    done = shell("open", "7c41e9b2")
    assert (done.code, done.out) == (2, "")
    assert "delivered nothing (queued)" in done.err


def test_cancel_does_all_or_nothing(shell: Shell, control: Control) -> None:
    found = known(control, state="running")

    def unknown(call: Call) -> None:
        raise Refusal(404, "not_found", "There is no run zzz.")

    control.on("GET /v1/runs/zzz", unknown)
    refs = {"runs": [{"id": found["id"], "state": "running"}]}
    control.on(f"POST /v1/runs/{found['id']}/cancel", refs)
    assert shell("cancel", "7c41e9b2", "zzz").code == 2
    assert not control.called("POST", f"/v1/runs/{found['id']}/cancel")
    assert shell("cancel", "7c41e9b2", "--json").document == refs


def test_delete_asks(shell: Shell, control: Control) -> None:
    found = known(control, state="succeeded")
    route = f"/v1/runs/{found['id']}"
    refs = {"runs": [{"id": found["id"], "state": "succeeded"}]}
    control.on(f"DELETE {route}", refs)
    assert shell("delete", "7c41e9b2").code == 2
    assert shell("delete", "7c41e9b2", "--json", typed="y\n").code == 2
    assert shell("delete", "7c41e9b2", typed="no\n").code == 2
    assert control.called("DELETE", route) == []
    assert shell("delete", "7c41e9b2", typed="y\n").code == 0
    assert shell("delete", "7c41e9b2", "--yes", "--json").document == refs
    assert len(control.called("DELETE", route)) == 2


def test_prune_looks_first(shell: Shell, control: Control) -> None:
    refs = {"runs": [{"id": run()["id"], "state": "failed"}]}
    control.on("POST /v1/prune", refs)

    def dry() -> list[bool]:
        return [call.body["dry_run"] for call in control.called("POST", "/v1/prune")]

    for long in ("99999999999d", "9" * 400, "999999999:00:00"):
        done = shell("prune", "--older-than", long, "--yes")
        assert (done.code, done.out) == (2, "")
        assert "100 years" in done.err and "Traceback" not in done.err
    assert dry() == []
    assert shell("prune", "--older-than", "30d").code == 2
    assert shell("prune", "--older-than", "30d", "--dry-run").code == 0
    assert dry() == [True, True]
    done = shell("prune", "--older-than", "30d", "--yes", "--json")
    assert done.document == refs
    assert dry() == [True, True, True, False]
    first, last = control.called("POST", "/v1/prune")[-2:]
    assert first.body["ended_before"] == last.body["ended_before"], "what was shown"


def test_targets_and_leases(shell: Shell, control: Control) -> None:
    control.on("GET /v1/targets", {"targets": [target(notice="Runs end at noon.")]})
    document = shell("targets", "--json").document
    keys = ["name", "scheduler", "default", "identity", "resources"]
    assert [list(found) for found in document["targets"]] == [keys]
    assert "noon" in shell("targets").err

    orphan = {
        "id": "o1",
        "kind": "client",
        "provider": "platform",
        "name": "lease-9",
        "lease": "lease-9",
        "run": run()["id"],
        "since": "2026-11-23T12:00:00Z",
        "expires_at": None,
        "end": None,
        "reason": None,
    }
    held = {"leases": [{**lease(), "run": run()["id"]}], "orphans": [orphan]}
    control.on("GET /v1/leases", held)
    document = shell("leases", "--json").document
    assert document["orphans"] == [orphan]
    assert list(document["leases"][0])[-1] == "run"
    told = shell("leases").out
    assert "lease-9" in told and "no known expiry" in told
    assert "leases dismiss NAME" in told
    assert "ALARM" not in shell("leases").out
    stuck = {**lease(id="lease-2", state="QUARANTINED", end=None), "run": run()["id"]}
    control.on("GET /v1/leases", {"leases": [stuck], "orphans": []})
    told = shell("leases").out
    assert "ALARM: 1 quarantined. platform accepted" in told
    assert "client lease-2" in told
    control.on("GET /v1/leases", {"leases": [], "orphans": []})
    assert shell("leases").out == "  No leases.\n"


def test_an_orphan_is_dismissed(shell: Shell, control: Control) -> None:
    gone = {
        "id": "lease-9/client/1",
        "kind": "client",
        "provider": "platform",
        "name": "lease-9",
        "lease": "lease-9",
        "run": "",
        "since": "2026-11-23T12:00:00Z",
        "expires_at": None,
        "end": "dismissed",
        "reason": "deleted\x1b[31m by hand",
    }
    control.on("POST /v1/leases/dismiss", {"orphans": [gone]})
    for words in (["dismiss", "lease-9"], ["dismiss", "--reason", "gone"]):
        assert shell("leases", *words).code == 2
    assert "--reason" in shell("leases", "dismiss", "lease-9", "--reason", " ").err
    assert control.called("POST", "/v1/leases/dismiss") == []
    done = shell("leases", "dismiss", "lease-9", "--reason", "by hand")
    assert done.out == "  client lease-9 at platform: dismissed\n"
    [call] = control.called("POST", "/v1/leases/dismiss")
    assert call.body == {"ids": ["lease-9"], "reason": "by hand"}
    done = shell("leases", "dismiss", "lease-9", "--reason", "by hand", "--json")
    assert done.document == {"orphans": [gone]}
    control.on("GET /v1/leases", {"leases": [], "orphans": [gone]})
    told = shell("leases").out
    assert "dismissed: deleted" in told and "\x1b" not in told
    assert "leases dismiss NAME" not in told
    assert shell("doctor").code == 0


def test_broker_status(shell: Shell, control: Control) -> None:
    control.on("GET /v1/health", lambda call: health(active_runs=2))
    keys = ["running", "pid", "version", "socket", "data", "since"]
    document = shell("broker", "status", "--json").document
    assert list(document) == [*keys, "active_runs", "open_leases"]
    assert document["running"] is True
    assert "active runs: 2" in shell("broker", "status").out
    control.stop()
    document = shell("broker", "status", "--json").document
    assert (document["running"], document["pid"]) == (False, None)
    assert shell("broker", "stop", "--json").document == {"stopped": False}
    done = shell("broker", "logs")
    assert (done.code, done.out) == (2, "")


def test_broker_stop_when_busy(shell: Shell, control: Control) -> None:
    def busy(call: Call) -> None:
        assert call.body == {"only_if_idle": True}
        raise Refusal(409, "broker_busy", "1 run is active.")

    control.on("POST /v1/shutdown", busy)
    done = shell("broker", "stop")
    assert (done.code, done.err) == (2, "error: 1 run is active.  (broker_busy)\n")


def test_only_errors_differ_between_a_person_and_a_pipe(
    shell: Shell, control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    control.on("GET /v1/runs", {"runs": [run(label="[bold]x")], "next": None})
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "dumb")
    watched = shell("list", tty=True).out
    assert "[bold]x" in watched, "a label is no markup"
    assert "\x1b[3" not in watched, "NO_COLOR"
    piped = shell("list").out
    assert [row.split()[:4] for row in watched.splitlines()] == [
        row.split()[:4] for row in piped.splitlines()
    ]
