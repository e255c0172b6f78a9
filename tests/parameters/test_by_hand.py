"""``params()``: types, pins, and what it does inside a run."""

from __future__ import annotations

import copy
import json
import pickle
import warnings
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import jupyterlab_batch.launcher
from jupyterlab_batch.job import params
from jupyterlab_batch.launcher import BrokerUnreachable
from jupyterlab_batch.parameters import check_text
from jupyterlab_batch.parameters.by_hand import NotAParameter, PinsNotApplied
from jupyterlab_batch.parameters.errors import ByHandError
from jupyterlab_batch.parameters.python_values import declare, to_python
from tests.contract import check_schema


class Broker:
    """A broker that knows one pin, and what it was asked."""

    def __init__(self, *pins: dict[str, str]) -> None:
        self.pins = list(pins)
        self.asked: list[tuple[str, str, Any]] = []

    def request(self, method: str, path: str, body: Any, **_: object) -> Any:
        self.asked.append((method, path, body))
        return {"pins": self.pins}


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project and a home of our own, outside of any run."""
    (tmp_path / "home").mkdir()
    (tmp_path / "project" / ".git").mkdir(parents=True)
    for name in ("JUPYTERLAB_BATCH_FOLDER", "JPY_SESSION_NAME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JUPYTERLAB_BATCH_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Broker:
    double = Broker()
    monkeypatch.setattr(jupyterlab_batch.launcher, "connect", lambda **_: double)
    return double


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a run that froze AMP."""
    frozen = {
        "name": "AMP",
        "type": "float",
        "text": "4.0",
        "layer": "override",
        "origin": "-p",
    }
    check_schema("FrozenParameter", frozen)
    job = tmp_path / "job.json"
    job.write_text(json.dumps({"prefix": "FUNWAVE", "parameters": [frozen]}))
    monkeypatch.setenv("JUPYTERLAB_BATCH_FOLDER", str(tmp_path))
    return job


def test_no_broker_is_said_once_and_in_words() -> None:
    with pytest.warns(PinsNotApplied, match="pins"):
        assert params("FUNWAVE", AMP=3.0).AMP == 3.0


def test_pins_come_from_a_running_broker(broker: Broker) -> None:
    broker.pins = [{"name": "AMP", "text": "7", "origin": "/etc/x.toml:3"}]
    p = params("FUNWAVE", AMP=3.0)
    assert (p.AMP, p.origins["AMP"]) == (7.0, "admin (/etc/x.toml:3)")
    ((method, path, body),) = broker.asked
    assert (method, path) == ("POST", "/v1/inspect")
    check_schema("InspectRequest", body)
    ours = check_schema(
        "NotebookMetadata", body["content"]["metadata"]["jupyterlab_batch"]
    )
    assert ours == {"prefix": "FUNWAVE", "parameters": [{"name": "AMP"}]}


def test_a_broker_that_fails_does_not_stop_the_notebook(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(**_: object) -> None:
        raise BrokerUnreachable("It does not answer.")

    monkeypatch.setattr(jupyterlab_batch.launcher, "connect", refuse)
    with pytest.warns(PinsNotApplied, match="It does not answer"):
        params("FUNWAVE", AMP=3.0)


@pytest.mark.usefixtures("broker")
class TestByHand:
    def test_values_are_attributes_and_a_mapping(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FUNWAVE_AMP", "4")
        p = params("FUNWAVE", AMP=3.0, Xc=250.0)
        assert (p.AMP, p["AMP"], dict(p)) == (4.0, 4.0, {"AMP": 4.0, "Xc": 250.0})
        assert type(p.AMP) is float
        assert repr(p) == (
            "AMP = 4.0  # environment (FUNWAVE_AMP)\nXc = 250.0  # default"
        )
        assert "AMP" in dir(p)
        with pytest.raises(AttributeError, match="no parameter WID"):
            _ = p.WID

    def test_values_can_be_copied_and_sent(self) -> None:
        p = params("FUNWAVE", AMP=3.0)
        assert copy.deepcopy(p).AMP == pickle.loads(pickle.dumps(p)).AMP == 3.0

    def test_types_come_from_the_defaults(
        self, alone: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (alone / "funwave.yaml").write_text(
            "B: no\nI: 9007199254740993\nS: 01234\nL: [1, .5]\nD: {a: [1]}\n"
            "DAY: 2026-11-23\nAT: 2026-11-23\nP: a/b\n"
        )
        p = params(
            "FUNWAVE",
            B=True,
            I=1,
            S="x",
            L=[2.0],
            D={},
            DAY=date(2026, 1, 1),
            AT=datetime(2026, 1, 1),
            P=Path(),
        )
        assert dict(p) == {
            "B": False,
            "I": 9007199254740993,
            "S": "01234",
            "L": [1.0, 0.5],
            "D": {"a": [1]},
            "DAY": date(2026, 11, 23),
            "AT": datetime(2026, 11, 23),
            "P": Path("a/b"),
        }
        assert [type(each) for each in p.L] == [float, float]

    def test_a_value_of_the_wrong_type_is_an_error_that_names_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FUNWAVE_N", "3.0")
        with pytest.raises(ByHandError, match=r"N cannot be '3\.0' \(from FUNWAVE_N\)"):
            params("FUNWAVE", N=3)

    def test_a_default_that_no_parameter_can_be(self) -> None:
        with pytest.raises(ByHandError, match="X is a object"):
            params("FUNWAVE", X=object())
        with pytest.raises(ByHandError, match="cannot be written as JSON"):
            params("FUNWAVE", X=[float("nan")])

    def test_the_default_itself_comes_back(self) -> None:
        default = [1.0, 2]
        assert params("FUNWAVE", X=default).X is default

    def test_none_has_no_type_to_read_a_value_by(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert params("FUNWAVE", X=None).X is None
        monkeypatch.setenv("FUNWAVE_X", "3")
        with pytest.raises(ByHandError, match="nothing says what '3'"):
            params("FUNWAVE", X=None)

    def test_other_names_of_the_notebook_are_not_its_concern(
        self, alone: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        notebook = alone / "wave.ipynb"
        notebook.write_text("{}")
        (alone / "wave.params.toml").write_text("AMP = 4\nOTHER = 1\n")
        monkeypatch.setenv("JPY_SESSION_NAME", str(notebook))
        assert params("FUNWAVE", AMP=3.0).AMP == 4.0

    def test_a_session_name_below_the_servers_root_is_found_beside_us(
        self, alone: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (alone / "wave.ipynb").write_text("{}")
        (alone / "wave.params.toml").write_text("AMP = 4\n")
        monkeypatch.setenv("JPY_SESSION_NAME", "project/wave.ipynb")
        assert params("FUNWAVE", AMP=3.0).AMP == 4.0


class TestInARun:
    def test_the_frozen_value_counts_and_nothing_else(
        self, run: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FUNWAVE_AMP", "99")
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # no broker is asked here
            p = params("FUNWAVE", AMP=3.0)
        assert (p.AMP, p.origins["AMP"]) == (4.0, "override (-p)")

    def test_a_name_that_was_not_frozen_keeps_its_default_and_says_so(
        self, run: Path
    ) -> None:
        with pytest.warns(NotAParameter, match="WID keeps its default"):
            assert params("FUNWAVE", WID=20.0).WID == 20.0

    def test_another_prefix_has_nothing_of_this_run(self, run: Path) -> None:
        with pytest.warns(NotAParameter):
            assert params("OTHER", AMP=3.0).AMP == 3.0

    def test_a_run_whose_folder_is_gone(self, run: Path) -> None:
        run.unlink()
        with pytest.raises(ByHandError, match=r"job\.json cannot be read"):
            params("FUNWAVE", AMP=3.0)


ZONES = st.none() | st.integers(-23 * 60, 23 * 60).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)
VALUES = (
    st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8", min_codepoint=1))
    | st.dates()
    | st.datetimes(timezones=ZONES)
    | st.lists(st.floats(allow_nan=False, allow_infinity=False))
    | st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers())
)


@given(VALUES)
def test_a_python_value_survives_as_text(value: object) -> None:
    declaration = declare("X", value)
    check_schema("Declaration", declaration)
    default = declaration["default"]
    assert default is not None
    checked = check_text(declaration, default["text"])
    back = to_python(checked["type"], checked["text"], value)
    assert back == value
    assert type(back) is type(value)
