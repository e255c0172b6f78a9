"""Reading what people type: values, durations."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast, get_args

from .errors import TerminalError

if TYPE_CHECKING:
    from jupyterlab_batch._generated.wire import BaseType

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_PART = re.compile(
    r"([0-9]+(?:\.[0-9]+)?)\s*"
    r"(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)[\s,]*"
)
_CLOCK = re.compile(r"(?:([0-9]{1,9}):)?([0-9]{1,2}):([0-5][0-9])")
_LONGEST = 36500 * 86400


def seconds(text: str) -> int:
    """Read a duration: ``90`` (seconds), ``2h``, ``1h30m``, ``30d``, ``1:30:00``.

    ``protocol/grammar/durations.json`` is run against every reader of the grammar.
    """
    told = text.strip().lower()
    if re.fullmatch("[0-9]+", told):
        total: float | None = float(told)
    elif clock := _CLOCK.fullmatch(told):
        hours, minutes, rest = (int(part or 0) for part in clock.groups())
        total = hours * 3600.0 + minutes * 60 + rest
    else:
        total = _of_parts(told)
    if total is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a duration. Write for instance 2h, 90m or 1h30m."
        )
    if total > _LONGEST:
        told = text if len(text) < 40 else f"{text[:40]}…"
        raise argparse.ArgumentTypeError(f"{told!r} is more than 100 years.")
    whole = int(total + 0.5)
    if whole < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is less than a second.")
    return whole


def _of_parts(told: str) -> float | None:
    total, at, last = 0.0, 0, float("inf")
    while at < len(told):
        part = _PART.match(told, at)
        # `30m 1h` and `1h 1h` are slips, not spans
        if part is None or _UNITS[part[2][0]] >= last:
            return None
        last = _UNITS[part[2][0]]
        total += float(part[1]) * last
        at = part.end()
    return total if told else None


def count(text: str) -> int:
    """Read a number of things: a whole number from 0."""
    if not re.fullmatch(r"[0-9]{1,9}", text.strip()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0.")
    return int(text)


def parameter_values(
    given: Sequence[str],
) -> tuple[dict[str, str], dict[str, BaseType]]:
    """Read ``-p NAME=VALUE`` and ``-p NAME:type=VALUE``.

    Returns
    -------
    overrides, types : dict, dict
        Texts and picked types by name. A value is text to the last letter.
    """
    overrides: dict[str, str] = {}
    types: dict[str, BaseType] = {}
    for argument in given:
        named, equals, text = argument.partition("=")
        name, colon, kind = named.partition(":")
        name = name.strip()
        if not equals or not name:
            raise TerminalError(f"-p {argument}: write NAME=VALUE.")
        if name in overrides:
            raise TerminalError(f"-p {name} is given twice.")
        overrides[name] = text
        if colon:
            types[name] = _type(argument, kind)
    return overrides, types


def _type(argument: str, kind: str) -> BaseType:
    # the shapes of the whole contract: seldom needed, and slow to make
    from jupyterlab_batch._generated.wire import BaseType as kinds

    known = get_args(kinds)
    if kind not in known:
        raise TerminalError(
            f"-p {argument}: {kind or 'nothing'} is not a type. "
            f"Types are {', '.join(known)}."
        )
    return cast("BaseType", kind)
