"""Every way in which a run can end, and what is true afterwards."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from typing import Any

import pytest

from jupyterlab_batch.runner import processes
from jupyterlab_batch.runner.run import Attempt

from .fake_broker import problem
from .harness import Run, alive, code, eventually, run_of

FOREVER = "import time\nprint('here', flush=True)\nwhile True: time.sleep(0.05)"
DEAF = (
    "import signal, time\n"
    "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    "print('here', flush=True)\n"
    "while True: time.sleep(0.05)"
)


def last(run: Run) -> dict[str, Any]:
    events = run.events()
    assert [e["op"] for e in events].count("run_ended") == 1
    assert events[-1]["op"] == "run_ended", "run_ended is always last"
    assert [e["seq"] for e in events] == list(range(1, len(events) + 1))
    return events[-1]


def test_an_error_stops_the_run_and_keeps_what_was_done() -> None:
    with run_of("print('a')", "raise ValueError('no')", "print('never')") as run:
        made = run.go()
        assert run.wait() == 1
        end = last(run)
        assert (end["outcome"], end["reason"], end["cell"]) == (
            "failed",
            "cell_error",
            1,
        )
        assert made.cells[0].outputs[0].text == "a\n"
        assert made.cells[2].outputs == []
        summary = run.summary()
        assert (summary["ename"], summary["evalue"]) == ("ValueError", "no")
        assert "ValueError: no" in summary["traceback"]
        assert "\x1b" not in summary["traceback"]
        assert (summary["done"], summary["cells"]) == (1, 3)


def test_an_expected_error_is_no_failure() -> None:
    with run_of(code("1 / 0", "raises-exception"), "print('on')") as run:
        made = run.go()
        assert run.wait() == 0
        assert made.cells[0].outputs[0].ename == "ZeroDivisionError"
        assert run.summary()["done"] == 2


def test_a_killed_kernel_is_seen_within_two_seconds() -> None:
    with run_of(FOREVER) as run:
        run.start()
        run.until_printed("here")
        run.kernel().kill()
        before = time.monotonic()
        eventually(lambda: run.events("cell_ended"))
        assert time.monotonic() - before < 2
        assert run.wait() == 1
        end = last(run)
        assert (end["reason"], end["signal"]) == ("kernel_died", "SIGKILL")
        made = run.output()
        assert made.cells[0].outputs[0].text == "here\n"
        assert made.cells[0].metadata.jupyterlab_batch.status == "kernel_died"


def test_a_cell_that_kills_its_kernel_says_how() -> None:
    with run_of("import os; os._exit(7)") as run:
        run.go()
        end = last(run)
        assert (end["reason"], end["exit_code"]) == ("kernel_died", 7)
        assert "cell 1" in end["message"]


def test_a_killed_runner_leaves_partial_output_to_rebuild() -> None:
    with run_of("print('done')", FOREVER, "print('never')") as run:
        process = run.start()
        run.until_printed("here")
        process.kill()
        process.wait()
        with open(run.folder / "events.jsonl", "ab") as torn:
            torn.write(b'{"seq": 99, "op": "stream", "cell": 1, "na')
        summary = run.rebuild()
        assert summary["outcome"] is None
        assert (summary["done"], summary["failed_cell"]) == (1, 1)
        made = run.output()
        assert made.cells[1].outputs[0].text == "here\n"
        assert made.cells[1].metadata.jupyterlab_batch.status == "interrupted"
        assert run.rebuild()["output_sha256"] == summary["output_sha256"]


@pytest.mark.parametrize(
    ("number", "code", "outcome", "reason"),
    [
        (signal.SIGTERM, 5, "cancelled", "user"),
        # the last call of a scheduler
        (signal.SIGUSR1, 1, "failed", "timeout"),
    ],
)
def test_a_signal_interrupts_and_folds(
    number: signal.Signals, code: int, outcome: str, reason: str
) -> None:
    with run_of(FOREVER) as run:
        process = run.start()
        run.until_printed("here")
        process.send_signal(number)
        assert run.wait(15) == code
        end = last(run)
        assert (end["outcome"], end["reason"]) == (outcome, reason)
        made = run.output()
        assert [o.output_type for o in made.cells[0].outputs] == ["stream", "error"]
        assert run.broker.asked[-1][1]["outcome"] == outcome
        assert run.processes() == []


def test_a_cell_that_ignores_the_interrupt_is_killed_after_the_grace() -> None:
    with run_of(DEAF, grace=1) as run:
        process = run.start()
        run.until_printed("here")
        process.send_signal(signal.SIGTERM)
        run.wait(15)
        assert last(run)["outcome"] == "cancelled"
        assert run.events("cell_ended")[0]["status"] == "interrupted"
        assert run.processes() == []


def test_a_run_out_of_time_says_in_which_cell() -> None:
    with run_of("1", FOREVER, time_limit=3) as run:
        run.start()
        assert run.wait(30) == 1
        end = last(run)
        assert (end["outcome"], end["reason"]) == ("failed", "timeout")
        assert "ran out of time in cell 2" in end["message"]


def test_the_permits_deadline_is_a_limit_too() -> None:
    with run_of(FOREVER) as run:
        run.broker.deadline = 4
        run.start()
        run.wait(30)
        assert last(run)["reason"] == "timeout"


@pytest.mark.parametrize("skew", [-300.0, 300.0])
def test_a_wrong_clock_makes_no_run_shorter_or_longer(skew: float) -> None:
    with run_of("print('done')", FOREVER) as run:
        run.broker.skew = skew
        run.broker.deadline = 6
        run.start()
        run.wait(30)
        assert last(run)["reason"] == "timeout"
        assert "cell 2 of 2" in last(run)["message"]


def test_the_broker_may_end_a_run() -> None:
    with run_of(FOREVER) as run:
        run.broker.goes_on = False
        run.start()
        run.wait(30)
        assert last(run)["outcome"] == "cancelled"


def test_nothing_of_a_run_outlives_it() -> None:
    daemons = (
        "import subprocess, sys, os\n"
        "loop = 'import time, signal; signal.signal(15, signal.SIG_IGN);"
        " time.sleep(600)'\n"
        "a = subprocess.Popen([sys.executable, '-c', loop], start_new_session=True)\n"
        "double = 'import os, time\\nif os.fork(): os._exit(0)\\nos.setsid()\\n'\\\n"
        "    'if os.fork(): os._exit(0)\\ntime.sleep(600)'\n"
        "subprocess.run([sys.executable, '-c', double])\n"
        "print('here', flush=True)"
    )
    with run_of(daemons, FOREVER.replace("here", "there")) as run:
        process = run.start()
        run.until_printed("there")
        assert len(run.processes()) >= 3
        process.send_signal(signal.SIGTERM)
        run.wait(20)
        assert run.processes() == []


def test_input_fails_at_once() -> None:
    with run_of("input('who? ')") as run:
        run.go()
        assert run.summary()["ename"] == "StdinNotImplementedError"


def test_without_a_ticket_nothing_starts() -> None:
    with run_of("1") as run:
        run.start(ticket="")
        assert run.wait(10) == 3
        assert run.broker.asked == []
        assert not (run.folder / "events.jsonl").exists()


def test_a_malformed_ticket_is_none() -> None:
    with run_of("1") as run:
        run.start(ticket="no ticket")
        assert run.wait(10) == 3


@pytest.mark.parametrize(
    ("status", "name"),
    [(409, "already_running"), (409, "lease_conflict"), (410, "over")],
)
def test_without_a_permit_no_cell_runs(status: int, name: str) -> None:
    with run_of("open('ran', 'w')") as run:
        run.broker.refuse_permit = problem(status, name)
        run.start()
        assert run.wait(20) == 4
        assert not (run.work / "ran").exists()
        assert not (run.folder / "events.jsonl").exists(), "not ours to write"
        assert run.processes() == []
        assert name in run.log() or f"detail of {name}" in run.log()


def test_a_permit_that_is_not_there_yet_is_asked_for_again() -> None:
    with run_of("1") as run:
        run.broker.not_yet = 3
        run.go()
        assert run.wait() == 0
        assert run.broker.count("/v1/permit") == 4


def test_a_kernel_that_cannot_be_started() -> None:
    with run_of("1") as run:
        kernel: Any = run.job["kernel"]
        kernel["argv"] = ["/no/such/python", "{connection_file}"]
        run.go()
        end = last(run)
        assert end["reason"] == "kernel_not_started"
        assert "/no/such/python" in end["message"]


def test_a_kernel_that_ends_at_its_start() -> None:
    with run_of("1") as run:
        kernel: Any = run.job["kernel"]
        kernel["argv"] = ["/bin/sh", "-c", "echo broken >&2; exit 9"]
        run.go()
        end = last(run)
        assert end["reason"] == "kernel_not_started"
        assert "9" in end["message"]
        assert "broken" in run.log()


def test_a_broken_notebook_is_told_of() -> None:
    with run_of("1") as run:
        (run.folder / "input.ipynb").write_text("{}")
        run.start()
        assert run.wait(20) == 1
        assert last(run)["reason"] == "internal"
        assert "KeyError" in run.log()
        assert run.broker.asked[-1][1]["outcome"] == "failed"
        assert run.processes() == []


def test_sigterm_while_the_lease_closes_means_do_not_wait() -> None:
    with run_of("1") as run:
        run.broker.open_releases = 10**9
        process = run.start()
        eventually(lambda: run.broker.count("/v1/release") > 1)
        process.send_signal(signal.SIGTERM)
        assert run.wait(10) == 0
        assert last(run)["outcome"] == "succeeded"


def test_what_the_kernel_says_last_is_in_the_log() -> None:
    # past ipykernel's own capture, whose reader does not outlive the last cell
    cell = (
        "import atexit, os, sys\n"
        "told = b'x' * 100_000 + b'last words'\n"
        "atexit.register(os.write, sys.stderr._original_stdstream_copy, told)"
    )
    with run_of(cell) as run:
        run.go()
        assert run.wait() == 0
        assert "last words" in run.log()


def test_an_out_of_memory_kill_is_told_only_when_it_is_proved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counts = iter([3, 4, 3, 3, None, 1])
    monkeypatch.setattr(processes, "oom_kills", lambda: next(counts))
    told = []
    for _ in range(3):
        nothing: Any = None
        attempt = Attempt(nothing, "", nothing, nothing, nothing)
        told.append(attempt._oom_happened())
    assert told == [True, False, False]


def test_a_deleted_run_folder_ends_the_run() -> None:
    with run_of(FOREVER, cwd="/tmp") as run:
        run.start()
        run.until_printed("here")
        shutil.rmtree(run.folder)
        assert run.wait(20) == 1
        assert run.broker.asked[-1][1]["outcome"] == "failed"
        assert run.processes() == []


def test_exit_in_the_last_cell_is_no_death() -> None:
    with run_of("print('a')\nexit()") as run:
        made = run.go()
        assert run.wait() == 0, run.log()
        assert made.cells[0].outputs[0].text == "a\n"


def test_the_sweep_takes_only_its_own() -> None:
    def sleeper(run: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, processes.MARKER: run}
        return subprocess.Popen(["/bin/sleep", "600"], env=environment)

    mine, other = sleeper("run-1"), sleeper("run-10")
    try:
        eventually(lambda: mine.pid in set(processes._marked("run-1")))
        assert processes.sweep("run-1") == 0
        mine.wait(5)
        assert not alive(mine.pid)
        assert alive(other.pid)
    finally:
        other.kill()
        other.wait()


def test_a_job_file_of_another_version_is_refused() -> None:
    with run_of("1", version=2) as run:
        run.start()
        assert run.wait(10) == 2
        assert "version 2" in run.log()


def test_a_lost_broker_does_not_stop_the_notebook() -> None:
    cell = (
        "import time, os\nprint('here', flush=True)\n"
        "while not os.path.exists('go'): time.sleep(0.02)"
    )
    with run_of(cell) as run:
        run.start()
        run.until_printed("here")
        run.broker.stop()
        (run.work / "go").touch()
        eventually(lambda: run.events("run_ended"))
        assert run.process is not None and run.process.poll() is None, "it waits"
        run.broker.start()
        assert run.wait(30) == 0
        assert run.broker.asked[-1][0] == "/v1/release"


def test_a_full_disk_is_told_truthfully() -> None:
    fill = (
        "import os\nprint('kept', flush=True)\nimport time; time.sleep(0.5)\n"
        "big = os.open('ballast', os.O_CREAT | os.O_WRONLY)\n"
        "try:\n    while True: os.write(big, b'x' * 65536)\n"
        "except OSError: pass\n"
        "try:\n    while True: os.write(big, b'x')\n"
        "except OSError: print('full', flush=True)\n"
        "while True: print('more' * 1000, flush=True); time.sleep(0.01)"
    )
    with run_of(fill) as run:
        mounted = run.root / "run"
        content = (mounted / "input.ipynb").read_text()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=2m,mode=700", "none", str(mounted)]
        )
        assert done.returncode == 0, "this test needs to mount a tmpfs"
        try:
            (mounted / "input.ipynb").write_text(content)
            run.work.mkdir()
            run.start()
            assert run.wait(30) == 1
            end = last(run)
            assert (end["outcome"], end["reason"]) == ("failed", "disk_full")
            texts = "".join(e["text"] for e in run.events("stream"))
            assert texts.startswith("kept\n")
            # with room again, the notebook can be made of what was kept
            (run.work / "ballast").unlink()
            summary = run.rebuild()
            assert summary["reason"] == "disk_full"
            assert run.output().cells[0].outputs[0].text.startswith("kept\n")
            assert json.loads((mounted / "summary.json").read_text()) == summary
        finally:
            subprocess.run(["umount", "-l", str(mounted)], check=True)
