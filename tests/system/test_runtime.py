"""An environment on this machine: the kernel's, while the runner stays ours."""

from __future__ import annotations

import os
from pathlib import Path

from platform_process import Platform

from tests.environments import make_virtualenv

from .place import Place, texts, until
from .scenes import TOKEN, WAIT, delivered, inventory_is_clean

TELLS = (
    "import os, sys\nimport jupyterlab_batch\n"
    "print('prefix', sys.prefix, os.environ['VIRTUAL_ENV'])\n"
    "print('ours', jupyterlab_batch.__file__)"
)


def test_its_kernel_has_a_token_and_a_broker_that_comes_back(
    secured: Place, platform: Platform
) -> None:
    path = make_virtualenv(secured.home / "env", "ipykernel")
    gate = secured.folder / "gate"
    notebook = secured.notebook(TELLS, TOKEN, "print('used')", WAIT.format(str(gate)))
    run = secured.submit(notebook, "--runtime", f"virtualenv:{path}")
    until(lambda: "used" in secured.events(run), "the token")
    kernel, runner = secured.kernel(run), secured.runner(run)
    assert kernel is not None and runner is not None
    assert Path(f"/proc/{kernel}/cmdline").read_bytes().startswith(os.fsencode(path))
    secured.lose_broker()
    gate.touch()
    ended = secured.ended(run)
    assert ended["state"] == "succeeded", ended
    assert ended["lease"]["end"] == "dead_at_resource"
    assert ended["runtime"]["path"] == str(path)
    said = texts(delivered(ended))
    assert f"prefix {path} {path}" in said
    # what the kernel finds of ours is no more than a job needs
    assert f"ours {secured.work}/.jupyterlab-batch/runner-" in said
    inventory_is_clean(secured, platform)


def test_an_environment_that_is_gone_is_refused_also_where_it_was_well(
    place: Place,
) -> None:
    path = make_virtualenv(place.home / "env", "ipykernel")
    notebook = place.notebook("1")
    done = place.json("run", notebook, "--runtime", f"venv:{path}", "--wait")
    assert done["state"] == "succeeded", done
    path.rename(place.home / "moved")
    told = place.batch("rerun", done["id"], code=2).stderr
    assert f"There is no {path}" in told and "(unusable_runtime)" in told
