"""Keeps every secret that the run ever held out of all that it writes."""

from __future__ import annotations

import html
import json
import re
import threading
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote, quote_plus

from .fragments import (
    CERTAIN,
    TAIL,
    Grams,
    Hit,
    Pieces,
    Span,
    base64_cores,
    joined,
    parts,
    spellings,
    urlsafe,
)
from .linebreaks import Unbroken, probes

MASK = "[redacted]"
# a shorter encoding would hit clean text
_SHORTEST = 8


def _wholes(secret: str) -> set[str]:
    """Return the secret, and the parts of a JWT that are secret together."""
    parts = secret.split(".")
    if len(parts) == 3 and secret.startswith("eyJ"):
        # the header alone is the same for every token of an issuer
        return {secret, ".".join(parts[:2]), ".".join(parts[1:]), parts[1], parts[2]}
    return {secret}


def broken_encodings(secret: str) -> set[str]:
    """Return what of `secret` is searched for across lines: base64 in a mail, say."""
    wholes = _wholes(secret)
    # the smallest parts are in all the others
    smallest = {
        whole for whole in wholes if not any(o != whole and o in whole for o in wholes)
    }
    cores = set().union(*(base64_cores(part.encode("utf-8")) for part in smallest))
    return {core for core in cores if len(core) >= 2 * _SHORTEST}


def encodings(secret: str) -> set[str]:
    """Return every spelling of `secret` that is searched for."""
    found = {secret} if len(secret) >= 4 else set()
    for whole in _wholes(secret):
        value = whole.encode("utf-8")
        escaped = json.dumps(whole)[1:-1]
        percent = quote(whole, safe="")
        written = {
            whole,
            value.hex(),
            value.hex().upper(),
            escaped,
            json.dumps(whole, ensure_ascii=False)[1:-1],
            json.dumps(escaped)[1:-1],
            whole.replace("/", "\\/"),
            percent,
            re.sub(r"%[0-9A-F]{2}", lambda hit: hit.group().lower(), percent),
            quote(whole),
            quote_plus(whole),
            html.escape(whole),
        }
        for core in base64_cores(value):
            written |= {core, urlsafe(core)}
        found |= {text for text in written if len(text) >= _SHORTEST}
    return found


class Vault:
    """The secrets of one run, and what they look like in any encoding.

    Secrets are only ever added; readers take one consistent tuple without a lock.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._secrets: set[str] = set()
        self.patterns: tuple[str, ...] = ()
        self.forms: Forms | None = None

    def add(self, secret: str) -> None:
        """Know `secret` from now on; before anyone else may see it."""
        with self._lock:
            if secret in self._secrets or not secret:
                return
            self._secrets.add(secret)
            known = set(self.patterns) | encodings(secret)
            # the longest first: a part must not win over the whole
            ordered = sorted(known, key=lambda text: (-len(text), text))
            broken = sorted(set().union(*map(broken_encodings, self._secrets)))
            random = [part for each in self._secrets for part in parts(each)]
            pieces = set().union(*map(spellings, random))
            self.forms = Forms(ordered, broken, pieces) if ordered else None
            self.patterns = tuple(ordered)

    def text(self, text: str) -> str:
        """Return `text` with every known secret masked."""
        if self.forms is None:
            return text
        shown, at = [], 0
        for start, end in self.forms.spans(text):
            shown += [text[at:start], MASK]
            at = end
        return "".join([*shown, text[at:]]) if at else text

    def tree(self, value: Any) -> Any:
        """Return a JSON value with every string in it, keys too, masked."""
        if not self.patterns:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.tree(item) for item in value]
        if isinstance(value, dict):
            return {self.tree(key): self.tree(item) for key, item in value.items()}
        return value


class Forms:
    """Finds patterns in a text, some of them in pieces or broken into lines too.

    Parameters
    ----------
    patterns
        The longest first.
    broken
        Those that are looked for across lines too.
    pieces
        Those of which a piece is looked for too.
    """

    def __init__(
        self, patterns: Sequence[str], broken: Sequence[str], pieces: Iterable[str]
    ) -> None:
        self._patterns = tuple(patterns)
        self._whole = _any_of(self._patterns)
        self._broken = tuple(broken)
        self._unbroken = _any_of(self._broken)
        self._pieces = Pieces(pieces)
        sought = {*self._patterns, *set().union(*map(probes, self._broken))}
        self._short = tuple(text for text in sought if len(text) < CERTAIN)
        # what is sought whole ends with its end, which fewer others do than begin alike
        self._ends = {text[-CERTAIN:] for text in sought if len(text) >= CERTAIN}
        self._grams = Grams(self._ends | self._pieces.texts)
        # a break of four characters and some indentation for each short line
        self.reach = 2 * max(map(len, self._patterns)) + 64

    def spans(self, text: str) -> list[Span]:
        """Return where the patterns are: from, to, in order, apart."""
        found = self.lines(text)
        return joined(sorted((each[0][0], each[-1][1]) for each in found))

    def lines(self, text: str) -> list[list[Span]]:
        """Return the lines of each pattern in the text, without what parts them."""
        hits = list(self._grams.hits(text))
        found = self._wholes(text) if self._may_hold_one(text, hits) else []
        within = joined(sorted(span for lines in found for span in lines))
        pieces = self._pieces.spans(text, hits)
        return [*found, *([span] for span in pieces if not _lies_in(span, within))]

    def _may_hold_one(self, text: str, hits: Iterable[Hit]) -> bool:
        """Tell, fast, whether a whole pattern may be in the text."""
        return any(
            whole in self._ends and text.startswith(whole, at - offset)
            for at, whole, offset in hits
            if at >= offset
        ) or any(short in text for short in self._short)

    def _wholes(self, text: str) -> list[list[Span]]:
        unbroken = Unbroken(text)
        return [
            *([match.span()] for match in self._whole.finditer(text)),
            *(
                unbroken.places(*match.span())
                for match in self._unbroken.finditer(unbroken.text)
            ),
        ]

    def of_bytes(self) -> Forms:
        """Return the same for a file that is read as if it were latin-1."""
        patterns = [p.encode("utf-8").decode("latin-1") for p in self._patterns]
        return Forms(patterns, self._broken, self._pieces.texts)

    def hold(self, text: str) -> int:
        """Return where the longest tail begins that may grow into a pattern."""
        start = _hold(text, self._patterns)
        far = max(0, len(text) - self.reach)
        tail = Unbroken(text[far:])
        unbroken = _hold(tail.text, self._broken)
        if unbroken < len(tail.text):
            start = min(start, far + tail.place(unbroken))
        return min(start, self._pieces.hold(text))


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, patterns)) or r"(?!)")


def _lies_in(span: Span, spans: Sequence[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in spans)


class StreamRedactor:
    """Redacts a text that arrives in pieces, wherever they are cut.

    Only a tail that may still grow into a secret, or a piece of one, is held back;
    of a piece its first characters are shown, as many as are in any text by chance.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._held = ""
        # the last that was shown: a piece may have begun with it
        self._shown = ""

    def feed(self, text: str) -> str:
        """Return what of the text so far is safe to show."""
        forms = self._vault.forms
        if forms is None or not text:
            # what is held was shown before there was a secret, or nothing follows yet
            return text
        return self._redact(forms, text, over=False)

    def finish(self) -> str:
        """Return what was held back: nothing follows that could complete it."""
        forms = self._vault.forms
        return "" if forms is None else self._redact(forms, "", over=True)

    def _redact(self, forms: Forms, text: str, over: bool) -> str:
        seen = len(self._shown)
        text = self._shown + self._held + text
        spans = [span for span in forms.spans(text) if span[1] > seen]
        shown, begin, at = [], 0, seen
        while True:
            # a complete secret may reach over the tail: look at what follows it
            hold = len(text) if over else begin + forms.hold(text[begin:])
            while spans and spans[0][0] < hold:
                start, end = spans.pop(0)
                shown += [text[at : max(at, start)], MASK]
                begin = at = end
            if at <= hold or (begin == 0 and hold < seen):
                hold = max(at, hold)
                shown.append(text[at:hold])
                self._held = text[hold:]
                self._shown = text[max(begin, hold - TAIL + 1) : hold]
                return "".join(shown)


def _hold(text: str, patterns: tuple[str, ...]) -> int:
    """Return where the longest tail begins that is a true prefix of a pattern."""
    start = len(text)
    for pattern in patterns:
        at = max(0, len(text) - len(pattern) + 1)
        while (at := text.find(pattern[0], at, start)) >= 0:
            if pattern.startswith(text[at:]):
                start = at
                break
            at += 1
    return start
