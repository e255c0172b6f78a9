"""What an operator may do to credentials, and what may not keep them alive."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
from pathlib import Path
from typing import Any

from platform_process import Platform

from .place import Place, end, texts, until
from .scenes import TOKEN, WAIT, delivered, small_disk

TOLD = """\
from jupyterlab_batch.job import token
from jupyterlab_batch.runner.token import TokenError
try:
    token(min_valid=10_000).reveal()
except TokenError as error:
    print("refused:", error.code, error)
"""


def alive(platform: Platform) -> int:
    return sum(token["alive"] for token in platform.inventory()["tokens"])


def begun(place: Place, *cells: str) -> str:
    """Bring a run to where it has used its token and waits at the gate."""
    gate = place.folder / "gate"
    notebook = place.notebook(TOKEN, "print('used')", WAIT.format(str(gate)), *cells)
    run = place.submit(notebook)
    until(lambda: "used" in place.events(run), "the first cells")
    return run


def test_a_credential_is_revoked_while_its_run_goes_on(
    secured: Place, platform: Platform
) -> None:
    run = begun(secured, TOLD)
    assert alive(platform) == 1
    found = secured.json("leases", "revoke", "--run", run[-8:])
    assert [lease["run"] for lease in found["leases"]] == [run]
    until(lambda: not platform.inventory()["clients"], "no client is left")
    assert alive(platform) == 0
    assert secured.run(run)["state"] == "running"
    (secured.folder / "gate").touch()
    ended = secured.ended(run)
    assert ended["state"] == "succeeded", ended
    assert ended["lease"]["end"] == "dead_at_resource"
    told = texts(delivered(ended))
    assert "refused: over" in told and "revoked by hand" in told

    story = secured.batch("audit", "show", run[-8:]).stdout
    assert "revoked by an operator: revoked by hand" in story
    assert "inactive at the issuer" in story
    assert "too late" not in story
    lines = secured.batch("audit", "export", "--run", run).stdout.splitlines()
    rows = [json.loads(line) for line in lines]
    assert {row["run"] for row in rows} == {run}
    assert "revoke" in [row["event"] for row in rows]
    assert "each as it was written" in secured.batch("audit", "verify").stdout


def test_all_are_revoked_and_none_comes_back(
    secured: Place, platform: Platform
) -> None:
    run = begun(secured)
    assert secured.batch("leases", "revoke", code=2).stderr.startswith("error: Say")
    refused = secured.batch("leases", "revoke", "--all", code=2)
    assert "--yes" in refused.stderr and alive(platform) == 1
    found = secured.json("leases", "revoke", "--all", "--yes")
    assert len(found["leases"]) == 1 and found["not_before"]
    until(lambda: alive(platform) == 0, "no token is alive")
    (secured.folder / "gate").touch()
    assert secured.ended(run)["state"] == "succeeded"
    # what is issued afterwards holds
    later = secured.json("run", secured.notebook(TOKEN, name="later.ipynb"), "--wait")
    assert later["state"] == "succeeded"
    assert secured.batch("leases", "revoke", run[-8:], code=2).stderr


def test_the_audit_tells_of_a_row_that_was_altered(secured: Place) -> None:
    secured.json("run", secured.notebook("print(1)"), "--wait")
    assert secured.json("audit", "verify")["ok"] is True
    secured.batch("broker", "stop")
    with sqlite3.connect(secured.data / "broker.db") as raw:
        raw.execute("UPDATE audit SET detail = 'nothing' WHERE event = 'minted'")
        # a runner that was quick may have asked twice, and each is a row
        last = "(SELECT max(seq) FROM audit WHERE event = 'permit')"
        raw.execute(f"DELETE FROM audit WHERE seq = {last}")
    raw.close()
    found = secured.json("audit", "verify", code=2)
    kinds = [problem["kind"] for problem in found["problems"]]
    assert kinds == ["missing"] + ["altered"] * (len(kinds) - 1), found
    assert "missing" in secured.batch("audit", "verify", code=2).stdout


def test_a_full_disk_stops_issuing_and_not_revoking(
    secured: Place, platform: Platform
) -> None:
    secured.data.parent.mkdir(exist_ok=True)
    with small_disk(secured.data, "12m"):
        run = begun(secured)
        fill(secured.data / "fill")
        refused = secured.batch("run", secured.project / "wave.ipynb", code=None)
        log = (secured.data / "broker.log").read_text()
        assert refused.returncode == 2, refused.stderr + log
        assert "disk_full" in refused.stderr
        assert alive(platform) == 1
        (secured.folder / "gate").touch()
        ended = secured.ended(run)
        assert ended["lease"]["end"] == "dead_at_resource", ended
        assert alive(platform) == 0 and not platform.inventory()["clients"]
        (secured.data / "fill").unlink()
        assert secured.json("audit", "verify")["ok"] is True
        secured.batch("broker", "stop")


def test_the_key_is_changed_under_a_living_credential(
    secured: Place, platform: Platform
) -> None:
    run = begun(secured)
    key = secured.data / "key"
    old = key.read_text()
    assert secured.json("broker", "rotate-key") == {"rewrapped": 1}
    assert key.read_text() != old and key.stat().st_mode & 0o777 == 0o400
    assert not (secured.data / "key.next").exists()
    # as if the broker had been killed before the new key took the old one's place
    end(secured.broker or 0)
    key.rename(secured.data / "key.next")
    key.write_text(old)
    key.chmod(0o400)
    until(lambda: secured.broker, "a broker that the runner brought back")
    until(lambda: not (secured.data / "key.next").exists(), "the end of the rotation")
    assert key.read_text() != old
    (secured.folder / "gate").touch()
    ended = secured.ended(run)
    assert ended["state"] == "succeeded", ended
    assert ended["lease"]["end"] == "dead_at_resource"
    assert alive(platform) == 0 and not platform.inventory()["clients"]
    assert secured.json("audit", "verify")["ok"] is True


def test_another_key_is_told_and_the_right_one_ends_it(
    secured: Place, platform: Platform
) -> None:
    run = begun(secured)
    key, kept = secured.data / "key", secured.folder / "kept"
    first = secured.broker or 0
    key.rename(kept)
    key.write_text("5c" * 32 + "\n")
    key.chmod(0o400)
    end(first)
    until(lambda: secured.broker not in (None, first), "a broker with another key")

    def told() -> Any:
        checks = secured.json("doctor", code=None)["checks"]
        return next(check for check in checks if check["name"] == "credentials")

    until(lambda: not told()["ok"], "the doctor's word")
    assert "1 sealed with another key" in told()["message"]
    assert "old key file" in told()["fix"]
    # no hindrance for anybody else, and no end that nobody proved
    (secured.folder / "gate").touch()
    other = secured.json("run", secured.notebook(TOKEN, name="b.ipynb"), "--wait")
    assert other["lease"]["end"] == "dead_at_resource", other
    assert alive(platform) == 1
    kept.replace(key)
    end(secured.broker or 0)
    ended = secured.ended(run)
    until(lambda: alive(platform) == 0, "the end of its token")
    until(lambda: not platform.inventory()["clients"], "the end of its client")
    assert ended["state"] in ("succeeded", "failed"), ended
    until(lambda: told()["ok"], "the doctor's word")
    assert secured.json("audit", "verify")["ok"] is True


def test_a_scraper_sees_what_became_of_credentials(
    secured: Place, platform: Platform
) -> None:
    run = begun(secured)
    name = 'jupyterlab_batch_leases{provider="platform",state="ACTIVE"} 1'
    assert name in scraped(secured, "metrics")
    assert scraped(secured, "livez") == scraped(secured, "readyz") == "ok\n"
    (secured.folder / "gate").touch()
    secured.ended(run)
    text = scraped(secured, "metrics")
    assert name not in text
    assert 'revocation_lag_seconds_count{provider="platform"} 1' in text
    for call in ("register", "mint", "revoke", "probe", "introspect", "delete_client"):
        assert f'provider="platform",call="{call}",outcome="ok"}} 1' in text, call
    assert not [secret for secret in platform.secrets() if secret in text]


def scraped(place: Place, path: str) -> str:
    """Ask as an operator would, with curl's own way to a Unix socket."""
    status = place.json("broker", "status")
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(10)
    client.connect(status["socket"])
    client.sendall(f"GET /{path} HTTP/1.0\r\nHost: broker\r\n\r\n".encode())
    with client, client.makefile("rb") as answer:
        head, _, body = answer.read().partition(b"\r\n\r\n")
    assert b" 200 " in head.splitlines()[0], head
    return body.decode()


def fill(path: Path) -> None:
    """Take what space there is, to the last byte."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(os.urandom(size))
            except OSError:
                continue
