"""``doctor --provider``: a real provider is examined and left as it was."""

from __future__ import annotations

import json
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from platform_process import Platform

from .place import BIN, Place, end, until
from .scenes import TOKEN


def alive(platform: Platform) -> int:
    return sum(token["alive"] for token in platform.inventory()["tokens"])


def test_a_provider_is_examined_and_left_as_it_was(
    secured: Place, platform: Platform
) -> None:
    found = secured.json("doctor", "--provider", "platform")
    assert found["ok"] is True, found
    assert {check["ok"] for check in found["checks"]} == {True}
    examination = found["examination"]
    assert examination["revocation"] == "at_resource" and examination["left"] == []
    assert examination["deleted_client_mints"] is False
    inventory = platform.inventory()
    assert len(inventory["tokens"]) >= 3 and not inventory["clients"]
    assert alive(platform) == 0
    told = secured.batch("doctor", "--provider", "platform").stdout
    assert "✔ revocation: real" in told and "any time limit" in told
    assert secured.json("leases") == {"leases": [], "orphans": []}
    rows = secured.batch("audit", "export").stdout
    assert [json.loads(row)["to"] for row in rows.splitlines()] == [
        "begun",
        "ended",
    ] * 2
    for secret in platform.secrets():
        for path in (*secured.data.iterdir(), secured.data / "broker.log"):
            assert secret.encode() not in path.read_bytes(), path.name
    refused = secured.batch("doctor", "--provider", "nobody", code=2)
    assert "[identities.nobody]" in refused.stderr and "platform" in refused.stderr


def test_what_was_measured_decides_what_a_run_gets(short_folder: Path) -> None:
    folder = short_folder / "stateless"
    arguments = ("--tokens", "jwt", "--ttl", "600")
    with (
        Platform(folder, *arguments) as platform,
        Place(short_folder / "p", platform) as place,
    ):
        notebook = place.notebook(TOKEN)
        limit = ("--time-limit", "5m", "--wait")
        assert place.json("run", notebook, *limit)["state"] == "succeeded"
        found = place.json("doctor", "--provider", "platform", code=2)
        assert found["examination"]["revocation"] == "at_issuer"
        told = " ".join(found["examination"]["worst_case"])
        assert "time limit of 540 seconds or more" in told
        # now it is known that a token outlives so short a run at its resource
        ended = place.json("run", notebook, *limit, code=None)
        assert ended["state"] == "failed", ended
        assert "outlive the run" in Path(ended["output"]).read_text()
        longer = ("--time-limit", "10m", "--wait")
        assert place.json("run", notebook, *longer)["state"] == "succeeded"
        assert alive(platform) == 0 and not platform.inventory()["clients"]


class _HangingProbe(BaseHTTPRequestHandler):
    """Takes a question and never answers it."""

    asked = threading.Event()
    over = threading.Event()

    def do_GET(self) -> None:
        self.asked.set()
        self.over.wait(60)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_killed_in_the_middle_it_leaves_what_leases_names(
    secured: Place, platform: Platform
) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _HangingProbe)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    path = secured.folder / "jupyter" / "jupyterlab_batch_config.toml"
    probe = f"http://127.0.0.1:{server.server_port}/"
    text = path.read_text()
    path.write_text(text.replace(f"{platform.url}/api/me", probe))
    assert probe in path.read_text()
    asking = subprocess.Popen(
        [BIN / "jupyter-batch", "doctor", "--provider", "platform"],
        env=secured.env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        assert _HangingProbe.asked.wait(60)
        broker = until(lambda: secured.broker, "the broker")
        [client] = platform.inventory()["clients"]
        end(broker)
        assert asking.wait(60) != 0
    finally:
        asking.kill()
        asking.communicate()
        _HangingProbe.over.set()
        server.shutdown()
        server.server_close()
    orphans = secured.json("leases")["orphans"]
    assert sorted(orphan["kind"] for orphan in orphans) == ["client", "token"]
    assert {orphan["name"] for orphan in orphans} == {client["name"]}
    assert client["name"].startswith("doctor-")
    assert client["name"] in secured.batch("leases").stdout
    assert secured.json("doctor", code=2)["ok"] is False
    # an operator has removed them by hand, says so, and the alarm is over
    words = ("leases", "dismiss", client["name"])
    secured.batch(*words, code=2)
    secured.batch(*words, "--reason", "removed in the console")
    ended = secured.json("leases")["orphans"]
    assert [(one["end"], one["reason"]) for one in ended] == [
        ("dismissed", "removed in the console")
    ] * 2
    assert secured.json("doctor")["ok"] is True
    rows = map(json.loads, secured.batch("audit", "export").stdout.splitlines())
    said = [row["detail"] for row in rows if row["event"] == "dismissed"]
    assert [text.split(": ")[1] for text in said] == ["removed in the console"] * 2
    assert secured.json("audit", "verify")["ok"] is True
