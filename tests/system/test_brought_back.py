"""A broker that a runner brings back is the one that was lost."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from platform_process import Platform

from .place import Place, texts, until
from .scenes import TOKEN, WAIT, delivered, inventory_is_clean


@pytest.mark.parametrize("variable", ["ROOM", "WORK"])
def test_it_reads_the_configuration_with_the_same_variables(
    place: Place, variable: str
) -> None:
    """`work = "$ROOM"` is the shell's, and no variable of a job."""
    place.configure(
        f'[targets.local]\nscheduler = "local"\nwork = "${variable}/runs"\n'
    )
    room = place.folder / "room"
    gate = place.folder / "gate"
    cells = (
        "import os\nprint('has room:', 'ROOM' in list(os.environ))",
        WAIT.format(str(gate)),
    )
    run = place.submit(place.notebook(*cells), **{variable: str(room)})
    assert Path(place.state(run, "running")["run_folder"]).is_relative_to(room)
    place.lose_broker()
    gate.touch()
    ended = place.ended(run)
    assert ended["state"] == "succeeded", ended
    assert "has room: False" in texts(delivered(ended))
    # a command without the variable finds it as well, and its runs lie there, too
    again = place.submit(place.notebook("2 + 2", name="again.ipynb"))
    assert Path(place.ended(again)["run_folder"]).is_relative_to(room)


def test_it_opens_credentials_with_the_same_key(
    secured: Place, platform: Platform
) -> None:
    handed = secured.folder / "handed"
    handed.mkdir(mode=0o700)
    key = handed / "jupyterlab-batch-key"
    key.write_text(f"{secrets.token_hex(32)}\n")
    key.chmod(0o400)
    gate = secured.folder / "gate"
    notebook = secured.notebook(TOKEN, "print('used')", WAIT.format(str(gate)))
    run = secured.submit(notebook, CREDENTIALS_DIRECTORY=str(handed))
    until(lambda: "used" in secured.events(run), "the first cell")
    secured.lose_broker()
    gate.touch()
    ended = secured.ended(run)
    assert ended["lease"]["end"] == "dead_at_resource", ended
    assert not (secured.data / "key").exists(), "no key of its own"
    inventory_is_clean(secured, platform)


def test_a_shell_without_the_variable_is_told(place: Place) -> None:
    place.configure('[targets.local]\nscheduler = "local"\nwork = "$ROOM"\n')
    told = place.batch("list", code=5).stderr
    assert "$ROOM" in told and "config.toml:3" in told
