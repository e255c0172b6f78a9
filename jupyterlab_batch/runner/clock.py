"""The one spelling of a time, ISO 8601 in UTC."""

from __future__ import annotations

import contextlib
import time
from datetime import datetime, timezone


def now() -> str:
    """Return the time as ``2026-11-23T12:03:11.042Z``."""
    seconds = time.time()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{stamp}.{int(seconds % 1 * 1000):03d}Z"


def seconds(text: str) -> float:
    """Return the Unix time of an ISO 8601 time in UTC."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def http_seconds(text: object) -> float:
    """Return the Unix time of an HTTP date (RFC 9110 5.6.7); ours where it is none."""
    from email.utils import parsedate_to_datetime

    with contextlib.suppress(TypeError, ValueError):
        return parsedate_to_datetime(str(text)).timestamp()
    return time.time()


def precise(text: object) -> str:
    """Return a kernel's header date as nbclient spells it, with microseconds."""
    stamp = datetime.now(timezone.utc)
    if isinstance(text, str):
        with contextlib.suppress(ValueError):
            stamp = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return stamp.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
