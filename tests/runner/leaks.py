"""Secrets, and the ways in which pieces of them end up in an output."""

from __future__ import annotations

import base64
import json
import string
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from urllib.parse import quote

from jupyterlab_batch.runner.redaction import MASK, StreamRedactor, Vault

#: pieces from this length on are masked, whatever they are cut into
PROMISED = 16
#: of a piece that comes in pieces, so many characters may be shown first
SHOWN = 3

_URLSAFE = string.ascii_letters + string.digits + "-_"


@dataclass(frozen=True)
class Secret:
    """A token, and the part of it that nobody can guess."""

    token: str
    random: str


@dataclass(frozen=True)
class Leak:
    """An output with a piece of a secret in it.

    Attributes
    ----------
    core : str
        What of the output is the piece, in its spelling.
    chunks : tuple of str
        The output, as it arrives.
    """

    core: str
    chunks: tuple[str, ...]

    @property
    def text(self) -> str:
        """The output in one."""
        return "".join(self.chunks)


def _chars(random: Random, alphabet: str, count: int) -> str:
    return "".join(random.choices(alphabet, k=count))


def _json64(value: object) -> str:
    raw = json.dumps(value, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _jwt(random: Random, algorithm: str, size: int) -> Secret:
    jti = _chars(random, _URLSAFE, 21)
    header = _json64({"alg": algorithm, "typ": "at+jwt", "kid": "key-1"})
    claims = {"iss": "https://login.example.org", "client_id": "c", "jti": jti}
    signature = base64.urlsafe_b64encode(random.randbytes(size)).decode().rstrip("=")
    return Secret(f"{header}.{_json64(claims)}.{signature}", signature)


def _plain(random: Random, alphabet: str, count: int, prefix: str = "") -> Secret:
    part = _chars(random, alphabet, count)
    return Secret(prefix + part, part)


KINDS: dict[str, Callable[[Random], Secret]] = {
    "opaque": lambda r: _plain(r, _URLSAFE, 43),
    "short": lambda r: _plain(r, _URLSAFE, 22),
    "letters and digits": lambda r: _plain(r, string.ascii_letters + string.digits, 36),
    "prefixed": lambda r: _plain(
        r, string.ascii_letters + string.digits, 36, prefix="ghp_"
    ),
    "hex": lambda r: _plain(r, "0123456789abcdef", 64),
    "base64": lambda r: _plain(r, string.ascii_letters + string.digits + "+/", 44),
    "HMAC": lambda r: _jwt(r, "HS256", 32),
    "RSA": lambda r: _jwt(r, "RS256", 256),
}


def _coded(
    random: Random, encode: Callable[[bytes], bytes], piece: str
) -> tuple[str, str]:
    """Encode a piece within more; return that, and what the piece alone decides."""
    before = random.randbytes(random.randrange(9))
    spelt = encode(before + piece.encode() + random.randbytes(random.randrange(9)))
    until = (len(before) + len(piece)) * 8 // 6
    return spelt.decode(), spelt.decode()[-(-len(before) * 8 // 6) : until]


def _same(text: str) -> tuple[str, str]:
    return text, text


SPELLINGS: dict[str, Callable[[Random, str], tuple[str, str]]] = {
    "raw": lambda r, piece: _same(piece),
    "hex": lambda r, piece: _same(piece.encode().hex()),
    "HEX": lambda r, piece: _same(piece.encode().hex().upper()),
    "percent": lambda r, piece: _same(quote(piece, safe="")),
    "JSON": lambda r, piece: _same(json.dumps(piece).replace("/", "\\/")[1:-1]),
    "base64": lambda r, piece: _coded(r, base64.b64encode, piece),
    "base64 of URLs": lambda r, piece: _coded(r, base64.urlsafe_b64encode, piece),
}


def leak(random: Random, secret: Secret, spelling: str, around: str) -> Leak:
    """Put a piece of a secret between what is around, and cut that anywhere."""
    size = random.randint(PROMISED, len(secret.random))
    at = random.randint(0, len(secret.random) - size)
    spelt, core = SPELLINGS[spelling](random, secret.random[at : at + size])
    place = random.randint(0, len(around))
    text = f"{around[:place]} {spelt}\n{around[place:]}"
    if random.random() < 0.1:
        return Leak(core, tuple(text))
    count = random.choice((0, 0, 1, 3, 9))
    cuts = sorted(random.choices(range(len(text) + 1), k=count))
    return Leak(core, tuple(text[a:b] for a, b in pairwise([0, *cuts, len(text)])))


def missed(vault: Vault, found: Leak) -> str | None:
    """Say what a redactor lets through of a leak; None: nothing."""
    redactor = StreamRedactor(vault)
    shown = "".join([*map(redactor.feed, found.chunks), redactor.finish()])
    rest = shown.replace(MASK, "\0")
    windows = {found.core[at : at + 12] for at in range(len(found.core) - 11)}
    if any(window in rest for window in windows):
        return f"{found.core!r} is to be seen in {shown!r}"
    most = len(found.text) - len(found.core) + SHOWN
    if MASK not in shown or len(rest.replace("\0", "")) > most:
        return f"too much of {found.core!r} is to be seen in {shown!r}"
    return None
