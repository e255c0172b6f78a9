"""``broker status``, ``broker stop``, ``broker logs`` and ``broker rotate-key``."""

from __future__ import annotations

import argparse
from typing import Any

from ..arguments import count
from ..context import Context
from ..errors import SUCCEEDED, TerminalError
from ..terminal import log_text
from ..words import ago, path


def register(groups: Any, shared: argparse.ArgumentParser) -> None:
    """Add the commands about the process behind all others."""
    broker = groups.add_parser("broker", help="the process that keeps the runs")
    verbs = broker.add_subparsers(metavar="VERB", required=True, dest="verb")
    status = verbs.add_parser("status", parents=[shared], help="does it run?")
    status.set_defaults(run=_status)
    stop = verbs.add_parser("stop", parents=[shared], help="stop it, when nothing runs")
    stop.add_argument(
        "--anyway",
        action="store_true",
        help="also while runs are active, which start it again: a restart",
    )
    stop.set_defaults(run=_stop)
    logs = verbs.add_parser("logs", parents=[shared], help="its log")
    logs.add_argument("-n", type=count, default=200, metavar="LINES")
    logs.set_defaults(run=_logs)
    rotate = verbs.add_parser(
        "rotate-key", parents=[shared], help="seal credentials under a new key"
    )
    rotate.set_defaults(run=_rotate)


def _status(context: Context) -> int:
    from jupyterlab_batch.launcher import status

    found, terminal = status(context.args.data), context.terminal
    if terminal.as_json:
        terminal.document(found)
    elif not found["running"]:
        terminal.line("  No broker is running; the next command starts one.")
        terminal.line(f"  data: {path(found['data'])}")
    else:
        terminal.line(
            f"  running: process {found['pid']}, version {found['version']}, "
            f"since {ago(found['since'])}"
        )
        terminal.line(
            f"  active runs: {found['active_runs']}, "
            f"open leases: {found['open_leases']}"
        )
        terminal.line(f"  data: {path(found['data'])}")
        terminal.line(f"  socket: {found['socket']}")
    return SUCCEEDED


def _stop(context: Context) -> int:
    from jupyterlab_batch.launcher import stop

    stopped = stop(context.args.data, only_if_idle=not context.args.anyway)
    if context.terminal.as_json:
        context.terminal.document({"stopped": stopped})
    else:
        told = "Stopped." if stopped else "No broker was running."
        context.terminal.line(f"  {told}")
    return SUCCEEDED


def _logs(context: Context) -> int:
    from jupyterlab_batch.launcher import data_folder

    log = data_folder(context.args.data) / "broker.log"
    try:
        text = log.read_text("utf-8", "replace")
    except OSError as error:
        raise TerminalError(f"There is no log at {log}.", "not_found") from error
    lines = text.splitlines(keepends=True)
    tail = "".join(lines[max(0, len(lines) - context.args.n) :])
    if context.terminal.as_json:
        context.terminal.document({"log": tail})
    else:
        context.terminal.out.write(log_text(tail))
    return SUCCEEDED


def _rotate(context: Context) -> int:
    found, terminal = context.post("/v1/keys/rotate"), context.terminal
    if terminal.as_json:
        terminal.document(found)
        return SUCCEEDED
    terminal.line(
        f"  A new key is in place; {found['rewrapped']} open credentials are under it."
    )
    terminal.line("  The old one is gone. Back up the new one, and no old database.")
    return SUCCEEDED
