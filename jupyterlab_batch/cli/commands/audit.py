"""``audit show``, ``audit export`` and ``audit verify``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import Any

from ..context import Context
from ..errors import REFUSED, SUCCEEDED
from ..story import story

PAGE = 1000


def register(groups: Any, shared: argparse.ArgumentParser) -> None:
    """Add the commands about what was done, and whether that record is whole."""
    audit = groups.add_parser("audit", help="what was done, row by row")
    verbs = audit.add_subparsers(metavar="VERB", required=True, dest="verb")
    show = verbs.add_parser(
        "show", parents=[shared], help="the life of a run and its credential"
    )
    show.add_argument("id", metavar="ID")
    show.add_argument("--all", action="store_true", help="also what changed nothing")
    show.set_defaults(run=_show)
    export = verbs.add_parser(
        "export", parents=[shared], help="every row as a line of JSON"
    )
    export.add_argument("--run", dest="of", metavar="ID", help="of one run only")
    export.set_defaults(run=_export)
    verify = verbs.add_parser(
        "verify", parents=[shared], help="is a row altered, missing or moved?"
    )
    verify.set_defaults(run=_verify)


def rows(context: Context, run: str | None) -> Iterator[dict[str, Any]]:
    """Give every row, a page at a time."""
    after: int | None = 0
    while after is not None:
        page = context.get("/v1/audit", after=after, limit=PAGE, run=run)
        yield from page["rows"]
        after = page["next"]


def _show(context: Context) -> int:
    run = context.full_id(context.args.id)
    found = list(rows(context, run))
    if context.terminal.as_json:
        context.terminal.document({"run": run, "rows": found})
        return SUCCEEDED
    for line in story(found, everything=context.args.all):
        context.terminal.line(f"  {line}")
    return SUCCEEDED


def _export(context: Context) -> int:
    """Print JSON lines; with ``--json`` one document, like every other command."""
    run = context.full_id(context.args.of) if context.args.of else None
    if context.terminal.as_json:
        context.terminal.document({"rows": list(rows(context, run))})
        return SUCCEEDED
    for row in rows(context, run):
        context.terminal.line(json.dumps(row, ensure_ascii=False))
    return SUCCEEDED


def _verify(context: Context) -> int:
    found, terminal = context.get("/v1/audit/verify"), context.terminal
    if terminal.as_json:
        terminal.document(found)
    elif found["ok"]:
        terminal.line(f"✔ {found['rows']} rows, each as it was written")
    else:
        terminal.line(f"✖ {found['rows']} rows, and not as they were written:")
        for problem in found["problems"]:
            terminal.line(f"    {problem['kind']}: {problem['message']}")
        terminal.line(
            "    → Compare with an export of before (jupyter batch audit export)."
        )
    return SUCCEEDED if found["ok"] else REFUSED
