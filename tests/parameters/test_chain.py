"""The golden table through the chain itself and through ``params()``."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import Any, cast

import pytest

from jupyterlab_batch.job import params
from jupyterlab_batch.parameters import ResolveRequest, resolve
from jupyterlab_batch.parameters.by_hand import PinsNotApplied
from jupyterlab_batch.parameters.errors import ByHandError
from jupyterlab_batch.parameters.python_values import to_python
from tests.contract import check_schema

from .golden_chain import ROWS, Layout, Row, check, lay_out


def chain(layout: Layout) -> dict[str, Any]:
    """The chain with an inspection built by hand."""
    inspection = cast(Any, check_schema("Inspection", layout.inspection()))
    row = layout.row
    resolution = resolve(
        ResolveRequest(
            inspection=inspection,
            notebook=layout.notebook,
            environ=layout.environ,
            home=layout.home,
            overrides=row.overrides,
            types=cast(Any, row.types),
            ticked=row.ticked,
        )
    )
    for parameter in resolution.parameters:
        check_schema("Parameter", parameter)
    for problem in resolution.problems:
        check_schema("PrepareProblem", problem)
    return {"parameters": resolution.parameters, "problems": resolution.problems}


def test_the_table_is_the_size_that_was_promised() -> None:
    assert len(ROWS) >= 60
    assert len({row.name for row in ROWS}) == len(ROWS)
    assert sum(row.by_hand for row in ROWS) >= 60


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_chain(row: Row, tmp_path: Path) -> None:
    check(row, chain(lay_out(row, tmp_path)))


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.by_hand], ids=lambda row: row.name
)
def test_by_hand(row: Row, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = lay_out(row, tmp_path)
    for name in ("JUPYTERLAB_BATCH_FOLDER", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in layout.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("JUPYTERLAB_BATCH_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("JPY_SESSION_NAME", str(layout.notebook))
    monkeypatch.chdir(layout.notebook.parent)
    defaults = {
        p.name: to_python(p.type or "null", p.default or "") for p in row.parameters
    }
    # a name that only others of the notebook's files have is not params()' concern
    fatal = [p for p in row.problems if not p.startswith(("unknown_", "ambiguous_"))]
    assert row.prefix is not None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PinsNotApplied)
        if fatal:
            with pytest.raises(ByHandError):
                params(row.prefix, **defaults)
            return
        found = params(row.prefix, **defaults)
    types = {p.name: p.type or "null" for p in row.parameters}
    for name, expected in row.expect.items():
        first = expected if isinstance(expected, str) else expected[0]
        text, origin = _split(first)
        value = to_python(types[name], text)
        assert json.dumps(found[name], default=str) == json.dumps(value, default=str)
        assert found.origins[name] == origin


def _split(told: str) -> tuple[str, str]:
    """``3.0 environment (FUNWAVE_AMP)`` → the text, and what ``origins`` says."""
    match = re.fullmatch(r"(.*) (\w+) (\(.*\))", told, re.DOTALL)
    assert match, told
    text, layer, origin = match.groups()
    return text, "default" if layer == "notebook" else f"{layer} {origin}"
