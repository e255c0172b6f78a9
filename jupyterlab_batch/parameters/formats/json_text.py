"""JSON parameter files, numbers as their lexemes."""

from __future__ import annotations

import json

from ..errors import MalformedText
from ..lexemes import Lexeme, read_lexemes
from .tree import Node, Scalar, Sequence, Table


def read(text: str) -> Table:
    """Read a JSON object.

    Raises
    ------
    MalformedText
        Where it is not one, or a key comes twice.
    """
    lexeme = read_lexemes(text)
    if lexeme.kind != "dict":
        raise MalformedText("an object { … } is expected", 1)
    return _table(lexeme, text)


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _node(lexeme: Lexeme, text: str, line: int) -> Node:
    if lexeme.kind == "dict":
        return _table(lexeme, text)
    if lexeme.kind == "list":
        return Sequence(
            tuple(_node(m, text, _line(text, m.start)) for m in lexeme.members), line
        )
    written = text[lexeme.start : lexeme.end]
    if lexeme.kind == "string":
        return Scalar(json.loads(written), line, quoted=True)
    return Scalar(written, line)


def _table(lexeme: Lexeme, text: str) -> Table:
    members = {}
    for (key, at), member in zip(lexeme.keys, lexeme.members):
        members[key] = _node(member, text, _line(text, at))
    return Table(members, _line(text, lexeme.start))
