"""Dates as texts (the twin of ``protocol/src/dates.ts``)."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

_PARTS = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)


def read_date(text: str) -> date | datetime:
    """Read a date text, or one with a time.

    ``fromisoformat`` of Python 3.9 knows neither ``Z`` nor one decimal digit.

    Raises
    ------
    ValueError
        Where the calendar has no such day.
    """
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise ValueError(f"{text!r} is not a date")
    year, month, day = (int(part) for part in parts.group(1, 2, 3))
    if parts.group(4) is None:
        return date(year, month, day)
    hour, minute, second = (int(part or 0) for part in parts.group(4, 5, 6))
    micro = int((parts.group(7) or "")[:6].ljust(6, "0"))
    return datetime(
        year, month, day, hour, minute, second, micro, _zone(parts.group(8))
    )


def _zone(offset: str | None) -> timezone | None:
    if offset is None:
        return None
    if offset == "Z":
        return timezone.utc
    shift = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:]))
    return timezone(-shift if offset[0] == "-" else shift)


def instant(text: str) -> float | None:
    """Seconds since 1970 (no offset: UTC), or None where there is no such day."""
    try:
        value = read_date(text)
    except ValueError:
        return None
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if value.tzinfo is None:
        value = value.replace(tzinfo=timezone.utc)
    return (value - datetime(1970, 1, 1, tzinfo=timezone.utc)).total_seconds()
