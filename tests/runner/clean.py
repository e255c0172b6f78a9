"""Outputs as notebooks really have them, with no secret in them."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import sysconfig
import uuid
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from .leaks import KINDS


def _png(random: Random) -> str:
    """A picture with noise in it, as `image/png` holds it."""
    width = 160
    rows = b"".join(b"\0" + random.randbytes(width) + b"\xff" * 80 for _ in range(160))

    def chunk(kind: bytes, body: bytes) -> bytes:
        crc = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width + 80, 160, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(rows, 1))
    raw = b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")
    return base64.b64encode(raw).decode()


def _mail(random: Random) -> str:
    return base64.encodebytes(random.randbytes(30_000)).decode()


def _hashes(random: Random) -> str:
    return "".join(
        f"{hashlib.sha256(random.randbytes(8)).hexdigest()}  file-{n}.nc\n"
        for n in range(400)
    )


def _floats(random: Random) -> str:
    rows = ([repr(random.gauss(0, 1e3)) for _ in range(8)] for _ in range(250))
    return "".join(f"[{', '.join(row)}]\n" for row in rows)


def _table(random: Random) -> str:
    cells = "".join(
        f"<tr><th>{n}</th><td>{random.random():.6f}</td><td>{uuid.UUID(int=random.getrandbits(128))}</td></tr>\n"
        for n in range(300)
    )
    return f'<table border="1" class="dataframe">\n{cells}</table>'


def _others(random: Random) -> str:
    """Tokens that are not ours, of the same issuers."""
    return "\n".join(KINDS[kind](random).token for kind in KINDS for _ in range(12))


_SOURCES = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))


def _source(random: Random) -> str:
    return random.choice(_SOURCES).read_text("utf-8", "replace")


OUTPUTS: dict[str, tuple[str, Callable[[Random], str]]] = {
    "picture": ("image/png", _png),
    "mail": ("text/plain", _mail),
    "hashes": ("text/plain", _hashes),
    "floats": ("text/plain", _floats),
    "table": ("text/html", _table),
    "tokens of others": ("text/plain", _others),
    "source": ("text/plain", _source),
}


def notebooks(random: Random, size: int) -> Iterator[dict[str, Any]]:
    """Yield notebooks, on disk of `size` characters in all at least."""
    while size > 0:
        cells = []
        for kind, make in OUTPUTS.values():
            output = {"output_type": "display_data", "data": {kind: make(random)}}
            cells.append({"cell_type": "code", "source": "", "outputs": [output]})
        notebook = {"nbformat": 4, "cells": cells}
        yield notebook
        size -= len(json.dumps(notebook))
