"""Where each key of a TOML text stands: its parsers do not keep the lines."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

_KEY = re.compile(
    r'[ \t]*(?:([A-Za-z0-9_-]+)|"((?:[^"\\\n]|\\.)*)"|\'([^\'\n]*)\')[ \t]*'
)
_TABLE = re.compile(r"[ \t]*(\[\[?)")
#: one piece of a value: a string of the four kinds, a comment, a bracket, the rest
_PIECE = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}'
    r'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*|[\[{]|[\]}]|\n|.',
    re.DOTALL,
)


@dataclass
class Lines:
    """Line numbers from 1 by path of keys."""

    known: dict[tuple[str, ...], int] = field(default_factory=dict)
    #: the first key that comes twice in its table, and where
    twice: tuple[str, int] | None = None

    def of(self, path: tuple[str, ...]) -> int:
        """The line of a path, else of the nearest table around it."""
        while path and path not in self.known:
            path = path[:-1]
        return self.known.get(path, 1)

    def meet(self, path: tuple[str, ...], line: int, *, ends: bool) -> None:
        for length in range(1, len(path)):
            self.known.setdefault(path[:length], line)
        if ends and path in self.known and self.twice is None:
            self.twice = (".".join(path), line)
        self.known.setdefault(path, line)


def key_lines(text: str) -> Lines:
    """Find the lines of all keys outside of inline tables.

    What is not TOML is passed over: the parser says what is wrong with it.
    """
    lines = Lines()
    table: tuple[str, ...] = ()
    arrays = 0
    at = counted = 0
    line = 1
    while at < len(text):
        line += text.count("\n", counted, at)
        counted = at
        header = _TABLE.match(text, at)
        if header is not None:
            path, at = _path(text, header.end())
            array = header.group(1) == "[["
            arrays += array
            # each table of an array is a new one: number it, or keys would clash
            table = (*path, f"\0{arrays}") if array else path
            lines.meet(path, line, ends=False)
        else:
            path, end = _path(text, at)
            if path and text.startswith("=", end):
                lines.meet((*table, *path), line, ends=True)
                at = end + 1
        at = _statement_end(text, at)
    return lines


def _path(text: str, at: int) -> tuple[tuple[str, ...], int]:
    path: list[str] = []
    while True:
        key = _KEY.match(text, at)
        if key is None:
            return (), at
        bare, basic, literal = key.groups()
        path.append(_unescape(basic) if basic is not None else bare or literal or "")
        at = key.end()
        if not text.startswith(".", at):
            return tuple(path), at
        at += 1


def _unescape(basic: str) -> str:
    try:
        return str(json.loads(f'"{basic}"'))
    except ValueError:
        return basic


def _statement_end(text: str, at: int) -> int:
    depth = 0
    while at < len(text):
        piece = _PIECE.match(text, at)
        if piece is None:
            return len(text)
        at = piece.end()
        found = piece.group()
        if found == "\n" and depth <= 0:
            return at
        depth += (found in ("[", "{")) - (found in ("]", "}"))
    return at
