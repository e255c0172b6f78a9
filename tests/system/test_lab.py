"""`make lab`, as somebody who has just arrived opens it, and leaves it by Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from tests.orders import wanted

from .place import end, processes, until

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-of-the-test"


def test_lab_opens_on_the_examples_and_leaves_nothing(short_folder: Path) -> None:
    place = short_folder / "lab"
    options = [
        "--no-browser", "-y", "--ServerApp.port=0", f"--IdentityProvider.token={TOKEN}",
    ]  # fmt: skip
    below = os.fsencode(f"{place}/")

    def left() -> list[int]:
        return [pid for pid, words, env in processes() if below in words + env]

    # Jupyter listens to Ctrl-C where there is a terminal
    master, terminal = os.openpty()
    with open(short_folder / "log", "wb") as log:
        lab = subprocess.Popen(
            [sys.executable, ROOT / "examples" / "lab.py", *options],
            env={**os.environ, "JLB_LAB_PLACE": str(place)},
            stdin=terminal, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        url = until(lambda: address(place), "the address of the Lab")
        page = ask(f"{url}lab?token={TOKEN}").decode()
        assert "jupyterlab-batch" in page, "the extension is loaded"
        shown = json.loads(
            ask(
                f"{url}jupyterlab-batch/prepare",
                wanted("funwave/wave.ipynb"),
            )
        )
        values = {each["name"]: each for each in shown["parameters"]}
        found = {name: (one["text"], one["layer"]) for name, one in values.items()}
        assert found == {
            "AMP": ("3.0", "notebook"),
            "Xc": ("251.5", "local_file"),
            "Yc": ("51.0", "home_file"),
            "WID": ("18.0", "environment"),
        }
        assert shown["targets"], shown
        os.killpg(lab.pid, signal.SIGINT)
        assert lab.wait(timeout=60) == 0, (short_folder / "log").read_text()
        until(lambda: not left(), "nothing is left running")
    finally:
        for pid in left():
            end(pid)
        lab.wait()
        os.close(master)
        os.close(terminal)


def address(place: Path) -> str:
    """Where the Jupyter server listens, once it does."""
    for found in (place / "run").glob("jpserver-*.json"):
        try:
            url = str(json.loads(found.read_text())["url"])
            ask(f"{url}api")
            return url
        except (OSError, ValueError):
            continue
    return ""


def ask(url: str, body: Any = None) -> bytes:
    """Get or post; any refusal fails the test."""
    request = urllib.request.Request(
        url,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"token {TOKEN}"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return bytes(answer.read())
