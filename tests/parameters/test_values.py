"""The Python reader of the grammar against the golden file and its own laws."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jupyterlab_batch.parameters import Refused, check_text
from jupyterlab_batch.parameters.errors import MalformedText
from jupyterlab_batch.parameters.lexemes import read_lexemes

GOLDEN = json.loads(
    Path(__file__, "../../../protocol/grammar/golden.json").resolve().read_text()
)["rows"]
ANYTHING: dict[str, Any] = {
    "type": None,
    "nullable": False,
    "items": None,
    "choices": None,
    "min": None,
    "max": None,
}
TYPES = ["bool", "int", "float", "str", "null", "list", "dict", "date", "path"]
FRAGMENTS = st.lists(
    st.sampled_from(
        [*'03.-+e[]{}:, "\n', "true", "null", "nan", "inf", "no", "2026-02-28", "é"]
    ),
    max_size=8,
).map("".join)


def test_the_table_is_large_enough_to_mean_something() -> None:
    assert len(GOLDEN) > 150


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: ascii(row)[:80])
def test_golden(row: dict[str, Any]) -> None:
    declared = {**ANYTHING, **row}
    if row["canonical"] is None:
        with pytest.raises(Refused):
            check_text(declared, row["text"])
    else:
        value = check_text(declared, row["text"])
        assert value == {"type": row.get("as", row["type"]), "text": row["canonical"]}


@given(st.sampled_from(TYPES), FRAGMENTS | st.text())
def test_a_canonical_text_is_its_own_canonical_text(kind: str, text: str) -> None:
    declared = {**ANYTHING, "type": kind}
    try:
        first = check_text(declared, text)
    except Refused:
        return
    assert check_text(declared, first["text"]) == first


@given(st.floats())
def test_a_float_keeps_its_value_and_says_that_it_is_one(number: float) -> None:
    text = check_text({**ANYTHING, "type": "float"}, repr(number))["text"]
    assert isinstance(eval(text, {"nan": math.nan, "inf": math.inf}), float)
    assert float(text) == number or math.isnan(number)


@given(st.integers())
def test_an_integer_as_a_float_gains_two_signs_and_no_more(number: int) -> None:
    assume(abs(number) < 10**300)
    value = check_text({**ANYTHING, "type": "float"}, str(number))
    assert value["text"] == f"{number}.0"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON_VALUES)
def test_reads_what_json_reads_and_points_at_it(value: object) -> None:
    text = json.dumps(value)
    lexeme = read_lexemes(f"  {text}\n")
    assert json.loads(f"  {text}\n"[lexeme.start : lexeme.end]) == value
    if isinstance(value, dict):
        assert [key for key, _ in lexeme.keys] == list(value)


@given(FRAGMENTS)
def test_accepts_nothing_that_json_refuses(text: str) -> None:
    try:
        read_lexemes(text)
    except MalformedText:
        return
    json.loads(text)


def test_a_refusal_says_what_would_fit() -> None:
    declared = {**ANYTHING, "type": "int", "min": "1", "max": "9", "nullable": True}
    with pytest.raises(Refused) as refused:
        check_text(declared, "x")
    assert refused.value.expects == (
        "a whole number without point or leading zeros, such as 3, "
        "not below 1, not above 9, or null"
    )
