"""``leases``, ``leases revoke`` and ``leases dismiss``."""

from __future__ import annotations

import argparse
from typing import Any

from .. import shapes
from ..context import Context
from ..errors import SUCCEEDED, TerminalError
from ..terminal import shown
from ..words import ago, short_id


def register(groups: Any, shared: argparse.ArgumentParser) -> None:
    """Add the commands about what runs hold."""
    leases = groups.add_parser(
        "leases", parents=[shared], help="credentials of runs, and how they ended"
    )
    leases.set_defaults(run=_leases)
    verbs = leases.add_subparsers(metavar="VERB", dest="verb")
    revoke = verbs.add_parser(
        "revoke", parents=[shared], help="end credentials now, whatever their runs do"
    )
    revoke.add_argument("ids", metavar="ID", nargs="*", help="a lease")
    revoke.add_argument("--run", dest="of", metavar="ID", help="those of a run")
    revoke.add_argument(
        "--all",
        action="store_true",
        help="every one, and nothing issued before now holds any more",
    )
    revoke.add_argument("--yes", action="store_true", help="do not ask about --all")
    revoke.set_defaults(run=_revoke)
    dismiss = verbs.add_parser(
        "dismiss",
        parents=[shared],
        help="say that nothing of an orphan, or of a lease that ended unconfirmed, "
        "is left at its provider",
    )
    dismiss.add_argument(
        "ids", metavar="ID", nargs="+", help="an orphan, its name, or a lease"
    )
    dismiss.add_argument(
        "--reason", required=True, help="how that is known; kept in the audit"
    )
    dismiss.set_defaults(run=_dismiss)


def _revoke(context: Context) -> int:
    args, terminal = context.args, context.terminal
    if sum([bool(args.ids), args.of is not None, args.all]) != 1:
        raise TerminalError("Say which leases, --run ID, or --all.")
    if args.all and not args.yes:
        question = "End every credential of every run, now?"
        if not terminal.can_ask:
            raise TerminalError("--all ends every credential: add --yes.")
        if not terminal.ask(question):
            terminal.line("Nothing was revoked.")
            return SUCCEEDED
    request = {"ids": args.ids or None, "run": args.of, "all": args.all}
    found = context.post("/v1/leases/revoke", request)
    if terminal.as_json:
        terminal.document(found)
        return SUCCEEDED
    for lease in found["leases"]:
        terminal.line(
            f"  {lease['id']}  of run {short_id(lease['run'])}: {lease['state']}"
        )
    if not found["leases"]:
        terminal.line("  None was open.")
    if args.all:
        terminal.line(f"  Nothing issued before {found['not_before']} holds.")
    elif found["leases"]:
        terminal.line("  `jupyter batch leases` says when they are dead.")
    return SUCCEEDED


def _dismiss(context: Context) -> int:
    args, terminal = context.args, context.terminal
    if not args.reason.strip():
        raise TerminalError("Say how it is known that nothing is left: --reason TEXT.")
    request = {"ids": args.ids, "reason": args.reason}
    found = context.post("/v1/leases/dismiss", request)
    if terminal.as_json:
        terminal.document(found)
        return SUCCEEDED
    for orphan in found["orphans"]:
        terminal.line(
            f"  {orphan['kind']} {orphan['name']} at {orphan['provider']}: dismissed"
        )
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
        terminal.line("  Left at a provider, with nobody here who could end it:")
        rows = [
            [
                orphan["kind"],
                orphan["name"],
                orphan["provider"],
                short_id(orphan["run"]),
                f"since {ago(orphan['since'])}",
                _end(orphan),
            ]
            for orphan in found["orphans"]
        ]
        terminal.table(("orphan", "name", "provider", "run", "", ""), rows)
        if any(orphan["end"] is None for orphan in found["orphans"]):
            terminal.line(
                "  Have it removed there, then: "
                "jupyter batch leases dismiss NAME --reason TEXT"
            )
    return SUCCEEDED


def _end(orphan: dict[str, Any]) -> str:
    if orphan["end"]:
        reason = f": {shown(orphan['reason'])}" if orphan["reason"] else ""
        return f"{orphan['end']}{reason}"
    if orphan["expires_at"]:
        return f"expires {orphan['expires_at']}"
    return "no known expiry"


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
