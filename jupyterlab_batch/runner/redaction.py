"""Keeps every secret that the run ever held out of all that it writes."""

from __future__ import annotations

import base64
import html
import json
import re
import threading
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "[redacted]"
# a shorter encoding would hit clean text
_SHORTEST = 8


def _base64_cores(value: bytes) -> set[str]:
    """Return what base64 makes of `value` at any offset in a longer text.

    The first and the last character may also depend on the neighbours: they
    are left out.
    """
    cores: set[str] = set()
    for offset in range(3):
        bits = (offset + len(value)) * 8
        text = base64.b64encode(b"\0" * offset + value).decode("ascii")
        core = text[-(-offset * 8 // 6) : bits // 6]
        cores.update((core, core.replace("+", "-").replace("/", "_")))
    return cores


def encodings(secret: str) -> set[str]:
    """Return every spelling of `secret` that is searched for."""
    wholes = {secret}
    parts = secret.split(".")
    if len(parts) == 3 and secret.startswith("eyJ"):
        # the header alone is the same for every token of an issuer
        wholes |= {".".join(parts[:2]), ".".join(parts[1:]), parts[1], parts[2]}
    found = {secret} if len(secret) >= 4 else set()
    for whole in wholes:
        value = whole.encode("utf-8")
        escaped = json.dumps(whole)[1:-1]
        percent = quote(whole, safe="")
        spellings = {
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
            *_base64_cores(value),
        }
        found |= {text for text in spellings if len(text) >= _SHORTEST}
    return found


class Vault:
    """The secrets of one run, and what they look like in any encoding.

    Secrets are only ever added; readers take one consistent tuple without a lock.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._secrets: set[str] = set()
        self.patterns: tuple[str, ...] = ()
        self.regex: re.Pattern[str] | None = None

    def add(self, secret: str) -> None:
        """Know `secret` from now on; before anyone else may see it."""
        with self._lock:
            if secret in self._secrets or not secret:
                return
            self._secrets.add(secret)
            known = set(self.patterns) | encodings(secret)
            # the longest first: a part must not win over the whole
            ordered = sorted(known, key=lambda text: (-len(text), text))
            self.regex = re.compile("|".join(map(re.escape, ordered)) or r"(?!)")
            self.patterns = tuple(ordered)

    def text(self, text: str) -> str:
        """Return `text` with every known secret masked."""
        # `in` is memchr-fast; the expression runs only where there is a hit
        if self.regex is None or not any(p in text for p in self.patterns):
            return text
        return self.regex.sub(MASK, text)

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


class StreamRedactor:
    """Redacts a text that arrives in pieces, wherever they are cut.

    Only a tail that may still grow into a secret is held back.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._held = ""

    def feed(self, text: str) -> str:
        """Return what of the text so far is safe to show."""
        patterns, regex = self._vault.patterns, self._vault.regex
        if self._held:
            text = self._held + text
            self._held = ""
        if regex is None or not text:
            return text
        shown = []
        hit = any(pattern in text for pattern in patterns)
        while True:
            hold = _hold(text, patterns)
            end = 0
            for match in regex.finditer(text) if hit else ():
                if match.start() >= hold:
                    break
                shown += [text[end : match.start()], MASK]
                end = match.end()
            if end <= hold:
                shown.append(text[end:hold])
                self._held = text[hold:]
                return "".join(shown)
            # a complete secret reached over the tail: look at what follows it
            text = text[end:]

    def finish(self) -> str:
        """Return what was held back: nothing follows that could complete it."""
        held, self._held = self._held, ""
        return self._vault.text(held)


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
