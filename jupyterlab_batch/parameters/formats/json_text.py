"""JSON parameter files, numbers as their lexemes."""

from __future__ import annotations

import json
from bisect import bisect_left

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
    return _Lines(text).table(lexeme)


class _Lines:
    """Turns positions into lines; counting anew each time would be quadratic."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.ends = [at for at, sign in enumerate(text) if sign == "\n"]

    def line(self, at: int) -> int:
        return bisect_left(self.ends, at) + 1

    def node(self, lexeme: Lexeme, line: int) -> Node:
        if lexeme.kind == "dict":
            return self.table(lexeme)
        if lexeme.kind == "list":
            members = (self.node(m, self.line(m.start)) for m in lexeme.members)
            return Sequence(tuple(members), line)
        written = self.text[lexeme.start : lexeme.end]
        if lexeme.kind == "string":
            return Scalar(json.loads(written), line, quoted=True)
        return Scalar(written, line)

    def table(self, lexeme: Lexeme) -> Table:
        members = {
            key: self.node(member, self.line(at))
            for (key, at), member in zip(lexeme.keys, lexeme.members)
        }
        return Table(members, self.line(lexeme.start))
