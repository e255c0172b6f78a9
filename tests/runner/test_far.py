"""A job's way to a broker on another host: whom it tells its ticket."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyterlab_batch.launcher.program import node_program
from jupyterlab_batch.runner.broker import Unreachable, ask

TICKET = "ab" * 32


class Listener:
    """Speaks TLS with a certificate, answers everybody, keeps what it was told."""

    def __init__(self, certificate: Path, newest: ssl.TLSVersion) -> None:
        self.heard = b""
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        self.context.maximum_version = newest
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self.socket.accept()
                with self.context.wrap_socket(plain, server_side=True) as peer:
                    while not self.heard.endswith(b"}"):
                        self.heard += peer.recv(65536)
                    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            except ssl.SSLError:
                continue
            except OSError:
                return


#: prints a key and a certificate, as a broker makes them for itself
MAKE = """
import { makeIdentity } from 'BROKER/src/far/certificate.ts';
const { key, certificate } = makeIdentity(new Date());
process.stdout.write(JSON.stringify([key, certificate]));
"""


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The broker's, and one of the same name that somebody else has made."""
    folder = tmp_path_factory.mktemp("certificates")
    script = MAKE.replace("BROKER", str(Path(__file__).parents[2] / "broker"))
    command = [str(node_program()), "--input-type=module", "-e", script]
    made = [folder / "own.pem", folder / "other.pem"]
    for path in made:
        done = subprocess.run(command, check=True, capture_output=True)
        key, certificate = json.loads(done.stdout)
        path.write_text(key + certificate)
        Path(f"{path}.crt").write_text(certificate)
    return made


@pytest.fixture
def listeners() -> Iterator[list[Listener]]:
    made: list[Listener] = []
    yield made
    for each in made:
        each.socket.close()


def told(folder: Path, listener: Listener, certificate: Path) -> str:
    """Where such a job would look for its broker."""
    path = folder / "broker.json"
    says = {
        "addresses": ["127.0.0.1"],
        "port": listener.port,
        "certificate": Path(f"{certificate}.crt").read_text(),
    }
    path.write_text(json.dumps(says))
    return f"far:{path}"


@pytest.mark.parametrize(
    ("own", "newest", "believed"),
    [
        (True, ssl.TLSVersion.TLSv1_3, True),
        (False, ssl.TLSVersion.TLSv1_3, False),
        (True, ssl.TLSVersion.TLSv1_2, False),
    ],
    ids=["the broker", "another certificate", "an older TLS"],
)
def test_only_the_broker_hears_the_ticket(
    tmp_path: Path,
    certificates: list[Path],
    listeners: list[Listener],
    own: bool,
    newest: ssl.TLSVersion,
    believed: bool,
) -> None:
    listener = Listener(certificates[0 if own else 1], newest)
    listeners.append(listener)
    where = told(tmp_path, listener, certificates[0])
    if believed:
        ask(where, "/v1/permit", {"ticket": TICKET}, None)
    else:
        with pytest.raises(Unreachable):
            ask(where, "/v1/permit", {"ticket": TICKET}, None)
    assert (TICKET.encode() in listener.heard) is believed
