"""``list``, ``show`` and ``logs``."""

from __future__ import annotations

import argparse
import os
import time
from typing import Any

from .. import resources, runtime, shapes
from ..arguments import count
from ..context import Context
from ..errors import SUCCEEDED
from ..terminal import log_text, shown
from ..words import (
    PARAMETER_HEAD,
    SIGNS,
    ago,
    clock,
    credential,
    ending,
    parameter_rows,
    path,
    plain,
    progress,
    short_id,
    size,
    took,
)


def register(groups: Any, shared: argparse.ArgumentParser) -> None:
    """Add the commands that look."""
    listed = groups.add_parser("list", parents=[shared], help="list runs")
    listed.add_argument(
        "--state", metavar="S", help="comma separated states; also active, ended"
    )
    listed.add_argument("--target", metavar="T")
    listed.add_argument("--notebook", metavar="NB", help="runs of this notebook")
    listed.add_argument("--label", metavar="L")
    listed.add_argument("-q", "--search", metavar="TEXT", help="in all that is shown")
    listed.add_argument(
        "--order",
        choices=("newest", "oldest", "notebook"),
        help="which comes first (newest); notebook: by path",
    )
    listed.add_argument("--limit", type=count, default=50, metavar="N")
    listed.add_argument("--cursor", metavar="C", help="`next` of the page before")
    listed.set_defaults(run=_list)

    show = groups.add_parser("show", parents=[shared], help="show one run")
    show.add_argument("id", metavar="ID")
    show.add_argument("--history", action="store_true", help="every change of state")
    show.set_defaults(run=_show)

    logs = groups.add_parser("logs", parents=[shared], help="show what a run printed")
    logs.add_argument("id", metavar="ID")
    logs.add_argument("-f", "--follow", action="store_true", help="until it ends")
    logs.set_defaults(run=_logs)


def _list(context: Context) -> int:
    args, terminal = context.args, context.terminal
    page = context.get(
        "/v1/runs",
        limit=args.limit,
        cursor=args.cursor,
        state=args.state,
        target=args.target,
        notebook=os.path.realpath(args.notebook) if args.notebook else None,
        label=args.label,
        q=args.search,
        order=args.order,
    )
    if terminal.as_json:
        runs = [shapes.run(run) for run in page["runs"]]
        terminal.document({"runs": runs, "next": page["next"]})
        return SUCCEEDED
    if not page["runs"]:
        terminal.line("  No runs.")
        return SUCCEEDED
    rows = [
        [
            f"{SIGNS[run['state']]} {short_id(run['id'])}",
            os.path.basename(run["notebook"]),
            run["label"] or "",
            progress(run),
            took(run),
            ago(run["ended_at"] or run["submitted_at"]),
        ]
        for run in page["runs"]
    ]
    terminal.table(("run", "notebook", "label", "state", "took", "when"), rows)
    if page["next"]:
        terminal.note(f"more: the same with --cursor {page['next']}")
    return SUCCEEDED


def _show(context: Context) -> int:
    terminal = context.terminal
    detail = context.detail(context.args.id)
    run = detail["run"]
    if terminal.as_json:
        terminal.document(shapes.run(run))
        return SUCCEEDED
    label = f"  {run['label']}" if run["label"] else ""
    terminal.line(f"{SIGNS[run['state']]} {run['id']}  {path(run['notebook'])}{label}")
    ended = run["ended_at"] is not None
    terminal.line(f"  {ending(run) if ended else progress(run)}  on {run['target']}")
    if run["message"]:
        terminal.line(f"  {run['message']}")
    asked = resources.words(run["resources"])
    if asked:
        terminal.line(f"  asked for: {shown(asked)}")
    if run["runtime"] is not None:
        terminal.line(f"  {shown(runtime.words(run['runtime']))}")
    if run["parameters"]:
        terminal.line()
        terminal.table(PARAMETER_HEAD, parameter_rows(run["parameters"]))
    if run["lease"] is not None:
        terminal.line(f"  {credential(run['lease'])}")
    if run["run_folder"]:
        terminal.line(f"  run folder: {path(run['run_folder'])}")
    _show_rest(context, detail)
    return SUCCEEDED


def _show_rest(context: Context, detail: dict[str, Any]) -> None:
    terminal = context.terminal
    if detail["files"]:
        terminal.line()
        rows = [
            [found["path"], size(found["size"]), "delivered" * found["delivered"]]
            for found in detail["files"]
        ]
        terminal.table(("file", "size", ""), rows)
    for warning in detail["warnings"]:
        terminal.line(f"  warning: {warning}")
    if context.args.history:
        terminal.line()
        rows = [
            [clock(entry["at"]), entry["subject"], entry["to"], entry["detail"] or ""]
            for entry in detail["history"]
        ]
        terminal.table(("at", "of", "state", ""), rows)
    if detail["traceback"]:
        terminal.line()
        terminal.line(log_text(plain(detail["traceback"])).rstrip())


def _logs(context: Context) -> int:
    """Print a log from its start; with -f, until the run has ended."""
    terminal = context.terminal
    run_id = context.full_id(context.args.id)
    offset, text, printed = 0, "", False
    while True:
        chunk = context.get(f"/v1/runs/{run_id}/log", offset=offset)
        got = chunk["offset"] > offset
        printed = printed or bool(chunk["text"])
        offset = chunk["offset"]
        if terminal.as_json:
            text += chunk["text"]
        else:
            terminal.out.write(log_text(chunk["text"]))
            terminal.out.flush()
        if got:
            continue
        if chunk["ended"] or not context.args.follow:
            break
        time.sleep(0.5)
    if terminal.as_json:
        terminal.document({"id": run_id, "log": text})
    elif not printed:
        terminal.note("Nothing was printed so far.")
    return SUCCEEDED
