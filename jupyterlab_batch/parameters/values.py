"""Checks a text against a declaration (the twin of ``protocol/src/values.ts``).

The grammar is data, generated from the contract; the golden file
``protocol/grammar/golden.json`` is run against both readers.
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .._generated.grammar import GRAMMAR
from .dates import instant
from .errors import MalformedText
from .lexemes import Lexeme, read_lexemes

if TYPE_CHECKING:
    from .._generated.wire import BaseType, Value

_SURROGATE = re.compile("[\ud800-\udfff]")


class Refused(ValueError):
    """The text does not fit the declaration; ``expects`` says what would."""

    def __init__(self, expects: str) -> None:
        super().__init__(f"expected {expects}")
        self.expects = expects


def check_text(declared: Mapping[str, Any], text: str) -> Value:
    """Check a text against a declaration.

    Parameters
    ----------
    declared
        ``type, nullable, items, choices, min, max`` as the contract's
        ``Declaration`` has them.
    text
        What a person or a file gave.

    Returns
    -------
    Value
        With the canonical text. The value of an ``enum`` has the type of the
        choice; null has the type ``null`` whatever the declaration says.

    Raises
    ------
    Refused
        With what would fit.
    """
    trimmed = _trim(text)
    choices = declared["choices"]
    choice = None if choices is None else _of_choices(choices, text)
    null: Value = {"type": "null", "text": "null"}
    if declared["nullable"] and trimmed in ("null", "None") and choice is None:
        return null
    value = (
        _of_type(declared["type"], declared["items"], text)
        if choices is None
        else choice
    )
    if value is not None and _within_bounds(declared, value):
        return value
    if declared["nullable"] and value is None and _fits("null", trimmed):
        return null
    raise Refused(expectation(declared))


def expectation(declared: Mapping[str, Any]) -> str:
    """Say what fits a declaration, as the end of a sentence."""
    parts = []
    if declared["choices"] is not None:
        parts.append("one of " + ", ".join(c["text"] for c in declared["choices"]))
    elif declared["type"] is None:
        parts.append("a type first: it has none yet")
    else:
        parts.append(GRAMMAR[declared["type"]]["expects"])
        if declared["type"] == "list" and declared["items"]:
            parts.append(f"each element {GRAMMAR[declared['items']]['expects']}")
    if declared["min"] is not None:
        parts.append(f"not below {declared['min']}")
    if declared["max"] is not None:
        parts.append(f"not above {declared['max']}")
    return ", ".join(parts) + (", or null" if declared["nullable"] else "")


def _of_choices(choices: list[Value], text: str) -> Value | None:
    for choice in choices:
        if choice["text"] == text:
            return {"type": choice["type"], "text": choice["text"]}
    for choice in choices:
        value = _of_type(choice["type"], None, text)
        if value is not None and value["text"] == choice["text"]:
            return value
    return None


def _of_type(kind: BaseType | None, items: BaseType | None, text: str) -> Value | None:
    if kind is None:
        return None
    canonical = _trim(text) if GRAMMAR[kind]["trim"] else text
    checked = (
        _of_json(kind, items, canonical)
        if kind in ("list", "dict")
        else _of_scalar(kind, canonical)
    )
    return None if checked is None else {"type": kind, "text": checked}


def _of_scalar(kind: str, text: str) -> str | None:
    if not _fits(kind, text) or _SURROGATE.search(text):
        return None
    if kind == "date" and instant(text) is None:
        return None
    canonical = GRAMMAR[kind]["canonical"]
    if canonical == "point_zero":
        return _point_zero(text)
    if canonical == "boolean":
        return "true" if text.lower() in ("true", "yes", "on", "1") else "false"
    return "null" if canonical == "null" else text


def _point_zero(text: str) -> str | None:
    if text[-1].isalpha():
        return text
    if not math.isfinite(float(text)):
        return None
    text = re.sub(r"^([+-]?)\.", r"\g<1>0.", text)
    text = re.sub(r"\.(?![0-9])", ".0", text)
    return re.sub(r"^([+-]?[0-9]+)$", r"\1.0", text)


def _of_json(kind: str, items: str | None, text: str) -> str | None:
    try:
        outer = read_lexemes(text)
    except MalformedText:
        return None
    if outer.kind != kind or _SURROGATE.search(text):
        return None
    if kind == "dict" or items is None:
        return text
    rewritten, at = "", 0
    for member in outer.members:
        element = _of_element(items, member, text[member.start : member.end])
        if element is None:
            return None
        rewritten += text[at : member.start] + element
        at = member.end
    return rewritten + text[at:]


def _of_element(items: str, member: Lexeme, lexeme: str) -> str | None:
    """An element as JSON text: JSON's own kinds hold, so ``"3"`` is no number."""
    if items in ("bool", "null", "dict", "list"):
        return lexeme if member.kind == items else None
    if items in ("int", "float"):
        return _of_scalar(items, lexeme) if member.kind == "number" else None
    if member.kind != "string":
        return None
    kind = "str" if items == "enum" else items
    return None if _of_scalar(kind, json.loads(lexeme)) is None else lexeme


def _within_bounds(declared: Mapping[str, Any], value: Value) -> bool:
    low, high = declared["min"], declared["max"]
    if low is None and high is None:
        return True
    # NaN is neither above nor below anything, and so not between bounds
    if value["text"].lower().lstrip("+-") == "nan":
        return False
    return (low is None or not _order(value, low) < 0) and (
        high is None or not _order(value, high) > 0
    )


def _order(value: Value, bound: str) -> float:
    """Negative: below the bound. A type without an order is never out of bounds."""
    kind, text = value["type"], value["text"]
    if kind == "int" and _fits("int", bound):
        # Decimal: int() refuses texts of more than 4300 digits
        left, right = Decimal(text), Decimal(bound)
        return (left > right) - (left < right)
    if kind == "date":
        then, limit = instant(text), instant(bound)
        return 0 if then is None or limit is None else then - limit
    if kind in ("int", "float") and _fits("float", _trim(bound)):
        number, edge = float(text), float(bound)
        return 0 if number == edge else number - edge
    return 0


def _fits(kind: str, text: str) -> bool:
    """The whole text against the grammar's pattern."""
    pattern = _pattern(kind)
    return pattern is None or pattern.fullmatch(text) is not None


@functools.cache
def _pattern(kind: str) -> re.Pattern[str] | None:
    grammar = GRAMMAR[kind]
    if grammar["pattern"] is None:
        return None
    # ASCII: U+017F is no `s` here, as it is none in JavaScript without the u flag
    flags = re.ASCII | (re.IGNORECASE if grammar["ignoreCase"] else 0)
    return re.compile(grammar["pattern"], flags)


def _trim(text: str) -> str:
    return text.strip(" \t\r\n")
