"""A text without its line breaks: base64 is broken into lines of 64 or 76."""

from __future__ import annotations

import re
from bisect import bisect_right

# as it is, or as repr and JSON spell it; a block may be indented
_BREAK = re.compile(r"[ \t]*(?:\r?\n|(?:\\+r)?\\+n)[ \t]*")
# what may still become a break
_TORN = re.compile(r"[ \t]*(?:\r|(?:\\+r)?\\*)\Z")

_SHORTEST_LINE = 64


def probes(pattern: str) -> set[str]:
    """Return two texts, one of which is whole however `pattern` is broken."""
    # as long as they may be: a longer text is found faster
    size = min(len(pattern), _SHORTEST_LINE) // 2
    return {pattern[:size], pattern[size : 2 * size]}


class Unbroken:
    """`text` without its breaks, and where each character of it was.

    A break that `text` may only begin with is left out too.
    """

    def __init__(self, text: str) -> None:
        pieces: list[str] = []
        # for each piece: where it begins without breaks, and where in `text`
        self._starts: list[int] = []
        self._places: list[int] = []
        length = at = 0
        torn = _TORN.search(text)
        until = torn.start() if torn else len(text)
        for match in _BREAK.finditer(text, 0, until):
            self._add(length, at)
            pieces.append(text[at : match.start()])
            length += match.start() - at
            at = match.end()
        self._add(length, at)
        pieces.append(text[at:until])
        self.text = "".join(pieces)

    def _add(self, start: int, place: int) -> None:
        self._starts.append(start)
        self._places.append(place)

    def place(self, index: int) -> int:
        """Return where the character `index` of ours is in the text."""
        piece = bisect_right(self._starts, index) - 1
        return self._places[piece] + index - self._starts[piece]

    def places(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the pieces of the text that make up our `start` to `end`."""
        found = []
        while start < end:
            piece = bisect_right(self._starts, start) - 1
            last = piece + 1 == len(self._starts)
            stop = end if last else min(end, self._starts[piece + 1])
            at = self.place(start)
            found.append((at, at + stop - start))
            start = stop
        return found
