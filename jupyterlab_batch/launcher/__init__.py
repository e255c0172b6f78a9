"""Finds, starts and connects to the broker, with the standard library only."""

from __future__ import annotations

from .connection import Connection, LineStream
from .errors import (
    BrokerElsewhere,
    BrokerError,
    BrokerNotStarted,
    BrokerOutdated,
    BrokerUnreachable,
    LauncherError,
    NotInstalled,
    UnsafeFolder,
    UnsupportedPlatform,
)
from .folders import Places, config_path, data_folder
from .start import connect, ensure, status, stop

__all__ = [
    "BrokerElsewhere",
    "BrokerError",
    "BrokerNotStarted",
    "BrokerOutdated",
    "BrokerUnreachable",
    "Connection",
    "LauncherError",
    "LineStream",
    "NotInstalled",
    "Places",
    "UnsafeFolder",
    "UnsupportedPlatform",
    "config_path",
    "connect",
    "data_folder",
    "ensure",
    "status",
    "stop",
]
