"""The job's side of the job socket, against one that comes and goes."""

from __future__ import annotations

import dataclasses
import http.client
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyterlab_batch.runner import broker as room
from jupyterlab_batch.runner.broker import BrokerClient, Refused, Unreachable
from jupyterlab_batch.runner.jobfile import JobFile, read_job
from jupyterlab_batch.runner.redaction import Vault
from jupyterlab_batch.runner.scrub import scrub

from .fake_broker import FakeBroker, problem
from .harness import eventually, run_of

SESSION = "cd" * 32


class Desk:
    """A client and its broker."""

    def __init__(self, folder: Path) -> None:
        self.broker = FakeBroker(folder / "job.sock")
        self.launched: list[tuple[str, list[str]]] = []
        self.lines: list[str] = []
        with run_of("1", job_socket=str(self.broker.path), data_dir="/d") as run:
            run.job["config_path"] = ["/etc/jupyter"]
            (run.folder / "job.json").write_text(json.dumps(run.job))
            self.job = job = read_job(str(run.folder))
        self.launch_fails = 0
        self.client = BrokerClient(
            job, self.broker.ticket, SESSION, self.lines.append, self.launch
        )

    def launch(self, job: JobFile) -> None:
        self.launched.append((job.data_dir, job.config_path))
        if len(self.launched) <= self.launch_fails:
            raise RuntimeError("no node here")
        self.broker.start()


@pytest.fixture
def desk() -> Iterator[Desk]:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        made = Desk(Path(folder))
        yield made
        made.client.close()
        made.broker.stop()


def test_a_lost_broker_is_brought_back(desk: Desk) -> None:
    assert desk.client.permit()["lease"] is None
    assert desk.launched == [("/d", ["/etc/jupyter"])]


def test_a_launch_that_fails_is_tried_again(desk: Desk) -> None:
    desk.launch_fails = 2
    desk.client.permit()
    assert len(desk.launched) == 3
    assert sum("no node here" in line for line in desk.lines) == 2


def test_the_same_session_asks_again_for_a_lost_answer(desk: Desk) -> None:
    desk.broker.start()
    first, second = desk.client.permit(), desk.client.permit()
    assert first["lease"] == second["lease"]
    sessions = {body["session"] for _, body in desk.broker.asked}
    assert sessions == {SESSION}


def test_a_refusal_is_final(desk: Desk) -> None:
    desk.broker.start()
    desk.broker.refuse_permit = problem(409, "lease_conflict")
    with pytest.raises(Refused) as caught:
        desk.client.permit()
    assert caught.value.code == "lease_conflict"
    assert desk.broker.count("/v1/permit") == 1


def test_an_unavailable_provider_is_asked_again(desk: Desk) -> None:
    desk.broker.start()
    desk.client.permit()
    desk.broker.refuse_token = problem(503, "provider_unavailable", 1)
    desk.broker.token_values = ["value"]
    result: list[object] = []
    thread = threading.Thread(target=lambda: result.append(desk.client.token(60)))
    thread.start()
    eventually(lambda: desk.broker.count("/v1/token") == 1)
    desk.broker.refuse_token = None
    thread.join(10)
    assert isinstance(result[0], dict)
    assert result[0]["access_token"] == "value"


def test_release_is_asked_until_all_is_closed(desk: Desk) -> None:
    desk.broker.start()
    desk.client.permit()
    desk.broker.open_releases = 4
    assert desk.client.release("succeeded", 0)
    assert desk.broker.count("/v1/release") == 5


def test_release_brings_the_broker_back_too(desk: Desk) -> None:
    desk.broker.start()
    desk.client.permit()
    desk.broker.stop()
    assert desk.client.release("failed", None)
    assert len(desk.launched) == 1


def test_a_job_of_a_cluster_keeps_its_node_for_no_provider(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def near(_: str, patience: float) -> http.client.HTTPConnection:
        return room._Connection(str(desk.broker.path), patience)

    monkeypatch.setattr(room, "_connection", near)
    job = dataclasses.replace(desk.job, job_socket="far:/work/broker.json")
    client = BrokerClient(job, desk.broker.ticket, SESSION, desk.lines.append)
    desk.broker.start()
    client.permit()
    desk.broker.open_releases = 1000
    assert client.release("succeeded", 0) is False
    assert desk.broker.count("/v1/release") == 1
    # where nobody answers it is not waited for long either
    monkeypatch.setattr(room, "FAR_PATIENCE", 0.2)
    desk.broker.stop()
    before = time.monotonic()
    assert client.release("succeeded", 0) is False
    assert time.monotonic() - before < 10


def test_release_gives_up_when_told_to(desk: Desk) -> None:
    desk.broker.start()
    desk.client.permit()
    desk.broker.open_releases = 10**9
    answers: list[bool] = []
    thread = threading.Thread(
        target=lambda: answers.append(desk.client.release("succeeded", 0))
    )
    thread.start()
    eventually(lambda: desk.broker.count("/v1/release") > 1)
    desk.client.close()
    thread.join(5)
    assert answers == [False]


def test_the_heartbeat_counts_and_obeys(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "HEARTBEAT_EVERY", 0.05)
    desk.broker.start()
    desk.client.permit()
    told = threading.Event()
    thread = threading.Thread(target=desk.client.beat, args=(told.set,), daemon=True)
    thread.start()
    eventually(lambda: desk.broker.count("/v1/heartbeat") >= 3)
    assert not told.is_set()
    desk.broker.goes_on = False
    assert told.wait(5)
    beats = [body["seq"] for route, body in desk.broker.asked if "heart" in route]
    assert beats == list(range(len(beats)))


def test_nobody_at_the_socket_and_nobody_to_be_started(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "PERMIT_PATIENCE", 0.5)
    desk.launch_fails = 10**9
    with pytest.raises(Unreachable):
        desk.client.permit()


def test_a_late_hit_is_overwritten_in_place(tmp_path: Path) -> None:
    vault = Vault()
    vault.add("correct-horse")
    path = tmp_path / "runner.log"
    path.write_bytes(b"a correct-horse b\n" * 3)
    assert scrub(str(path), vault) == 3
    assert path.read_bytes() == b"a ************* b\n" * 3


def test_rebuild_takes_the_secrets_of_a_killed_runner() -> None:
    with run_of("print('correct-' + 'horse')") as run:
        run.go()
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "jupyterlab_batch.runner",
                "rebuild",
                "--secrets",
                str(run.folder),
            ],
            cwd=Path(__file__).parents[2],
            input='["correct-horse"]',
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        warnings = json.loads(done.stdout)["warnings"]
        assert any("redacted_late: " in text and "events" in text for text in warnings)
        kept = json.loads((run.folder / "summary.json").read_text())["warnings"]
        assert kept == warnings
        for path in run.folder.glob("*"):
            if path.is_file() and path.name != "input.ipynb":
                assert b"correct-horse" not in path.read_bytes(), path
