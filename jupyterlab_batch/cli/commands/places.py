"""``targets``."""

from __future__ import annotations

import argparse
from typing import Any

from .. import shapes
from ..context import Context
from ..errors import SUCCEEDED
from ..words import elapsed


def register(groups: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command about where runs go."""
    targets = groups.add_parser("targets", parents=[shared], help="where runs can go")
    targets.set_defaults(run=_targets)


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
