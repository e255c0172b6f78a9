"""The golden table of the chain through the terminal and through the server.

Both ask real parts that are started once: one broker, one Jupyter server. What a row
wants in the environment is there while it is asked.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_batch import launcher
from jupyterlab_batch.cli.main import main
from jupyterlab_batch.launcher import start
from tests.contract import check_reply
from tests.orders import wanted
from tests.parameters.golden_chain import ROWS, Layout, Row, check, lay_out

INSPECTED = [row for row in ROWS if row.inspected]
ASKED = [row for row in INSPECTED if not row.pins]
PINNED = [row for row in INSPECTED if row.pins]
# a tick, and a type without a value, are the dialog's
TYPED = [row for row in ASKED if not row.ticked and set(row.types) <= {*row.overrides}]


@pytest.fixture(scope="module")
def places(short_root: Path) -> Iterator[dict[str, str]]:
    """Give the data and sockets of one broker for all rows; end it."""
    runtime, data = short_root / "run", short_root / "data"
    runtime.mkdir(mode=0o700)
    yield {"XDG_RUNTIME_DIR": str(runtime), "JUPYTERLAB_BATCH_DATA": str(data)}
    launcher.stop(data)


def surround(patch: pytest.MonkeyPatch, layout: Layout, places: dict[str, str]) -> None:
    """Put the environment of a row around this process, and nothing else."""
    for name in list(os.environ):
        if name not in ("PATH", "PYTEST_CURRENT_TEST"):
            patch.delenv(name)
    for name, value in {**layout.environ, **places}.items():
        if name != "PATH":
            patch.setenv(name, value)


@pytest.fixture
def pinned(
    short_folder: Path, places: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Row], tuple[Row, dict[str, str]]]]:
    """Give a row a broker of its own, and its pins to the site."""
    site, data = short_folder / "site", short_folder / "data"

    def pin(row: Row) -> tuple[Row, dict[str, str]]:
        site.mkdir()
        file = site / "jupyterlab_batch_config.toml"
        lines = [f'{name} = "{text}"' for name, text in row.pins.items()]
        file.write_text("\n".join([f"[pins.{row.prefix}]", *lines]))
        # only which folders the levels are: the broker does the rest
        monkeypatch.setattr(start, "config_path", lambda: [str(site)])
        return reworded(row, "site.toml", str(file)), {
            **places,
            "JUPYTERLAB_BATCH_DATA": str(data),
        }

    yield pin
    launcher.stop(data)


@pytest.mark.parametrize("row", PINNED, ids=lambda row: row.name)
def test_pins_in_the_terminal(
    row: Row,
    tmp_path: Path,
    pinned: Callable[[Row], tuple[Row, dict[str, str]]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    row, places = pinned(row)
    test_terminal(row, tmp_path, places, monkeypatch, capsys)


@pytest.mark.parametrize("row", PINNED, ids=lambda row: row.name)
async def test_pins_in_the_server(
    row: Row,
    jp_fetch: Callable[..., Awaitable[Any]],
    jp_root_dir: Path,
    pinned: Callable[[Row], tuple[Row, dict[str, str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row, places = pinned(row)
    check(in_the_dialog(row), await asked(row, 0, jp_fetch, jp_root_dir, places))


@pytest.mark.parametrize("row", TYPED, ids=lambda row: row.name)
def test_terminal(
    row: Row,
    tmp_path: Path,
    places: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    layout = lay_out(row, tmp_path)
    surround(monkeypatch, layout, places)
    # the table wants the severity too, which is not in what is printed
    monkeypatch.setattr("jupyterlab_batch.cli.shapes.problems", list)
    argv = ["explain", str(layout.notebook), "--json"]
    for name, text in row.overrides.items():
        kind = f":{row.types[name]}" if name in row.types else ""
        argv += ["-p", f"{name}{kind}={text}"]
    code = main(argv)
    told = json.loads(capsys.readouterr().out)
    check(row, told)
    errors = [found for found in told["problems"] if found["severity"] == "error"]
    assert code == (2 if errors else 0)
    assert told["notebook"] == str(layout.notebook)
    assert told["prefix"] == row.prefix


async def test_server(
    jp_fetch: Callable[..., Awaitable[Any]],
    jp_root_dir: Path,
    places: dict[str, str],
) -> None:
    wrong = {}
    for number, row in enumerate(ASKED):
        told = await asked(row, number, jp_fetch, jp_root_dir, places)
        try:
            check(in_the_dialog(row), told)
        except AssertionError as error:
            wrong[row.name] = str(error)
    assert not wrong, "\n".join(f"{name}: {text}" for name, text in wrong.items())


async def asked(
    row: Row,
    number: int,
    jp_fetch: Callable[..., Awaitable[Any]],
    root: Path,
    places: dict[str, str],
) -> Any:
    """Prepare a row's notebook through the server."""
    layout = lay_out(row, root / f"row{number}")
    request = wanted(
        str(layout.notebook.relative_to(root)),
        overrides=dict(row.overrides),
        types=dict(row.types),
        ticked=list(row.ticked),
    )
    with pytest.MonkeyPatch.context() as patch:
        surround(patch, layout, places)
        reply = await jp_fetch(
            "jupyterlab-batch", "prepare", method="POST", body=json.dumps(request)
        )
    told = json.loads(reply.body)
    check_reply("prepare", told)
    return told


def in_the_dialog(row: Row) -> Row:
    """What was given there comes from the dialog, not from `-p`."""
    return reworded(row, "(-p)", "(dialog)")


def reworded(row: Row, ours: str, theirs: str) -> Row:
    """Expect the same with another word for an origin."""

    def told(text: str) -> str:
        return text.replace(ours, theirs)

    return dataclasses.replace(
        row,
        expect={
            name: told(each) if isinstance(each, str) else tuple(map(told, each))
            for name, each in row.expect.items()
        },
        problems=tuple(map(told, row.problems)),
        notes=tuple(map(told, row.notes)),
    )
