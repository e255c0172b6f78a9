"""The grammar of parameter texts as data (protocol/src/grammar.ts)."""

# Generated from protocol/src by `jlpm generate`: do not edit.

from __future__ import annotations

from typing import Optional, TypedDict


class TypeGrammar(TypedDict):
    """How the text of one base type is checked."""

    pattern: Optional[str]
    ignoreCase: bool
    trim: bool
    canonical: str
    expects: str


GRAMMAR: dict[str, TypeGrammar] = {
    "bool": {
        "pattern": "true|false|yes|no|on|off|1|0",
        "ignoreCase": True,
        "trim": True,
        "canonical": "boolean",
        "expects": "true or false",
    },
    "int": {
        "pattern": "[+-]?(0|[1-9][0-9]*)",
        "ignoreCase": False,
        "trim": True,
        "canonical": "none",
        "expects": "a whole number without point or leading zeros, such as 3",
    },
    "float": {
        "pattern": "[+-]?(([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?|[nN][aA][nN]|[iI][nN][fF])",
        "ignoreCase": False,
        "trim": True,
        "canonical": "point_zero",
        "expects": "a number, such as 3.0 or 1e3",
    },
    "str": {
        "pattern": "[^\\u0000]*",
        "ignoreCase": False,
        "trim": False,
        "canonical": "none",
        "expects": "text",
    },
    "null": {
        "pattern": "|null|none|~",
        "ignoreCase": True,
        "trim": True,
        "canonical": "null",
        "expects": "null",
    },
    "list": {
        "pattern": None,
        "ignoreCase": False,
        "trim": True,
        "canonical": "json",
        "expects": "a JSON list, such as [1, 2]",
    },
    "dict": {
        "pattern": None,
        "ignoreCase": False,
        "trim": True,
        "canonical": "json",
        "expects": "a JSON object, such as {\"a\": 1}",
    },
    "date": {
        "pattern": "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]+)?)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?)?",
        "ignoreCase": False,
        "trim": True,
        "canonical": "none",
        "expects": "a date, such as 2026-11-23 or 2026-11-23T12:03:00Z",
    },
    "path": {
        "pattern": "[^\\u0000]+",
        "ignoreCase": False,
        "trim": False,
        "canonical": "none",
        "expects": "a path",
    },
    "enum": {
        "pattern": None,
        "ignoreCase": False,
        "trim": False,
        "canonical": "none",
        "expects": "one of the choices",
    },
}
