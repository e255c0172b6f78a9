"""How a run, its parameters and its credential are told to a person."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

SIGNS = {
    "staged": "◌",
    "queued": "◌",
    "running": "▶",
    "finishing": "▶",
    "succeeded": "✔",
    "failed": "✖",
    "cancelled": "⊘",
    "lost": "?",
}


#: a start within so many seconds is no wait
SOON = 30


def short_id(run: str) -> str:
    """Return the last 8 digits; the first ones change once a minute only."""
    return run.replace("-", "")[-8:]


def moment(text: str) -> datetime:
    """Read a time of the wire."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def clock(text: str) -> str:
    """Tell a time of day, on the user's clock."""
    return moment(text).astimezone().strftime("%H:%M:%S")


def elapsed(seconds: float) -> str:
    """Tell a duration as ``1:02`` or ``1:00:02``."""
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def took(run: Mapping[str, Any], now: datetime | None = None) -> str:
    """Tell how long a run has been running, or ran; empty before it started."""
    if run["started_at"] is None:
        return ""
    end = moment(run["ended_at"]) if run["ended_at"] else now
    end = end or datetime.now(timezone.utc)
    return elapsed((end - moment(run["started_at"])).total_seconds())


def ago(text: str) -> str:
    """Tell how long ago something was."""
    passed = (datetime.now(timezone.utc) - moment(text)).total_seconds()
    if passed < 86400:
        return f"{elapsed(passed)} ago"
    return f"{int(passed // 86400)} d ago"


def size(count: int) -> str:
    """Tell a number of bytes."""
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            break
        amount /= 1000
    return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"


def path(text: str) -> str:
    """Shorten a path: from the working folder, or from home."""
    for base, sign in ((os.getcwd(), ""), (str(Path.home()), "~/")):
        if text.startswith(base.rstrip("/") + "/"):
            return sign + text[len(base.rstrip("/")) + 1 :]
    return text


def source(layer: str, origin: str) -> str:
    """Tell where a value came from."""
    return "notebook" if layer == "notebook" else path(origin)


def parameter_rows(parameters: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    return [
        [
            found["name"],
            found["type"],
            found["text"],
            source(found["layer"], found["origin"])
            + ("" if found["declared"] else " (suggested)"),
            " · ".join(
                f"{source(hidden['layer'], hidden['origin'])} {hidden['text']}"
                for hidden in found["shadowed"]
            ),
        ]
        for found in parameters
    ]


PARAMETER_HEAD = ("parameter", "type", "value", "from", "instead of")


def progress(run: Mapping[str, Any]) -> str:
    """Tell what a run is doing, in a few words."""
    if run["deleting"]:
        return "deleting"
    if run["cancelling"] and run["ended_at"] is None:
        return "cancelling"
    if run["state"] == "queued" and run["position"] is not None:
        return f"waiting, {ordinal(run['position'])} in line"
    # a job that runs may be held, too: suspended by its cluster
    if run["waiting"] is not None:
        return _waiting(run["waiting"])
    done = run["progress"]
    if run["state"] == "running" and done is not None:
        title = f" {done['title']}" if done["title"] else ""
        return f"cell {done['cell']}/{done['cells']}{title}"
    if run["reason"] is not None and run["state"] != "succeeded":
        return f"{run['state']}: {run['reason']}"
    return str(run["state"])


def _waiting(told: Mapping[str, Any]) -> str:
    words = told["why"] or "waiting"
    if told["starts_at"] is None:
        return str(words)
    return f"{words}, estimated start {_clock(told['starts_at'])}"


def _clock(iso: str) -> str:
    at, now = moment(iso).astimezone(), datetime.now().astimezone()
    return at.strftime("%H:%M" if at.date() == now.date() else "%Y-%m-%d %H:%M")


def start(iso: str) -> str:
    """Tell when a scheduler would start a run: ``at once``, ``at about 14:20``."""
    ahead = (moment(iso) - datetime.now().astimezone()).total_seconds()
    return "at once" if ahead < SOON else f"at about {_clock(iso)}"


def ordinal(number: int) -> str:
    """Tell a place in a row: 1st, 2nd, 3rd, 4th, 11th."""
    last = 0 if number // 10 % 10 == 1 else number % 10
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(last, 'th') }"


_ENDS = {
    "dead_at_resource": "revoked and verified dead",
    "expired": "expired, verified dead",
    "dead_at_issuer": "revoked; dead by the issuer's word, not verified",
    "unconfirmed": "NOT confirmed dead: it lives on until it expires",
}


def credential(lease: Mapping[str, Any]) -> str:
    """Tell the life of a run's credential, and claim nothing that was not verified."""
    if lease["minted_at"] is None:
        return f"credential: none was minted ({lease['state']})"
    used = f"{lease['used']} time{'' if lease['used'] == 1 else 's'}"
    told = f"credential: minted {clock(lease['minted_at'])}, used {used}"
    if lease["end"] is None:
        waiting = f": {lease['problem']}" if lease["problem"] else ""
        return f"{told}, not ended yet ({lease['state']}{waiting})"
    when = lease["ended_at"] or lease["verified_at"]
    return f"{told}, {_ENDS[lease['end']]}{f' {clock(when)}' if when else ''}"


def ending(run: Mapping[str, Any]) -> str:
    """Tell how a run ended and where its notebook is."""
    told = str(run["state"])
    if run["reason"] and run["state"] != "succeeded":
        told += f" ({run['reason']})"
    if took(run):
        told += f" in {took(run)}"
    if run["output"]:
        told += f" → {path(run['output'])}"
    return told


def plain(text: str) -> str:
    """Drop colours from a traceback."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
