"""``targets`` and ``leases``."""

from __future__ import annotations

import argparse
from typing import Any

from .. import shapes
from ..context import Context
from ..errors import SUCCEEDED
from ..words import ago, elapsed, short_id


def register(groups: Any, shared: argparse.ArgumentParser) -> None:
    """Add the commands about where runs go and what they hold."""
    targets = groups.add_parser("targets", parents=[shared], help="where runs can go")
    targets.set_defaults(run=_targets)
    leases = groups.add_parser(
        "leases", parents=[shared], help="credentials of runs, and how they ended"
    )
    leases.set_defaults(run=_leases)


def _targets(context: Context) -> int:
    found, terminal = context.get("/v1/targets"), context.terminal
    if terminal.as_json:
        terminal.document(shapes.targets(found))
        return SUCCEEDED
    rows = [
        [
            target["name"] + (" (default)" if target["default"] else ""),
            target["scheduler"],
            target["identity"] or "none",
            elapsed(target["time_limit"]),
            f"{target['running']} running, {target['waiting']} waiting",
        ]
        for target in found["targets"]
    ]
    terminal.table(("target", "scheduler", "identity", "time limit", "now"), rows)
    for target in found["targets"]:
        if target["notice"]:
            terminal.note(f"note: {target['name']}: {target['notice']}")
    return SUCCEEDED


def _leases(context: Context) -> int:
    found, terminal = context.get("/v1/leases"), context.terminal
    if terminal.as_json:
        terminal.document(shapes.leases(found))
        return SUCCEEDED
    if not found["leases"]:
        terminal.line("  No leases.")
    else:
        rows = [
            [
                short_id(lease["run"]),
                lease["provider"],
                " ".join(lease["scopes"]),
                lease["state"],
                lease["end"] or lease["problem"] or "",
                ago(lease["ended_at"]) if lease["ended_at"] else "",
            ]
            for lease in found["leases"]
        ]
        terminal.table(("run", "provider", "scopes", "state", "end", "when"), rows)
        _alarm(context, found["leases"])
    if found["orphans"]:
        terminal.line()
        terminal.line("  Left at a provider, with nobody who could end it:")
        rows = [
            [
                orphan["kind"],
                orphan["name"],
                orphan["provider"],
                short_id(orphan["run"]),
                f"since {ago(orphan['since'])}",
                orphan["end"] or f"expires {orphan['expires_at'] or 'never'}",
            ]
            for orphan in found["orphans"]
        ]
        terminal.table(("orphan", "name", "provider", "run", "", ""), rows)
    return SUCCEEDED


def _alarm(context: Context, leases: list[dict[str, Any]]) -> None:
    """Say how many tokens live on although their revocation was accepted."""
    held = [lease for lease in leases if lease["state"] == "QUARANTINED"]
    if held:
        names = ", ".join(sorted({lease["provider"] for lease in held}))
        context.terminal.line()
        context.terminal.line(
            f"  ALARM: {len(held)} quarantined. {names} accepted at least three "
            "revocations and the token still works."
        )
        context.terminal.line(
            "  It is tried again, at most a minute apart. Ask the provider to end it:"
        )
        for lease in held:
            context.terminal.line(f"    client {lease['id']}")
