"""Finds pieces of a secret: a token that is printed by halves, or cut off."""

from __future__ import annotations

import base64
import re
import sys
from array import array
from collections.abc import Iterable, Iterator
from urllib.parse import quote

Span = tuple[int, int]
# where in a text, of which other text, where in that one
Hit = tuple[int, str, int]

# so many characters of a random part in a row are no coincidence: 72 bits where
# it is base64, 48 where it is hex
SHORTEST = 12
# a tail that long may grow into a piece: it waits for what follows
TAIL = 4

# what is random in a token: RFC 6750 allows no other characters, and dots part it
_PART = re.compile(r"[A-Za-z0-9_~+/-]{20,}={0,2}")
_CLASSES = re.compile(r"(?=.*[0-9])|(?=.*[a-z])(?=.*[A-Z])")
_GRAM = 8
# aligned at four in the text, one of eight characters is in every eleven
_OFFSETS = (0, 4)
CERTAIN = 11
# bytes that are looked at in one go
_GO = 1 << 16


def parts(secret: str) -> list[str]:
    """Return the parts of `secret` that are random.

    A JSON object in base64 (header and payload of a JWT) is not: others begin
    with the same. Nor is what repeats itself, or is written in few characters.
    """
    found = []
    for text in _PART.findall(secret):
        triples = {text[at : at + 3] for at in range(len(text) - 2)}
        random = len(set(text)) >= 10 and len(triples) > 0.8 * (len(text) - 2)
        if random and _CLASSES.match(text) and not text.startswith("eyJ"):
            found.append(text)
    return found


def base64_cores(value: bytes) -> set[str]:
    """Return what base64 makes of `value` at any offset in a longer text.

    The first and the last character may also depend on the neighbours: they
    are left out.
    """
    cores: set[str] = set()
    for offset in range(3):
        bits = (offset + len(value)) * 8
        text = base64.b64encode(b"\0" * offset + value).decode("ascii")
        cores.add(text[-(-offset * 8 // 6) : bits // 6])
    return cores


def urlsafe(core: str) -> str:
    """Return base64 in the alphabet of URLs."""
    return core.replace("+", "-").replace("/", "_")


def spellings(part: str) -> set[str]:
    """Return how a piece of a random part may be written."""
    value = part.encode("ascii")
    percent = quote(part, safe="")
    cores = base64_cores(value)
    return {
        part,
        value.hex(),
        value.hex().upper(),
        percent,
        percent.replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d"),
        part.replace("/", "\\/"),
        *cores,
        *map(urlsafe, cores),
    }


class Grams:
    """Tells fast whether a text may hold a piece of one of many longer texts.

    Eight bytes at a time are compared as one number, by the interpreter itself.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._places: dict[int, list[tuple[str, int]]] = {}
        for text in sorted(set(texts)):
            raw = _bytes(text)
            for at in range(len(raw) - _GRAM + 1):
                gram = int.from_bytes(raw[at : at + _GRAM], sys.byteorder)
                self._places.setdefault(gram, []).append((text, at))
        self._grams = frozenset(self._places)

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield where eight characters are those of one of the texts."""
        if len(text) < _GRAM:
            return
        raw = memoryview(_bytes(text))
        for offset in _OFFSETS:
            for first in range(offset, len(raw) - _GRAM + 1, _GO):
                words = array("Q")
                size = min(_GO, (len(raw) - first) // _GRAM * _GRAM)
                words.frombytes(raw[first : first + size])
                if self._grams.isdisjoint(words):
                    continue
                for index, word in enumerate(words):
                    for whole, at in self._places.get(word, ()):
                        yield first + index * _GRAM, whole, at


class Pieces:
    """What a text has in common with random parts in any of their spellings."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = frozenset(text for text in texts if len(text) >= SHORTEST)
        self._joined = "\0".join(sorted(self.texts))
        self._longest = max(map(len, self.texts), default=0)

    def spans(self, text: str, hits: Iterable[Hit]) -> list[Span]:
        """Return where the pieces are: from, to, in order, apart."""
        found: dict[tuple[str, int], list[Span]] = {}
        for at, whole, offset in hits:
            if whole not in self.texts:
                continue
            # a long piece is hit many times: once is enough
            spans = found.setdefault((whole, at - offset), [])
            if not any(start <= at < end for start, end in spans):
                spans.append(_widest(text, at, whole, offset))
        return joined(
            sorted(
                (start, end)
                for spans in found.values()
                for start, end in spans
                if end - start >= SHORTEST
            )
        )

    def hold(self, text: str) -> int:
        """Return where a tail begins that may grow into a piece, or go on with one."""
        size = TAIL - 1
        most = min(len(text), self._longest)
        while size < most and text[len(text) - size - 1 :] in self._joined:
            size += 1
        return len(text) - size if size >= TAIL else len(text)


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return sorted spans, those that overlap as one."""
    found: list[Span] = []
    for start, end in spans:
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _widest(text: str, at: int, whole: str, offset: int) -> Span:
    """Return how far both agree around a place where they do."""
    start, most = 0, min(at, offset)
    while start < most and text[at - start - 1] == whole[offset - start - 1]:
        start += 1
    end = 0
    most = min(len(text) - at, len(whole) - offset)
    while end < most and text[at + end] == whole[offset + end]:
        end += 1
    return at - start, at + end


def _bytes(text: str) -> bytes:
    """Return a byte for each character; those that no token has are all one."""
    return text.encode("latin-1", "replace")
