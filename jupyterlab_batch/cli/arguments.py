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
_PIECE = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})")


def seconds(text: str) -> int:
    """Read a duration: ``90`` (seconds), ``2h``, ``1h30m``, ``30d``, ``1:30:00``."""
    told = text.strip().lower()
    if told.isdecimal():
        total = float(told)
    elif clock := _CLOCK.fullmatch(told):
        hours, minutes, rest = (int(part or 0) for part in clock.groups())
        total = hours * 3600.0 + minutes * 60 + rest
    elif told and _PIECE.sub("", told) == "":
        total = sum(float(n) * _UNITS[unit] for n, unit in _PIECE.findall(told))
    else:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a duration. Write for instance 2h, 90m or 1h30m."
        )
    if total < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is less than a second.")
    return int(total)


def parameter_values(
    given: Sequence[str],
) -> tuple[dict[str, str], dict[str, BaseType]]:
    """Read ``-p NAME=VALUE`` and ``-p NAME:type=VALUE``.

    Returns
    -------
    overrides, types : dict, dict
        Texts and picked types by name. A value is text to the last letter.
    """
    from jupyterlab_batch._generated.wire import BaseType as kinds

    known = get_args(kinds)
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
        if colon and kind not in known:
            raise TerminalError(
                f"-p {argument}: {kind or 'nothing'} is not a type. "
                f"Types are {', '.join(known)}."
            )
        overrides[name] = text
        if colon:
            types[name] = cast("BaseType", kind)
    return overrides, types
