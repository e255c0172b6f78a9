"""Where results go: who decides, and what is refused before the run."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from jupyterlab_batch.submission import (
    Choices,
    Notebook,
    Order,
    Refused,
    prepare,
    submit,
)
from jupyterlab_batch.submission.delivery import DeliveryUnwritable, delivery_folder

from .conftest import Desk
from .control import Control, inspection


@pytest.mark.parametrize(
    ("chosen", "written", "folder"),
    [
        (None, None, "project"),
        (None, "out", "project/out"),
        ("../elsewhere", "out", "elsewhere"),
        (".", "out", "project"),
        ("~/elsewhere", None, "elsewhere"),
        ("~", None, "."),
    ],
)
def test_the_choice_is_above_the_notebook_which_is_above_its_folder(
    desk: Desk,
    control: Control,
    tmp_path: Path,
    chosen: str | None,
    written: str | None,
    folder: str,
) -> None:
    (tmp_path / "project" / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    control.on("POST /v1/inspect", inspection(deliver_to=written))
    choices = Choices(deliver_to=chosen)
    prepared = prepare(desk.notebook, choices, desk.submitter)
    assert prepared["problems"] == []
    assert prepared["deliver_to"] == str(tmp_path / folder)
    order = Order(prepared["plan"]["id"])
    submit(desk.notebook, choices, order, desk.submitter)
    [sent] = control.called("POST", "/v1/runs")
    assert sent.body["deliver_to"] == str(tmp_path / folder)


@pytest.mark.parametrize(
    "wanted",
    ["gone", "/gone/for/good", "wave.ipynb", "wave.ipynb/x", "a\0b", "~nobody"],
)
def test_what_is_no_folder_is_refused_before_the_run(
    desk: Desk, control: Control, wanted: str
) -> None:
    choices = Choices(deliver_to=wanted)
    prepared = prepare(desk.notebook, choices, desk.submitter)
    [problem] = prepared["problems"]
    assert (problem["code"], problem["severity"]) == ("delivery_unwritable", "error")
    with pytest.raises(Refused, match="there is no such folder") as got:
        submit(desk.notebook, choices, Order("plan-1"), desk.submitter)
    assert got.value.problem()["code"] == "delivery_unwritable"
    assert control.called("POST", "/v1/runs") == []


def test_a_folder_that_may_not_be_written_to() -> None:
    nobody, root = 65534, os.geteuid() == 0
    unsaved = Notebook("wave.ipynb", {})
    if root:
        # who may write everywhere
        os.seteuid(nobody)
    try:
        with pytest.raises(DeliveryUnwritable, match="you may not write there"):
            delivery_folder("/", unsaved, Path("/"))
    finally:
        if root:
            os.seteuid(0)


def test_a_notebook_without_a_folder_needs_a_whole_path(
    desk: Desk, tmp_path: Path
) -> None:
    unsaved = dataclasses.replace(desk.notebook, path=None, deliver_to=None)
    home = desk.submitter.home
    assert delivery_folder("~/project", unsaved, home) == tmp_path / "project"
    with pytest.raises(DeliveryUnwritable, match="begins with / or ~"):
        delivery_folder("project", unsaved, home)
