"""``cancel``, ``delete`` and ``prune``."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta, timezone
from typing import Any

from ..arguments import seconds
from ..context import Context
from ..errors import SUCCEEDED, TerminalError
from ..words import short_id


def register(groups: Any, shared: argparse.ArgumentParser) -> None:
    """Add the commands that end and remove."""
    cancel = groups.add_parser("cancel", parents=[shared], help="cancel runs")
    cancel.add_argument("ids", metavar="ID", nargs="+")
    cancel.set_defaults(run=_cancel)

    delete = groups.add_parser(
        "delete", parents=[shared], help="delete runs; what was delivered stays"
    )
    delete.add_argument("ids", metavar="ID", nargs="+")
    delete.add_argument("--yes", action="store_true", help="do not ask")
    delete.set_defaults(run=_delete)

    prune = groups.add_parser("prune", parents=[shared], help="delete old runs")
    prune.add_argument(
        "--older-than", type=seconds, required=True, metavar="30d", dest="age"
    )
    prune.add_argument("--dry-run", action="store_true", help="only say which")
    prune.add_argument("--yes", action="store_true", help="do not ask")
    prune.set_defaults(run=_prune)


def _report(context: Context, runs: list[dict[str, Any]], did: str) -> int:
    if context.terminal.as_json:
        pairs = [{"id": run["id"], "state": run["state"]} for run in runs]
        context.terminal.document({"runs": pairs})
        return SUCCEEDED
    for run in runs:
        context.terminal.line(f"  {short_id(run['id'])}  {did} ({run['state']})")
    return SUCCEEDED


def _cancel(context: Context) -> int:
    # every id is looked up before anything is done: one wrong id, nothing happens
    ids = [context.full_id(given) for given in context.args.ids]
    runs = []
    for run_id in ids:
        runs += context.post_once(f"/v1/runs/{run_id}/cancel")["runs"]
    return _report(context, runs, "cancel asked for")


def _delete(context: Context) -> int:
    found = [context.detail(given)["run"] for given in context.args.ids]
    _agree(context, f"Delete {_count(len(found))} with all that was not delivered?")
    runs = []
    for run in found:
        runs += context.broker.request("DELETE", f"/v1/runs/{run['id']}")["runs"]
    return _report(context, runs, "deleted")


def _prune(context: Context) -> int:
    age = timedelta(seconds=context.args.age)
    before = (datetime.now(timezone.utc) - age).strftime("%Y-%m-%dT%H:%M:%SZ")
    dry = {"ended_before": before, "dry_run": True}
    old = context.post("/v1/prune", dry)["runs"]
    if context.args.dry_run or not old:
        if not old:
            context.terminal.line("  No runs are that old.")
        return _report(context, old, "would be deleted")
    _agree(context, f"Delete {_count(len(old))} that ended before {before}?")
    gone = context.post("/v1/prune", {**dry, "dry_run": False})["runs"]
    return _report(context, gone, "deleted")


def _count(number: int) -> str:
    return f"{number} run{'' if number == 1 else 's'}"


def _agree(context: Context, question: str) -> None:
    """Ask before what cannot be undone.

    Raises
    ------
    TerminalError
        Nobody could be asked, or the answer was no.
    """
    if context.args.yes:
        return
    terminal = context.terminal
    if terminal.as_json or not terminal.can_ask:
        raise TerminalError(f"{question} Say so with --yes.")
    if not terminal.ask(question):
        raise TerminalError("Nothing was deleted.")
