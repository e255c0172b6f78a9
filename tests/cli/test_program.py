"""The program itself: its way out, its doctor, and how light it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jupyterlab_batch.cli.checks import around, parts
from jupyterlab_batch.cli.checks.check import Patient
from jupyterlab_batch.launcher import lock
from tests.submission.control import (
    Call,
    Control,
    Refusal,
    health,
    lease,
    preflight,
    run,
    target,
)

from .conftest import Shell


def test_no_broker_is_five(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    monkeypatch.setenv("JUPYTERLAB_BATCH_DATA", str(data))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    held = lock.acquire(data / "broker.lock")
    assert held is not None
    content = {"host": "login1", "boot_id": "x", "pid": 1, "version": "1"}
    os.pwrite(held, json.dumps(content).encode(), 0)
    try:
        done = shell("list")
        assert (done.code, done.out) == (5, "")
        assert "runs on login1" in done.err
        assert done.err.endswith("(broker_elsewhere)\n")
        error = shell("list", "--json")
        assert error.code == 5
        assert error.document["error"]["status"] == 409
        sick = shell("doctor", "--json")
        assert sick.code == 5
        checks = {check["name"]: check for check in sick.document["checks"]}
        assert not checks["broker"]["ok"]
        assert "ssh login1" in checks["lock"]["fix"]
    finally:
        os.close(held)


def test_a_defect_is_told_as_one(
    shell: Shell, control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    def defect(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("jupyterlab_batch.cli.context.Context.get", defect)
    done = shell("list", "--json")
    assert done.code == 5, "1 would say that a run failed"
    assert done.document["error"]["code"] == "internal"
    assert "ZeroDivisionError" in done.err


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_leaves_is_no_error(unbuffered: str) -> None:
    code = "from jupyterlab_batch.cli.main import main; import sys; sys.exit(main([]))"
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-c", code],
        stdout=writer,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
        timeout=60,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_listing_loads_nothing_heavy(control: Control) -> None:
    control.on("GET /v1/runs", {"runs": [run()], "next": None})
    code = (
        "import sys; from jupyterlab_batch.cli.main import main;"
        "code = main(['list', '--json']);"
        "heavy = {'nbformat', 'jupyter_client', 'jupyter_server', 'jupyter_core',"
        " 'rich', 'yaml', 'tomlkit', 'httpx', 'tornado', 'zmq', 'traitlets'};"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=60, check=True
    )
    assert done.stderr == b"[]\n"
    assert json.loads(done.stdout)["runs"]


def test_the_doctor_on_a_sound_machine(
    shell: Shell, control: Control, tmp_path: Path
) -> None:
    control.on("GET /v1/leases", {"leases": [], "orphans": []})
    done = shell("doctor", "--json")
    assert done.code == 0, done.out
    assert list(done.document) == ["ok", "checks"]
    assert done.document["ok"] is True
    for check in done.document["checks"]:
        assert list(check) == ["name", "ok", "message", "fix"]
    person = shell("doctor")
    assert person.out.endswith("All is well.\n")


def test_the_doctor_names_what_is_wrong(shell: Shell, control: Control) -> None:
    unsure = {**lease(end="unconfirmed"), "run": run()["id"]}
    control.on("GET /v1/leases", {"leases": [unsure], "orphans": []})
    done = shell("doctor", "--json")
    assert done.code == 2
    wrong = [check for check in done.document["checks"] if not check["ok"]]
    assert [check["name"] for check in wrong] == ["credentials"]
    assert "provider" in wrong[0]["fix"]
    person = shell("doctor")
    assert "✖ credentials: " in person.out
    assert "leases dismiss" in person.out
    assert "All is well" not in person.out


def test_the_doctor_is_content_with_what_was_dismissed(
    shell: Shell, control: Control
) -> None:
    unsure = {**lease(end="unconfirmed"), "run": run()["id"]}
    said = {
        "id": f"{unsure['id']}/unconfirmed",
        "kind": "token",
        "provider": "platform",
        "name": unsure["id"],
        "lease": unsure["id"],
        "run": unsure["run"],
        "since": "2026-11-01T10:00:00.000Z",
        "expires_at": None,
        "end": "dismissed",
        "reason": "expired long ago",
    }
    control.on("GET /v1/leases", {"leases": [unsure], "orphans": [said]})
    assert shell("doctor", "--json").document["ok"] is True
    other = {**said, "id": "another/unconfirmed"}
    control.on("GET /v1/leases", {"leases": [unsure], "orphans": [other]})
    assert shell("doctor", "--json").document["ok"] is False


def test_the_doctors_notes_are_no_faults(shell: Shell, control: Control) -> None:
    note = {
        "name": "configuration",
        "message": "jupyterlab_batch_config.toml:3: [pins] is not honoured here",
        "fix": None,
    }
    control.on("GET /v1/health", lambda call: health(problems=[note]))
    control.on("GET /v1/targets", {"targets": [target(notice="Ends at noon.")]})
    control.on("GET /v1/leases", {"leases": [], "orphans": []})
    silent = {
        "code": "target_unreachable",
        "severity": "warning",
        "message": "The cluster does not answer.",
        "resource": None,
    }
    control.on("POST /v1/preflight", preflight(problems=[silent]))
    done = shell("doctor")
    assert done.code == 0, done.out
    assert "local: The cluster does not answer." in done.out
    assert "! configuration: " in done.out and "config.toml:3" in done.out
    assert "! targets: " in done.out and "→ local: Ends at noon." in done.out
    assert "✔ credentials: " in done.out
    assert done.out.endswith("All is well.\n")


def test_the_doctor_looks_at_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    patient = Patient(str(folder), {})
    assert around.data_folder(patient).ok, "not there yet"
    folder.mkdir()
    folder.chmod(0o755)
    check = around.data_folder(patient)
    assert (check.ok, check.fix) == (False, f"chmod 700 {folder}")
    folder.chmod(0o700)
    assert around.data_folder(patient).ok


def test_the_doctor_looks_at_the_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(around, "ENOUGH", 1 << 62)
    check = around.disk_space(Patient(str(tmp_path), {"WORK": str(tmp_path)}))
    assert not check.ok
    assert check.fix is not None and "prune" in check.fix


def test_the_doctor_looks_at_node(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = Patient(str(tmp_path), os.environ)
    assert parts.node(patient).ok
    old = tmp_path / "node"
    old.write_text("#!/bin/sh\necho v18.0.0\n")
    old.chmod(0o755)
    where = "jupyterlab_batch.launcher.program.node_program"
    monkeypatch.setattr(where, lambda: old)
    assert "too old" in parts.node(patient).message
    old.write_text("#!/bin/sh\nexit 3\n")
    assert "does not run" in parts.node(patient).message


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"SLURM_JOB_ID": "7"}, "Slurm job 7"),
        ({"JUPYTERHUB_USER": "ada"}, "hub"),
    ],
)
def test_the_doctor_says_what_runs_die_with(
    environ: dict[str, str], words: str, tmp_path: Path
) -> None:
    assert words in around.life(Patient(str(tmp_path), environ)).message


def test_file_systems_are_named() -> None:
    assert around.file_system(Path("/proc")) == "proc"
    assert around.file_system(Path("/proc/self/fd")) == "proc"
    assert not {"ext4", "xfs", "btrfs", "tmpfs", "overlay"} & around.NETWORK


def _batch(*argv: str, **more: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "jupyterlab_batch.cli", *argv]
    return subprocess.run(command, stderr=subprocess.PIPE, **more)  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("option", ["--json", "--limit=2"])
def test_output_that_cannot_be_written(
    control: Control, option: str, unbuffered: str
) -> None:
    control.on("GET /v1/runs", {"runs": [run()], "next": None})
    with open("/dev/full", "wb") as full:
        env = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
        done = _batch("list", option, stdout=full, env=env)
    assert done.returncode == 5, "1 would say that a run failed"
    told = b"error: Standard output cannot be written: No space left on device.\n"
    assert done.stderr == told


def test_a_terminal_that_lacks_letters(control: Control) -> None:
    control.on("GET /v1/runs", {"runs": [run(label="π")], "next": None})
    narrow = {**os.environ, "PYTHONIOENCODING": "latin1"}
    done = _batch("list", stdout=subprocess.PIPE, env=narrow)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"wave.ipynb" in done.stdout
    done = _batch("list", "--json", stdout=subprocess.PIPE, env=narrow)
    assert json.loads(done.stdout)["runs"][0]["label"] == "π", "a program loses nothing"


def test_an_error_names_its_field_and_keeps_its_lines(
    shell: Shell, control: Control
) -> None:
    def refuse(call: Call) -> None:
        errors = [
            {
                "code": "invalid_request",
                "detail": "must be >= 1",
                "pointer": "/limit",
                "parameter": None,
                "origin": None,
            }
        ]
        raise Refusal(400, "invalid_request", "It does not fit.", errors=errors)

    control.on("GET /v1/runs", refuse)
    done = shell("list", "--limit", "0")
    assert done.err == "error: limit: must be >= 1  (invalid_request)\n"

    def several(call: Call) -> None:
        raise Refusal(422, "malformed_config", "2 problems.\na:1: x\nb:2: \x1b[2J")

    control.on("GET /v1/runs", several)
    lines = shell("list").err.splitlines()
    assert lines == [
        "error: 2 problems.",
        "       a:1: x",
        "       b:2: \\x1b[2J  (malformed_config)",
    ]


@pytest.mark.parametrize("argv", [("list", "--limit", "-1"), ("list", "--limit", "x")])
def test_a_number_of_things_is_no_less_than_none(
    shell: Shell, argv: tuple[str, ...]
) -> None:
    done = shell(*argv)
    assert (done.code, done.out) == (2, "")
    assert "is not a whole number from 0" in done.err


def test_the_last_lines_of_the_broker_s_log(shell: Shell, control: Control) -> None:
    log = Path(os.environ["JUPYTERLAB_BATCH_DATA"]) / "broker.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text("one\ntwo\nthree\n")
    assert shell("broker", "logs", "-n", "2").out == "two\nthree\n"
    assert shell("broker", "logs", "-n", "0").out == ""
    assert shell("broker", "logs").out == "one\ntwo\nthree\n"
    assert shell("broker", "logs", "-n", "-3").code == 2
