"""What a kernel may do wrong; named doubles with one bad behaviour each."""

from __future__ import annotations

import json
import stat
import time
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_batch.runner.capture import Capture
from jupyterlab_batch.runner.events import EventLog
from jupyterlab_batch.runner.execution import CellEnd, Execution
from jupyterlab_batch.runner.redaction import Vault
from jupyterlab_batch.runner.stop import Stop
from jupyterlab_batch.runner.widgets import Widgets
from jupyterlab_batch.runner.wire import BadMessage, Message, Wire

from .harness import run_of

Said = tuple[str, str, dict[str, Any]]
BUSY: Said = ("iopub", "status", {"execution_state": "busy"})
IDLE: Said = ("iopub", "status", {"execution_state": "idle"})
REPLY: Said = ("shell", "execute_reply", {"status": "ok", "execution_count": 1})
ERROR: Said = (
    "iopub",
    "error",
    {"ename": "ValueError", "evalue": "x", "traceback": ["x"]},
)


class ScriptedKernel:
    """Says what it is told to say, then nothing."""

    def __init__(self, *script: Said) -> None:
        self.script = list(script)
        self.sent: list[tuple[str, str, dict[str, Any]]] = []
        self.alive = True
        self.interrupts = 0
        self.killed = False

    def send(
        self, channel: str, kind: str, content: dict[str, Any], parent: Any = None
    ) -> str:
        self.sent.append((channel, kind, content))
        return "request"

    def poll(self, timeout: float) -> list[tuple[str, Message]]:
        if not self.script:
            time.sleep(min(timeout, 0.02))
            return []
        channel, kind, content = self.script.pop(0)
        parent = {"msg_id": "request"}
        return [(channel, Message(kind, parent, None, content, []))]

    def interrupt(self) -> None:
        self.interrupts += 1

    def kill(self) -> None:
        self.killed, self.alive = True, False


class Stage:
    """An `Execution` over a scripted kernel."""

    def __init__(self, folder: Path, *script: Said, **options: float) -> None:
        self.path = folder / "events.jsonl"
        self.kernel = ScriptedKernel(*script)
        self.log = EventLog(str(self.path), lambda op: op)
        vault = Vault()
        widgets = Widgets(lambda *_: None)
        capture = Capture(self.log, widgets, vault, str(folder), 1 << 20)
        self.stop = Stop()
        self.execution = Execution(
            self.kernel,  # type: ignore[arg-type]
            capture,
            self.log,
            self.stop,
            time.monotonic() + options.get("limit", 60),
            options.get("grace", 0.1),
            quiet=0.2,
        )

    def run(self, *tags: str) -> CellEnd:
        cell = {"source": "1", "metadata": {"tags": list(tags)}}
        end = self.execution.cell(0, cell)
        self.log.close()
        return end

    def events(self, op: str) -> list[dict[str, Any]]:
        lines = map(json.loads, self.path.read_text().splitlines())
        return [one for one in lines if one["op"] == op]


def test_a_lost_idle_ends_the_cell_with_a_warning(tmp_path: Path) -> None:
    stage = Stage(tmp_path, BUSY, REPLY)
    assert stage.run().ok
    (warning,) = stage.events("warning")
    assert (warning["code"], warning["cell"]) == ("lost_message", 0)
    assert "idle" in warning["message"]


def test_a_lost_reply_does_not_hide_the_error(tmp_path: Path) -> None:
    stage = Stage(tmp_path, BUSY, ERROR, IDLE)
    end = stage.run()
    assert (end.status, end.ename) == ("error", "ValueError")
    assert "reply" in stage.events("warning")[0]["message"]


def test_silence_before_the_reply_is_a_cell_that_works(tmp_path: Path) -> None:
    stage = Stage(tmp_path, BUSY, limit=1)
    assert stage.run().status == "interrupted"
    assert stage.events("warning") == []


def test_the_reply_may_come_before_the_last_outputs(tmp_path: Path) -> None:
    late: Said = ("iopub", "stream", {"name": "stdout", "text": "late"})
    stage = Stage(tmp_path, BUSY, REPLY, late, IDLE)
    assert stage.run().ok
    assert stage.events("stream")[0]["text"] == "late"


def test_a_kernel_that_asks_for_input_all_the_same_gets_end_of_file(
    tmp_path: Path,
) -> None:
    ask: Said = ("stdin", "input_request", {"prompt": "?", "password": False})
    stage = Stage(tmp_path, BUSY, ask, REPLY, IDLE)
    assert stage.run().ok
    assert stage.kernel.sent[-1][2]["value"] == "\x04"
    assert stage.events("warning")[0]["code"] == "input_refused"


def test_outputs_of_a_dying_kernel_are_taken_first(tmp_path: Path) -> None:
    words: Said = ("iopub", "stream", {"name": "stdout", "text": "last words"})
    stage = Stage(tmp_path, BUSY, words)
    stage.kernel.alive = False
    assert stage.run().status == "kernel_died"
    assert stage.events("stream")[0]["text"] == "last words"


def test_after_the_grace_patience_ends(tmp_path: Path) -> None:
    stage = Stage(tmp_path, BUSY, limit=0.1)
    assert stage.run().status == "interrupted"
    assert (stage.kernel.interrupts, stage.kernel.killed) == (1, True)
    assert stage.stop.reason == "timeout"


def test_the_first_reason_to_stop_wins(tmp_path: Path) -> None:
    stage = Stage(tmp_path, BUSY, limit=0.1)
    stage.stop.request("user")
    stage.run()
    assert stage.stop.reason == "user"


def test_a_request_is_what_nbclient_would_send(tmp_path: Path) -> None:
    stage = Stage(tmp_path, BUSY, REPLY, IDLE)
    stage.run("raises-exception")
    channel, kind, content = stage.kernel.sent[0]
    assert (channel, kind) == ("shell", "execute_request")
    assert content["allow_stdin"] is False
    assert content["stop_on_error"] is False


@pytest.mark.parametrize("broken", range(2, 6))
def test_a_message_with_a_wrong_signature_is_refused(broken: int) -> None:
    wire = Wire(b"key")
    msg_id, frames = wire.pack("stream", {"text": "ü"}, {"msg_id": "a"})
    back = wire.unpack([b"topic", *frames, b"buffer"])
    assert (back.type, back.content, back.parent_id, back.buffers) == (
        "stream",
        {"text": "ü"},
        "a",
        [b"buffer"],
    )
    frames[broken] = frames[broken].replace(b"{", b"{ ", 1)
    with pytest.raises(BadMessage):
        wire.unpack(frames)
    with pytest.raises(BadMessage):
        Wire(b"other").unpack(wire.pack("stream", {})[1])
    assert msg_id


def test_the_kernels_surroundings() -> None:
    cell = (
        "import os, tempfile, multiprocessing.connection as c\n"
        "c.Listener(family='AF_UNIX').close()\n"
        "print(os.getcwd(), os.environ['FROM_SPEC'], os.environ['IPYTHONDIR'],"
        " os.environ['JUPYTER_RUNTIME_DIR'], os.environ['TMPDIR'],"
        " os.path.realpath(tempfile.gettempdir()),"
        " os.environ['JUPYTERLAB_BATCH_RUN'], os.getsid(0) == os.getpid(),"
        " oct(os.umask(0)), os.environ.get('NOT_NAMED'))"
    )
    with run_of(cell) as run:
        spec = run.root / "spec"
        spec.mkdir()
        (spec / "kernel.json").write_text(
            json.dumps({"env": {"FROM_SPEC": "${HOME}/x", "NOT_NAMED": "no"}})
        )
        kernel: Any = run.job["kernel"]
        kernel.update(resource_dir=str(spec), env_names=["FROM_SPEC"])
        run.environment["HOME"] = "/home/me"
        made = run.go()
        root = run.root
        assert made.cells[0].outputs[0].text.split() == [
            str(run.work),
            "/home/me/x",
            f"{root}/r/ipython",
            f"{root}/r/jupyter",
            f"{root}/r/tmp",
            f"{root}/run/tmp",
            run.id,
            "True",
            "0o77",
            "None",
        ]


def test_no_channel_is_on_tcp() -> None:
    # one port stays: ipykernel's pipe for output of forked children, which
    # takes nothing without a random id that only they know
    cell = (
        "import psutil\n"
        "pipe = get_ipython().kernel.iopub_thread._pipe_port\n"
        "[c.laddr.port for c in psutil.Process().net_connections('inet')"
        " if c.laddr.port != pipe]"
    )
    with run_of(cell) as run:
        made = run.go()
        assert made.cells[0].outputs[0].data["text/plain"] == "[]"
        runtime = run.root / "r"
        assert stat.S_IMODE(runtime.stat().st_mode) == 0o700
        connection = json.loads((runtime / "kernel.json").read_text())
        assert connection["transport"] == "ipc"
        assert stat.S_IMODE((runtime / "kernel.json").stat().st_mode) == 0o600
