"""No output is lost, and none can bring the run down."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from jupyterlab_batch.runner.capture import Capture
from jupyterlab_batch.runner.events import EventLog
from jupyterlab_batch.runner.kernel import waits_for_readers
from jupyterlab_batch.runner.redaction import Vault
from jupyterlab_batch.runner.spill import Spill
from jupyterlab_batch.runner.widgets import Widgets
from jupyterlab_batch.runner.wire import Message

from .harness import Run, eventually, run_of

TOKEN = "tok-5up3rs3cret+value/with=signs"


def test_twenty_thousand_displays_with_a_slow_consumer() -> None:
    cell = (
        "from IPython.display import display\n"
        "print('start', flush=True)\n"
        "for i in range(20_000): display(i)"
    )
    with run_of("1", cell) as run:
        process = run.start()
        run.until_printed("start")
        # a reader that stands still: what comes has to wait, not to vanish
        os.kill(process.pid, 19)
        time_stopped = time.monotonic() + 3
        eventually(lambda: time.monotonic() > time_stopped)
        os.kill(process.pid, 18)
        assert run.wait(120) == 0
        outputs = run.output().cells[1].outputs[1:]
        assert [o.data["text/plain"] for o in outputs] == list(map(str, range(20_000)))


def test_output_above_the_cap_is_kept_beside_the_notebook() -> None:
    cells = [
        "for i in range(3000): print(i)",
        "from IPython.display import display\ndisplay('x' * 5000)\nprint('after')",
        "print('small')",
    ]
    with run_of(*cells, output_cap=2000) as run:
        made = run.go()
        assert run.wait() == 0
        kept = made.cells[0].outputs
        rest = (run.folder / "spill-0.txt").read_text()
        assert kept[0].text + rest == "".join(f"{i}\n" for i in range(3000))
        assert len(kept[0].text) == 2000
        assert "spill-0.txt" in kept[1].text
        assert run.events("truncated")[0]["bytes"] == 2000
        first, *others = (run.folder / "spill-1.txt").read_text().splitlines()
        assert json.loads(first)["data"]["text/plain"] == repr("x" * 5000)
        assert others == ["after"]
        assert made.cells[2].outputs[0].text == "small\n"


def test_clearing_makes_room_again() -> None:
    cell = (
        "from IPython.display import clear_output\n"
        "for i in range(50):\n    clear_output(wait=True); print(str(i) * 500)"
    )
    with run_of(cell, output_cap=2000) as run:
        made = run.go()
        assert [o.text for o in made.cells[0].outputs] == ["49" * 500 + "\n"]
        assert not (run.folder / "spill-0.txt").exists()


def test_a_gigabyte_neither_eats_memory_nor_the_run() -> None:
    cell = "line = 'x' * 65535\nfor i in range(1 << 14): print(line)"
    kept = 64 << 20
    with run_of(cell, "print('on')", output_cap=kept) as run:
        runner = psutil.Process(run.start().pid)
        peak = 0
        while run.process is not None and run.process.poll() is None:
            with contextlib.suppress(psutil.Error):
                peak = max(peak, runner.memory_info().rss)
            time.sleep(0.05)
        assert run.wait() == 0
        assert run.output().cells[1].outputs[0].text == "on\n"
        size = (run.folder / "spill-0.txt").stat().st_size
        assert size + kept == 1 << 30
        assert (run.folder / "events.jsonl").stat().st_size < kept + (2 << 20)
        # what is kept twice, while it is folded, and what waits for us meanwhile
        assert 0 < peak < 256 << 20, f"{peak >> 20} MiB"


@pytest.mark.parametrize(
    ("argv", "waits"),
    [
        (["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"], True),
        (["/opt/bin/python3", "-Xfrozen", "-m", "ipykernel", "-f", "x"], True),
        (["python", "-m", "ipykernel_launcher", "-f", "x", "--profile=my"], False),
        (["python", "-m", "bash_kernel", "-f", "x"], False),
        (["R", "--slave", "-e", "IRkernel::main()", "--args", "x"], False),
        (["python", "-m"], False),
    ],
)
def test_only_a_kernel_thatwaits_for_readers_may_be_made_to(
    argv: list[str], waits: bool
) -> None:
    # the profile that makes it wait must be the one that it reads
    assert waits_for_readers(argv) is waits


def test_the_spill_is_bounded(tmp_path: Any) -> None:
    spill = Spill(str(tmp_path), 3, cap=10)
    assert spill.text("12345")
    assert not spill.text("678901234")
    assert not spill.text("x")
    spill.close()
    assert (tmp_path / "spill-3.txt").read_text() == "1234567890"


def test_a_late_message_still_belongs_to_its_cell() -> None:
    cells = [
        "kernel = get_ipython().kernel; old = kernel.get_parent(); print('first')",
        "kernel.session.send(kernel.iopub_socket, 'stream',"
        " {'name': 'stdout', 'text': 'late'}, parent=old)\nprint('second')",
    ]
    with run_of(*cells) as run:
        made = run.go()
        assert [o.text for o in made.cells[0].outputs] == ["first\nlate"]
        assert made.cells[1].outputs[0].text == "second\n"


def test_events_are_there_within_200_ms() -> None:
    cell = (
        "import time\nprint(time.time(), flush=True)\n"
        "import os\nwhile not os.path.exists('go'): time.sleep(0.01)"
    )
    with run_of(cell) as run:
        run.start()
        printed = eventually(lambda: run.events("stream"))[0]["text"]
        delay = time.time() - float(printed)
        (run.work / "go").touch()
        run.wait()
        # the promise, and what polling and a busy machine add
        assert delay < 0.2 + 0.3


def test_the_credential_reaches_no_file() -> None:
    encoded = base64.b64encode(b"a" + TOKEN.encode()).decode()
    cells = [
        "import sys\nsys.path.insert(0, ROOT)\n"
        "from jupyterlab_batch.runner.token import token\n"
        "t = token(); s = t.reveal(); t",
        "print(s[:9], end='', flush=True); print(s[9:], flush=True)\ns",
        "import base64, os, subprocess\n"
        "print(base64.b64encode(b'a' + s.encode()).decode())\n"
        "os.system('echo ' + repr(s)); subprocess.run(['printf', '%s', s]);",
        "from IPython.display import display, HTML\nimport ipywidgets\n"
        "display({'application/json': {s: [s]}, 'text/plain': s}, raw=True,"
        " metadata={s: s})\ndisplay(HTML(s), display_id='d')\n"
        "w = ipywidgets.Text(s); display(w)\n"
        "o = ipywidgets.Output(); display(o)\nwith o: print(s)",
        "fd = sys.stderr._original_stdstream_copy\n"
        "os.write(fd, s[:5].encode()); os.write(fd, s[5:].encode() + b' was here')",
        "raise ValueError('refused: ' + s)",
    ]
    root = repr(str(os.path.dirname(os.path.dirname(os.path.dirname(__file__)))))
    cells[0] = cells[0].replace("ROOT", root)
    with run_of(*cells) as run:
        run.broker.token_values = [TOKEN]
        run.go()
        assert run.summary()["reason"] == "cell_error", run.summary()
        assert "refused: [redacted]" in run.summary()["evalue"]
        seen = 0
        for path in run.root.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                seen += content.count(b"[redacted]")
                for spelt in (TOKEN, encoded[4:-4], TOKEN.encode().hex()):
                    assert spelt.encode() not in content, path
        assert seen > 20
        assert "[redacted] was here" in run.log(), "the kernel's own stderr"


def test_no_secret_in_the_environment_or_argv_of_anything() -> None:
    cell = (
        "print('here', flush=True)\nimport time, os\n"
        "while not os.path.exists('go'): time.sleep(0.01)"
    )
    with run_of(cell) as run:
        process = run.start()
        run.until_printed("here")
        secrets = [run.broker.ticket, str(run.broker.session)]
        for pid in [process.pid, *(one.pid for one in run.processes())]:
            for name in ("environ", "cmdline"):
                content = Path(f"/proc/{pid}/{name}").read_bytes()
                assert all(secret.encode() not in content for secret in secrets)
        (run.work / "go").touch()
        run.wait()


def test_the_runner_is_not_dumpable() -> None:
    with run_of("import os\nos.stat(f'/proc/{os.getppid()}/mem').st_uid") as run:
        run.go()
        status = run.output().cells[0].outputs[0].data["text/plain"]
        assert status == "0", "owned by root: unreadable to the run's own uid"


def log_of(run_folder: Any) -> EventLog:
    return EventLog(str(run_folder / "events.jsonl"), lambda op: op)


def said(kind: str, content: dict[str, Any]) -> Message:
    return Message(kind, {"msg_id": "m1"}, None, content, [])


def lines(folder: Any) -> list[dict[str, Any]]:
    text = (folder / "events.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def test_a_display_that_is_too_large_is_kept_beside_without_secrets(
    tmp_path: Path,
) -> None:
    vault = Vault()
    vault.add(TOKEN)
    log = EventLog(str(tmp_path / "events.jsonl"), vault.tree)
    capture = Capture(log, Widgets(lambda *_: None), vault, str(tmp_path), 1000)
    cell = capture.begin(0, "m1")
    content = {
        "data": {"text/plain": TOKEN + "x" * 2000},
        "metadata": {},
        "transient": {"display_id": "d"},
    }
    capture.take(said("update_display_data", content))
    capture.take(said("stream", {"name": "stdout", "text": "still in the notebook"}))
    capture.end(cell)
    capture.close()
    log.close()
    kept = (tmp_path / "spill-0.txt").read_text()
    assert "[redacted]xxx" in kept and TOKEN not in kept
    update, stream = lines(tmp_path)
    assert "spill-0.txt" in update["data"]["text/plain"]
    assert stream["text"] == "still in the notebook"


def test_a_message_that_breaks_the_protocol_ends_no_run(tmp_path: Path) -> None:
    vault = Vault()
    log = log_of(tmp_path)
    capture = Capture(log, Widgets(lambda *_: None), vault, str(tmp_path), 1000)
    cell = capture.begin(3, "m1")
    messages: list[tuple[str, dict[str, Any]]] = [
        ("update_display_data", {"transient": {"display_id": "d"}}),
        ("stream", {"name": "stdlog", "text": "x"}),
        ("stream", {"name": "stdout"}),
        ("display_data", {"data": None, "metadata": 3}),
        ("error", {}),
        ("execute_result", {"data": {}}),
        ("comm_msg", {}),
        ("stream", {"name": "stdout", "text": "fine"}),
    ]
    for kind, content in messages:
        capture.take(said(kind, content))
    capture.end(cell)
    log.close()
    found = lines(tmp_path)
    assert [one["code"] for one in found if one["op"] == "warning"] == ["odd_message"]
    assert found[-1]["text"] == "fine"


def test_runs_leave_no_spare_files() -> None:
    with run_of("1") as run:
        run.go()
        names = {path.name for path in run.folder.iterdir()}
        assert names == {
            "input.ipynb",
            "job.json",
            "files",
            "tmp",
            "events.jsonl",
            "runner.log",
            "output.ipynb",
            "summary.json",
        }
        assert isinstance(run, Run)
