"""The one spelling of a time, ISO 8601 in UTC."""

from __future__ import annotations

import contextlib
import sys
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


def elapsed() -> float:
    """Return seconds since some moment, also those that the machine slept through.

    A clock that is wrong or is set does not matter; who waits for an expiry that
    another host named goes by this.
    """
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


def precise(text: object) -> str:
    """Return a kernel's header date as nbclient spells it, with microseconds."""
    stamp = datetime.now(timezone.utc)
    if isinstance(text, str):
        with contextlib.suppress(ValueError):
            stamp = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return stamp.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
