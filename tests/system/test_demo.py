"""`make demo`, as somebody who has just arrived runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from .place import processes, texts

ROOT = Path(__file__).parents[2]


def test_the_demonstration_is_true_and_leaves_nothing() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / "demo.py"],
        capture_output=True, text=True, timeout=150, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    said = done.stdout
    assert done.returncode == 0, said + done.stderr
    # four values, each from another place, and each place is named
    for value in (
        r"AMP\s+float\s+4\.0\s.*-p",
        r"Xc\s+float\s+251\.5\s.*wave\.params\.toml",
        r"Yc\s+float\s+51\.0\s.*\.funwave\.yaml",
        r"WID\s+float\s+18\.0\s.*FUNWAVE_WID",
    ):
        assert re.search(value, said), (value, said)
    life = [
        "client registered", "token minted", "result recorded", "token revoked",
        "resource refused", "client deleted",
    ]  # fmt: skip
    places = [said.find(what) for what in life]
    assert -1 not in places and places == sorted(places), said
    assert "0 tokens alive, 0 clients left" in said
    assert "CLOSED, dead_at_resource" in said
    assert "nothing is left running" in said
    below = os.fsencode(f"{ROOT / '.demo'}/")
    assert not [
        (pid, command) for pid, command, env in processes() if below in command + env
    ]
    executed = said.partition("executed notebook\n")[2].split("\n")[0].strip()
    shown = texts(executed)
    assert "AMP = 4.0" in shown and "recorded with the platform (HTTP 201)" in shown
    assert "image/png" in shown
