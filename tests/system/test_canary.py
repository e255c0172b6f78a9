"""The whole path with secrets that are known, which must then be nowhere.

The platform tells the test, in memory, every secret that it gave out. The notebook
does its best to leak its token. Every file, argv and environment is searched in all
encodings; and the same search finds what a notebook puts there on purpose.
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

from platform_process import Platform

from .place import Place, processes, texts, until
from .scenes import WAIT, delivered

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


def test_no_secret_is_anywhere(secured: Place, platform: Platform) -> None:
    gate = secured.folder / "gate"
    notebook = secured.notebook(LEAKS, WIDGET, WAIT.format(str(gate)), FAILS)
    run = secured.submit(notebook)
    until(lambda: '"number":3' in secured.events(run).replace(" ", ""), "the gate")
    secrets = platform.secrets()
    # registration token, client secret, registration access token, access token
    assert len(secrets) == 4 and all(len(secret) > 20 for secret in secrets)
    around = list(lives(secured, run))
    assert any(b"ipykernel" in found for _, found in around)
    assert any(b"broker.cjs" in found for _, found in around)
    assert not search(secrets, around)
    assert not search(secrets, files(secured.folder)), "while it runs"
    assert not unhashed([*around, *files(secured.folder)])

    gate.touch()
    done = secured.ended(run)
    assert (done["state"], done["reason"]) == ("failed", "cell_error")
    said = texts(delivered(done))
    assert said.count("[redacted]") > 20, said[:500]
    for arguments in (["list"], ["show", run], ["leases"], ["doctor"]):
        told = secured.batch(*arguments, "--json", code=None)
        shown = [("printed", (told.stdout + told.stderr).encode())]
        assert not search(secrets, shown), arguments
    log = secured.batch("logs", run, code=None)
    assert not search(secrets, [("logs", (log.stdout + log.stderr).encode())])
    assert not search(secrets, files(secured.folder)), "after its end"
    assert not unhashed(files(secured.folder))
    broker = secured.broker
    assert broker is not None
    assert not search(secrets, lives(secured, run))


PLANTS = """\
import base64, subprocess, sys
from urllib.parse import quote
from jupyterlab_batch.job import token
t = token().reveal().encode()
forms = [t, t.hex().encode(), b"z" + t + b"z"]
forms += [base64.b64encode(b"ab"[:n] + t + b"cd") for n in range(3)]
forms += [base64.encodebytes(b"ab" + 2 * t)]
for number, form in enumerate(forms):
    open(f"planted{number}.bin", "wb").write(b"\\xff" * 9 + form)
child = subprocess.Popen([sys.executable, "-c", "input()", t.decode()],
                         stdin=subprocess.PIPE)
other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE,
                         env={"LEAK": t.decode(), "JUPYTERLAB_BATCH_RUN": RUN})
""".replace("RUN)", "__import__('os').environ['JUPYTERLAB_BATCH_RUN'])").replace(
    ": RUN}", ": __import__('os').environ['JUPYTERLAB_BATCH_RUN']}"
)


def test_the_search_finds_what_is_there(secured: Place, platform: Platform) -> None:
    gate = secured.folder / "gate"
    run = secured.submit(secured.notebook(PLANTS, WAIT.format(str(gate))))
    until(lambda: '"number":2' in secured.events(run).replace(" ", ""), "the gate")
    secrets = platform.secrets()
    found = search(secrets, [*files(secured.folder), *lives(secured, run)])
    for number in range(7):
        assert any(f"planted{number}.bin: " in each for each in found), number
    assert any(each.startswith("argv") for each in found)
    assert any(each.startswith("environment") for each in found)
    ticket = hashlib.sha256(b"a ticket").hexdigest()
    stored = hashlib.sha256(ticket.encode()).hexdigest()
    assert unhashed([("a", ticket.encode()), ("b", stored.encode())]) == ["a"]
    gate.touch()
    assert secured.ended(run)["state"] == "succeeded"
