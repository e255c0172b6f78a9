"""A strict reader of JSON text that keeps every lexeme and knows where it stands.

The twin of ``protocol/src/lexemes.ts``: the golden file holds them together.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from .errors import MalformedText

#: Deeper nesting is refused: the interpreter's own stack is not to be the limit.
DEPTH = 100

_BLANK = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile(r"true|false|null")


@dataclass(frozen=True)
class Lexeme:
    """One JSON value: ``kind`` is string, number, bool, null, list or dict."""

    kind: str
    start: int
    end: int
    members: list[Lexeme] = field(default_factory=list)
    #: of a dict: (key, position of the key), in step with ``members``
    keys: list[tuple[str, int]] = field(default_factory=list)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def document(self) -> Lexeme:
        lexeme = self.value(0)
        if self.at != len(self.text):
            raise self.error("something follows the end")
        return lexeme

    def error(self, why: str) -> MalformedText:
        return MalformedText(why, self.text.count("\n", 0, self.at) + 1)

    def match(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found.group()

    def skip(self, sign: str) -> bool:
        self.match(_BLANK)
        if not self.text.startswith(sign, self.at):
            return False
        self.at += 1
        return True

    def value(self, depth: int) -> Lexeme:
        self.match(_BLANK)
        start = self.at
        kind = self.scalar()
        if kind is not None:
            lexeme = Lexeme(kind, start, self.at)
        elif depth >= DEPTH:
            raise self.error(f"nested deeper than {DEPTH}")
        elif self.skip("["):
            members = self.elements(depth)
            lexeme = Lexeme("list", start, self.at, members)
        elif self.skip("{"):
            keys, members = self.entries(depth)
            lexeme = Lexeme("dict", start, self.at, members, keys)
        else:
            raise self.error("a value is expected here")
        self.match(_BLANK)
        return lexeme

    def scalar(self) -> str | None:
        if self.match(_STRING) is not None:
            return "string"
        if self.match(_NUMBER) is not None:
            return "number"
        word = self.match(_WORD)
        if word is None:
            return None
        return "null" if word == "null" else "bool"

    def elements(self, depth: int) -> list[Lexeme]:
        members: list[Lexeme] = []
        if self.skip("]"):
            return members
        members.append(self.value(depth + 1))
        while self.skip(","):
            members.append(self.value(depth + 1))
        if not self.skip("]"):
            raise self.error("a comma or ] is expected here")
        return members

    def entries(self, depth: int) -> tuple[list[tuple[str, int]], list[Lexeme]]:
        keys: list[tuple[str, int]] = []
        members: list[Lexeme] = []
        seen: set[str] = set()
        if self.skip("}"):
            return keys, members
        while True:
            self.match(_BLANK)
            start = self.at
            quoted = self.match(_STRING)
            if quoted is None:
                raise self.error("a key in double quotes is expected here")
            key = json.loads(quoted)
            if key in seen:
                raise self.error(f"the key {key!r} comes twice")
            seen.add(key)
            if not self.skip(":"):
                raise self.error("a colon is expected here")
            keys.append((key, start))
            members.append(self.value(depth + 1))
            if not self.skip(","):
                break
        if not self.skip("}"):
            raise self.error("a comma or } is expected here")
        return keys, members


def read_lexemes(text: str) -> Lexeme:
    """Read a whole JSON text.

    Parameters
    ----------
    text
        The text; a key that comes twice is an error.

    Returns
    -------
    Lexeme
        The outermost value.

    Raises
    ------
    MalformedText
        With the line, where the text is not JSON.
    """
    return _Reader(text).document()
