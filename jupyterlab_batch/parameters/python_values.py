"""Between parameter texts and the values that Python code works with."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from .dates import read_date
from .errors import ByHandError

if TYPE_CHECKING:
    from .._generated.wire import BaseType, Declaration


def to_python(kind: str, text: str, like: object = None) -> Any:
    """Give the Python value of a canonical text.

    Parameters
    ----------
    kind
        Base type of the text.
    text
        Canonical, as ``check_text`` gives it.
    like
        The default: a path comes back as a ``Path`` where the default is one,
        and a day as a ``datetime``.

    Returns
    -------
    object
        bool, int, float, str, None, list, dict, date, datetime or Path.
    """
    if kind == "bool":
        return text == "true"
    if kind == "int":
        return int(text)
    if kind == "float":
        return float(text)
    if kind == "null":
        return None
    if kind in ("list", "dict"):
        return json.loads(text)
    if kind == "date":
        value = read_date(text)
        if isinstance(like, datetime) and not isinstance(value, datetime):
            return datetime(value.year, value.month, value.day)
        return value
    if kind == "path" and isinstance(like, PurePath):
        return Path(text)
    return text


def declare(name: str, default: object) -> Declaration:
    """Declare a parameter by the Python value of its default.

    Raises
    ------
    ByHandError
        Where the value is of no type that a parameter can have.
    """
    kind, text, items = _written(name, default)
    return {
        "name": name,
        "type": None if default is None else kind,
        "nullable": default is None,
        "items": items,
        "choices": None,
        "default": {"type": kind, "text": text},
        "expression": None,
        "declared": True,
        "evidence": "params",
        "description": None,
        "min": None,
        "max": None,
        "step": None,
        "cell": None,
        "line": None,
    }


def _written(name: str, default: object) -> tuple[BaseType, str, BaseType | None]:
    if type(default).__module__ == "numpy" and hasattr(default, "item"):
        default = default.item()  # numpy.float64(3.0) is a 3.0
    if default is None:
        return "null", "null", None
    if isinstance(default, bool):
        return "bool", "true" if default else "false", None
    if isinstance(default, int):
        return "int", str(int(default)), None
    if isinstance(default, float):
        return "float", float.__repr__(default), None
    if isinstance(default, str):
        return "str", str(default), None
    if isinstance(default, PurePath):
        return "path", os.fspath(default), None
    if isinstance(default, date):
        return "date", default.isoformat(), None
    try:
        if isinstance(default, (list, tuple)):
            return "list", _json(list(default)), _items(default)
        if isinstance(default, Mapping):
            return "dict", _json(dict(default)), None
    except (TypeError, ValueError) as error:
        raise ByHandError(
            f"The default of {name} cannot be written as JSON ({error}). "
            "Give a list or dict of numbers, texts and booleans."
        ) from error
    raise ByHandError(
        f"The default of {name} is a {type(default).__name__}, which no parameter "
        "can be. Give a bool, int, float, str, list, dict, date, Path or None."
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _items(members: list[object] | tuple[object, ...]) -> BaseType | None:
    """The element type, if all elements have one: `[1.0, 2.0]` stays floats."""
    names: dict[type, BaseType] = {bool: "bool", int: "int", float: "float", str: "str"}
    kinds = {type(member) for member in members}
    return names.get(kinds.pop()) if len(kinds) == 1 else None
