"""A notebook that does its best to leak its token, and a search for secrets.

Files, names, argv and environments are searched for every encoding of a secret.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

from .place import Place, processes

LEAKS = """\
import base64, json, subprocess, sys
from urllib.parse import quote
from IPython.display import HTML, JSON, display
from jupyterlab_batch.job import token
t = token().reveal()
print("raw", t, token())
print("half", t[:20], end="", flush=True)
print(t[20:], file=sys.stderr)
sys.stdout.write(t[:7]); sys.stdout.flush(); sys.stdout.write(t[7:] + "\\n")
for offset in range(3):
    print("base64", base64.b64encode(b"x" * offset + t.encode()).decode())
    print("urlsafe", base64.urlsafe_b64encode(b"x" * offset + t.encode()).decode())
print(base64.encodebytes(t.encode()), base64.encodebytes(t.encode()).decode())
print("hex", t.encode().hex(), t.encode().hex().upper())
print("url", quote(t, safe=""), "json", json.dumps(json.dumps({"t": t})))
display(HTML(f"<a href='https://x/?{t}'>{t}</a>"))
display(JSON({t: [t, {"deep": t}]}))
display({"text/plain": t, "image/svg+xml": f"<svg><desc>{t}</desc></svg>"}, raw=True,
        metadata={"m": t})
subprocess.run(["cat"], input=t.encode())
subprocess.run([sys.executable, "-c", "import sys; sys.stderr.write(sys.stdin.read())"],
               input=t.encode())
"""
TURNS = """\
import time
from jupyterlab_batch.job import token
first = token().reveal()
print("first", first)
while token().reveal() == first:
    time.sleep(0.1)
"""
WIDGET = """\
import ipywidgets
ipywidgets.Text(value=t, description=t[:30], tooltip=t)
"""
RAISES = "def lost(secret):\n    raise ValueError(secret + ' ' + secret.encode().hex())"
FAILS = f"{RAISES}\nlost(t)"


def encodings(secret: str) -> set[bytes]:
    """How a secret may be spelt; the ends of base64 depend on what is beside it."""
    raw = secret.encode()
    spelt = {
        raw,
        raw.hex().encode(),
        raw.hex().upper().encode(),
        quote(secret, safe="").encode(),
        quote_plus(secret).encode(),
        json.dumps(secret)[1:-1].encode(),
    }
    for offset in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            whole = encode(b"\0" * offset + raw + b"\0\0\0")
            first = -(-offset * 8 // 6)
            spelt.add(whole[first : (offset + len(raw)) * 8 // 6])
    return spelt


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder, and every name."""
    for at, folders, names in os.walk(folder):
        for name in [*folders, *names]:
            yield f"name {at}/{name}", os.fsencode(name)
        for name in names:
            path = Path(at, name)
            if path.is_file() and not path.is_symlink():
                yield str(path), path.read_bytes()


def lives(place: Place, run: str) -> Iterator[tuple[str, bytes]]:
    """Argv and environment of every process of a run, and of the broker."""
    mark = f"JUPYTERLAB_BATCH_RUN={run}".encode()
    mine = os.fsencode(place.folder)
    for pid, command, env in processes():
        if pid != os.getpid() and (mark in env or mine in env or mine in command):
            yield f"argv of {pid}: {command[:60]!r}", command
            yield f"environment of {pid}: {command[:60]!r}", env


def search(secrets: list[str], where: Iterable[tuple[str, bytes]]) -> list[str]:
    """Name every place that holds one of the secrets."""
    spelt = [form for secret in secrets for form in encodings(secret)]
    found = []
    for name, content in where:
        # base64 may be broken into lines, which JSON spells with two characters
        joined = content.replace(b"\\n", b"").replace(b"\n", b"")
        for form in spelt:
            if form in content or form in joined:
                found.append(f"{name}: {form[:12]!r}…")
    return found


HEX = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def unhashed(where: Iterable[tuple[str, bytes]]) -> list[str]:
    """Name every place of a ticket or session: a text whose hash is stored."""
    seen: dict[bytes, str] = {}
    for name, content in where:
        for found in HEX.findall(content):
            seen.setdefault(found, name)
    hashes = {bytes.fromhex(text.decode()) for text in seen}
    return [
        name
        for text, name in seen.items()
        for given in (text, bytes.fromhex(text.decode()))
        if hashlib.sha256(given).digest() in hashes
    ]
