"""Bad input of every kind, through the terminal: a clear end, and nothing half-made.

What is tested elsewhere: broker bundle missing, stale socket, foreign lock, racing
starters (tests/launcher); unreadable files and links out of the tree (broker/test/
files); paths outside the root (tests/server); upgrades (tests/submission); 1 GiB
printed (tests/runner).
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import nbformat
import pytest
from platform_process import Platform

from .place import Place, alive, marked, texts, until
from .scenes import TOKEN, WAIT, inventory_is_clean, small_disk


@pytest.fixture(scope="module")
def desk(short_root: Path) -> Iterator[Place]:
    """Give one place for all that is refused before it runs."""
    with Place(short_root / "p") as place:
        place.notebook("AMP = 3.0  # amplitude", "print(AMP)")
        place.notebook("input('who? ')", name="asks.ipynb")
        yield place


def refused(place: Place, *arguments: str) -> dict[str, Any]:
    """Have `run` refuse; give the problem. Nothing may be left of it."""
    done = place.batch("run", *arguments, "--json", code=2)
    problem: dict[str, Any] = json.loads(done.stdout)["error"]
    assert "Traceback" not in done.stderr
    assert place.json("list")["runs"] == [], "nothing was started"
    folders = [*place.work.glob("*/*/*")] if place.work.is_dir() else []
    assert not folders, "nothing was made"
    return problem


def said(problem: dict[str, Any]) -> str:
    """All that a problem says to a person."""
    return json.dumps(problem, ensure_ascii=False)


NO_NOTEBOOKS = {
    "empty file": (b"", "invalid_notebook"),
    "blank": (b" \n", "invalid_notebook"),
    "invalid JSON": (b'{"cells": [', "invalid_notebook"),
    "JSON, but a list": (b"[1, 2]", "invalid_notebook"),
    "no text": (b"\xff\xfe\x00\x01", "invalid_notebook"),
    "of the future": (
        b'{"nbformat": 99, "nbformat_minor": 0, "metadata": {}, "cells": []}',
        "invalid_notebook",
    ),
    "no cells": (
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}',
        "nothing_to_run",
    ),
}


@pytest.mark.parametrize("name", NO_NOTEBOOKS)
def test_what_is_no_notebook(desk: Place, name: str) -> None:
    content, code = NO_NOTEBOOKS[name]
    path = desk.project / "bad.ipynb"
    path.write_bytes(content)
    try:
        problem = refused(desk, str(path))
    finally:
        path.unlink()
    assert problem["code"] == code, problem
    assert problem["detail"].strip().endswith((".", ")", "?")), problem


def test_a_notebook_of_prose_only(desk: Place) -> None:
    content = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# hi")])
    path = desk.project / "prose.ipynb"
    nbformat.write(content, path)
    try:
        assert refused(desk, str(path))["code"] == "nothing_to_run"
    finally:
        path.unlink()


REFUSED = {
    "no such file": (("nowhere.ipynb",), "", "nowhere.ipynb"),
    "a folder": ((".",), "invalid_notebook", "is not a file"),
    "a kernel that is not here": (
        ("wave.ipynb", "--kernel", "python2"), "unknown_kernel", "python3"),
    "an unknown parameter": (
        ("wave.ipynb", "-p", "AMQ=4"), "unknown_parameter", "AMP"),
    "a value of the wrong type": (
        ("wave.ipynb", "-p", "AMP=wide"), "invalid_value", "AMP"),
    "no value": (("wave.ipynb", "-p", "AMP"), "", "NAME=VALUE"),
    "an unknown target": (
        ("wave.ipynb", "--target", "clutser"), "unknown_target", "local"),
    "a question that nobody answers": (
        ("asks.ipynb",), "", "Make the answer a parameter"),
    "an unknown files mode": (
        ("wave.ipynb", "--files", "some"), "", "snapshot"),
    "a time limit in words": (
        ("wave.ipynb", "--time-limit", "long"), "", "long"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_what_to_do(desk: Place, name: str) -> None:
    arguments, code, words = REFUSED[name]
    problem = refused(desk, *arguments)
    assert not code or problem["code"] == code, problem
    assert words in said(problem), problem


def test_a_python2_notebook_names_the_kernels_there_are(desk: Place) -> None:
    spec = {"name": "python2", "display_name": "Python 2", "language": "python"}
    path = desk.notebook("print 'hi'", name="old.ipynb", kernelspec=spec)
    try:
        problem = refused(desk, str(path))
    finally:
        path.unlink()
    assert problem["code"] == "unknown_kernel"
    assert "python2" in said(problem) and "python3" in said(problem)


# -- places ---------------------------------------------------------------


def test_a_work_folder_that_cannot_be(place: Place) -> None:
    place.work.write_text("a file is in the way")
    notebook = place.notebook("print('hi')")
    done = place.batch("run", notebook, "--json", code=2)
    assert str(place.work) in done.stdout
    assert place.json("list")["runs"] == []
    assert place.work.read_text() == "a file is in the way"
    # and once it is mended, the same command works
    place.work.unlink()
    assert place.json("run", notebook, "--wait")["state"] == "succeeded"


def test_configuration_that_is_wrong_is_named_with_its_line(place: Place) -> None:
    place.configure('[targets.local]\nscheduler = "local"\nslotz = 2\n')
    done = place.batch("list", code=None)
    assert done.returncode in (2, 5)
    assert "slotz" in done.stderr and "slots" in done.stderr, done.stderr
    assert "jupyterlab_batch_config.toml:3" in done.stderr, done.stderr


def test_a_full_disk_while_files_are_copied(place: Place) -> None:
    (place.project / "data.bin").write_bytes(os.urandom(3 << 20))
    notebook = place.notebook("print('hi')")
    with small_disk(place.work, "2m"):
        done = place.json("run", notebook, "--wait", code=None)
        assert (done["state"], done["reason"]) == ("failed", "disk_full"), done
        message = place.run(done["id"])["message"]
        assert "No space was left" in message and "Make room" in message
        place.batch("broker", "stop")


def test_a_full_disk_while_it_runs(place: Place) -> None:
    notebook = place.notebook(
        "print('before')", "import os\nfor _ in range(400):\n    print('x' * 50_000)"
    )
    with small_disk(place.work, "4m"):
        done = place.json("run", notebook, "--files", "none", "--wait", code=1)
        ended = place.run(done["id"])
        assert (ended["state"], ended["reason"]) == ("failed", "disk_full"), (
            ended["message"],
            place.batch("logs", done["id"], code=None).stdout,
        )
        until(lambda: not marked(done["id"]), "no process of the run")
        place.batch("broker", "stop")


def test_a_run_folder_that_is_deleted_under_a_running_run(place: Place) -> None:
    gate = place.folder / "gate"
    run = place.submit(place.notebook("print('before')", WAIT.format(str(gate))))
    until(lambda: "before" in place.events(run), "the first cell")
    shutil.rmtree(place.run(run)["run_folder"])
    gate.touch()
    done = place.ended(run)
    assert done["state"] == "failed", done
    assert "folder" in done["message"], done
    until(lambda: not marked(run), "no process of the run")
    place.batch("delete", run, "--yes")


# -- cells ----------------------------------------------------------------

DAEMON = """\
import os, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        import time
        time.sleep(600)
    os._exit(0)
print("before")
"""
CELLS = {
    "kills its kernel": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
                         "failed", "kernel_died"),
    "leaves its kernel": ("import os\nos._exit(7)", "failed", "kernel_died"),
    "forks a daemon": (DAEMON, "succeeded", None),
    "calls input()": ("ask = input\nask('who? ')", "failed", "cell_error"),
}  # fmt: skip


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_that(place: Place, name: str) -> None:
    cell, state, reason = CELLS[name]
    notebook = place.notebook("print('before')", cell)
    code = 0 if state == "succeeded" else 1
    done = place.json("run", notebook, "--wait", code=code)
    assert (done["state"], done["reason"]) == (state, reason), done
    assert "before" in texts(done["output"])
    until(lambda: not marked(done["id"]), "no process of the run")


def test_a_cell_that_ignores_the_interrupt(place: Place) -> None:
    notebook = place.notebook(
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('before')",
        "import time\nwhile True:\n    time.sleep(1)",
    )
    run = place.submit(notebook)
    until(lambda: '"number":2' in place.events(run).replace(" ", ""), "the cell")
    kernel = place.kernel(run)
    assert kernel is not None
    place.batch("cancel", run)
    done = place.ended(run)
    assert (done["state"], done["reason"]) == ("cancelled", "user")
    assert "before" in texts(done["output"])
    assert not alive(kernel)


# -- providers ------------------------------------------------------------


class Odd(BaseHTTPRequestHandler):
    """Answers every request in the same way, which is not what was asked for."""

    manner = ""
    protocol_version = "HTTP/1.0"
    release = threading.Event()

    def do_GET(self) -> None:
        """Answer."""
        if self.manner == "slow":
            self.release.wait(120)
            return
        status, kind, body = {
            "html": (200, "text/html", b"<html>sign in at the portal</html>"),
            "refuses": (403, "application/json", b'{"error": "access_denied"}'),
        }[self.manner]
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def provider(manner: str) -> Iterator[str]:
    """Give the address of a provider with a manner; `unreachable`: of nobody."""
    if manner == "unreachable":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            yield f"http://127.0.0.1:{free.getsockname()[1]}"
        return
    release = threading.Event()
    handler = type("Handler", (Odd,), {"manner": manner, "release": release})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            release.set()
            server.shutdown()


def identified(place: Place, issuer: str) -> None:
    """Configure an identity at that issuer."""
    token = place.folder / "registration.token"
    token.write_text("not-a-real-one\n")
    token.chmod(0o400)
    place.configure(f"""\
[targets.local]
scheduler = "local"
work = "{place.work}"
identity = "platform"

[identities.platform]
provider = "oauth2"
issuer = "{issuer}"
client = "per_lease"
registration_token_file = "{token}"
scopes = ["jobs:read"]
resource_probe = "{issuer}/api/me"
trusted_user = true
""")


# A refusal is final; whoever may come back is waited for, and the run says for what.
MANNERS = {
    "unreachable": "queued",
    "refuses": "failed: identity_refused",
    "html": "queued",
    "slow": "queued",
}


@pytest.mark.parametrize("manner", MANNERS)
def test_a_provider_that(place: Place, manner: str) -> None:
    with provider(manner) as issuer:
        identified(place, issuer)
        run = place.submit(place.notebook("print('hi')"))
        known = until(
            lambda: (
                (found := place.run(run)).get("lease")
                and (found["lease"]["problem"] or found["state"] == "failed")
                and found
            ),
            "what is wrong with the provider",
        )
        assert known["started_at"] is None
        if MANNERS[manner] == "queued":
            assert known["state"] == "queued", known
            assert "the provider" in known["lease"]["problem"], known["lease"]
            place.batch("cancel", run)
            expected = "cancelled: user"
        else:
            expected = MANNERS[manner]
        ended = place.ended(run)
        assert f"{ended['state']}: {ended['reason']}" == expected, ended
        assert ended["started_at"] is None
        assert "sign in at the portal" not in json.dumps(ended)
        until(lambda: not marked(run), "no process of the run")


def test_a_provider_that_comes_back(secured: Place, platform: Platform) -> None:
    """What was refused for a moment is not lost: the run waits for it."""
    scene_platform = platform.pid
    os.kill(scene_platform, 19)
    try:
        run = secured.submit(secured.notebook(f"{TOKEN}\nprint('used')"))
        until(lambda: secured.runner(run), "the runner")
        assert secured.run(run)["state"] == "queued"
    finally:
        os.kill(scene_platform, 18)
    done = secured.ended(run)
    assert done["state"] == "succeeded" and "used" in texts(done["output"])
    inventory_is_clean(secured, platform)
