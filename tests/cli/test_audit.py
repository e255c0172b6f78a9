"""``audit`` and ``leases revoke`` as a shell runs them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from jupyterlab_batch.cli.story import WORDS
from tests.submission.control import Call, Control, run

from .conftest import Shell, known


def row(seq: int, event: str, **more: Any) -> dict[str, Any]:
    return {
        "seq": seq,
        "at": "2026-11-23T12:03:11.120Z",
        "machine": "lease",
        "subject": "lease-1",
        "run": run()["id"],
        "event": event,
        "from": "ACTIVE",
        "to": "ACTIVE",
        "fits": True,
        "detail": None,
        "mac": "ab",
        **more,
    }


def pages(control: Control, *rows: dict[str, Any]) -> None:
    """Have the broker give one row a page."""

    def answer(call: Call) -> dict[str, Any]:
        at = int(call.query.get("after", "0"))
        page = [found for found in rows if found["seq"] > at][:1]
        last = not page or page[0] is rows[-1]
        return {"rows": page, "next": None if last else page[0]["seq"]}

    control.on("GET /v1/audit", answer)


def test_a_story_is_told(shell: Shell, control: Control) -> None:
    found = known(control)
    pages(
        control,
        row(3, "minted", detail="token 1 (hmac:ab)\x1b[2J", to="ACTIVE"),
        row(5, "renew", fits=False),
        row(9, "drain", to="REVOKING"),
        row(10, "something_new"),
    )
    told = shell("audit", "show", found["id"]).out.splitlines()
    assert len(told) == 4, told
    assert "minted: token 1 (hmac:ab)\\x1b[2J" in told[1] and "→" not in told[1]
    assert told[2].endswith("→ REVOKING")
    assert told[3].endswith("something new")
    everything = shell("audit", "show", found["id"], "--all").out
    assert "too late, nothing changed" in everything
    document = shell("audit", "show", found["id"], "--json").document
    assert [one["seq"] for one in document["rows"]] == [3, 5, 9, 10]


#: rows that are written beside the machines
BESIDE = {"created", "dismissed"}


def test_every_event_of_a_life_has_its_words() -> None:
    source = Path(__file__).parents[2] / "broker" / "src"
    for machine, file in (("run", "runs/events.ts"), ("lease", "leases/events.ts")):
        events = set(re.findall(r"type: '([a-z_]+)'", (source / file).read_text()))
        told = {event for kind, event in WORDS if kind == machine} - BESIDE
        assert len(events) > 10 and told == events, told ^ events


def test_an_export_is_json_lines(shell: Shell, control: Control) -> None:
    pages(control, row(1, "created"), row(2, "drain"))
    lines = shell("audit", "export").out.splitlines()
    assert [json.loads(line)["seq"] for line in lines] == [1, 2]


def test_verify_has_an_exit_code(shell: Shell, control: Control) -> None:
    control.on("GET /v1/audit/verify", {"ok": True, "rows": 7, "problems": []})
    assert shell("audit", "verify").code == 0
    problem = {"kind": "missing", "seq": 3, "message": "rows 3 to 4 are not there"}
    control.on("GET /v1/audit/verify", {"ok": False, "rows": 5, "problems": [problem]})
    done = shell("audit", "verify")
    assert done.code == 2 and "missing: rows 3 to 4" in done.out


def test_all_is_revoked_only_by_who_means_it(shell: Shell, control: Control) -> None:
    asked: list[Any] = []

    def answer(call: Call) -> dict[str, Any]:
        asked.append(call.body)
        lease = {"id": "lease-1", "run": run()["id"], "state": "REVOKING"}
        line = "2026-11-23T12:00:00Z" if call.body["all"] else None
        return {"leases": [lease], "not_before": line}

    control.on("POST /v1/leases/revoke", answer)
    for wrong in ((), ("lease-1", "--all"), ("--run", "r", "--all"), ("--all",)):
        assert shell("leases", "revoke", *wrong).code == 2
    assert "Nothing was revoked" in shell("leases", "revoke", "--all", typed="n\n").out
    assert asked == []
    assert "2026-11-23" in shell("leases", "revoke", "--all", typed="y\n").out
    assert "REVOKING" in shell("leases", "revoke", "lease-1").out
    assert shell("leases", "revoke", "--run", "r", "--json").document["leases"]
    assert asked == [
        {"ids": None, "run": None, "all": True},
        {"ids": ["lease-1"], "run": None, "all": False},
        {"ids": None, "run": "r", "all": False},
    ]
