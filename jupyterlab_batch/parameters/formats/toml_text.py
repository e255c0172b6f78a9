"""TOML parameter files, numbers and dates as their lexemes."""

from __future__ import annotations

from typing import Any

from ..errors import MalformedText
from .toml_lines import Lines, key_lines
from .tree import Node, Scalar, Sequence, Table


def read(text: str) -> Table:
    """Read a TOML document.

    Raises
    ------
    MalformedText
        Where it is none, or a key comes twice.
    """
    try:
        import tomlkit
        from tomlkit.exceptions import ParseError, TOMLKitError
    except ImportError as error:
        raise MalformedText(
            "tomlkit is not installed here, so TOML cannot be read; "
            "install it or write JSON"
        ) from error
    lines = key_lines(text)
    if lines.twice is not None:
        name, line = lines.twice
        raise MalformedText(f"the key {name!r} comes twice", line)
    try:
        document = tomlkit.parse(text)
    except ParseError as error:
        why = str(error).rsplit(" at line ", 1)[0]
        raise MalformedText(why, error.line) from error
    except (TOMLKitError, ValueError, RecursionError) as error:
        raise MalformedText(str(error) or "this is not TOML") from error
    return _table(document, (), lines)


def _table(table: Any, path: tuple[str, ...], lines: Lines) -> Table:
    members = {}
    for key in table:
        name = str(key)
        members[name] = _node(table[key], (*path, name), lines)
    return Table(members, lines.of(path))


def _node(item: Any, path: tuple[str, ...], lines: Lines) -> Node:
    line = lines.of(path)
    if isinstance(item, dict):
        return _table(item, path, lines)
    if isinstance(item, list):
        return Sequence(tuple(_node(member, path, lines) for member in item), line)
    if isinstance(item, str):
        return Scalar(str(item), line, quoted=True)
    if isinstance(item, bool):  # tomlkit gives plain booleans
        return Scalar("true" if item else "false", line)
    written: str = item.as_string()
    if isinstance(item, (int, float)):
        # `1_000`: the underscore is TOML's way to group digits, not a digit
        written = written.replace("_", "")
    return Scalar(written, line)
