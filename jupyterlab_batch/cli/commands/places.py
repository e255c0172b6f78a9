"""``targets``."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from .. import resources, runtime, shapes
from ..context import Context
from ..errors import SUCCEEDED
from ..terminal import shown
from ..words import elapsed

#: what a partition's limits are of, in the order of `ResourceLimits`
_LIMITS = ("nodes", "cpus", "memory", "gpus")
_HEAD = ("target", "partition", "a run's time", "nodes", "CPUs", "memory", "GPUs")


def register(groups: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command about where runs go."""
    targets = groups.add_parser(
        "targets",
        parents=[shared],
        help="where runs can go, and what is to be had there",
    )
    targets.set_defaults(run=_targets)


def _targets(context: Context) -> int:
    found, terminal = context.get("/v1/targets")["targets"], context.terminal
    offers = {target["name"]: _offer(context, target["name"]) for target in found}
    if terminal.as_json:
        terminal.document(shapes.targets(found, offers))
        return SUCCEEDED
    rows = [
        [
            target["name"] + (" (default)" if target["default"] else ""),
            target["scheduler"],
            target["identity"] or "none",
            elapsed(target["time_limit"]),
            f"{target['running']} running, {target['waiting']} waiting",
        ]
        for target in found
    ]
    terminal.table(("target", "scheduler", "identity", "time limit", "now"), rows)
    partitions = [
        row for target in found for row in _partitions(target, offers[target["name"]])
    ]
    if partitions:
        terminal.line()
        terminal.table(_HEAD, partitions)
    for name, offer in offers.items():
        for told in _others(offer["fields"]):
            terminal.line(f"{name}: {told}")
    for target in found:
        if target["runtime"] is not None:
            told = shown(runtime.option(target["runtime"]))
            terminal.line(f"{target['name']}: --runtime {told} (where none is given)")
    for target in found:
        if target["notice"]:
            terminal.note(f"note: {target['name']}: {target['notice']}")
        for problem in offers[target["name"]]["problems"]:
            terminal.note(f"note: {target['name']}: {problem['message']}")
    return SUCCEEDED


def _offer(context: Context, target: str) -> Mapping[str, Any]:
    """Ask what there is to choose for a run that chooses nothing."""
    offer: dict[str, Any] = context.post("/v1/preflight", resources.offer_of(target))
    return offer


def _partitions(target: Mapping[str, Any], offer: Mapping[str, Any]) -> list[list[str]]:
    most = target["time_limit"]
    return [
        [
            target["name"],
            one["value"] + _remark(one, field),
            elapsed(min(most, limits["time"] or most)),
            *(_amount(name, limits[name]) for name in _LIMITS),
        ]
        for field in offer["fields"]
        if field["name"] == "partition"
        for one in field["choices"]
        if (limits := one["limits"]) is not None
    ]


def _remark(choice: Mapping[str, Any], field: Mapping[str, Any]) -> str:
    if not choice["available"]:
        return " (starts nothing now)"
    return " (default)" if choice["value"] == field["default"] else ""


def _amount(name: str, count: int | None) -> str:
    if count is None:
        return "?"
    return f"{count / 1024:.1f} GiB" if name == "memory" else str(count)


def _others(fields: Sequence[Mapping[str, Any]]) -> list[str]:
    """Tell the names that can be given for the rest, where they are known."""
    return [
        f"--{field['name']} {', '.join(one['value'] for one in field['choices'])}"
        for field in fields
        if field["name"] != "partition" and field["choices"]
    ]
