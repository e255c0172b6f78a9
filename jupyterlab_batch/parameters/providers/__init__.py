"""The chain, high to low: one module per place."""

from __future__ import annotations

from ..base import Place
from .environment import Environment
from .home_file import HomeFile
from .local_file import LocalFile
from .notebook import Notebook
from .overrides import Overrides
from .pins import Pins
from .settings_file import SettingsFile

__all__ = ["CHAIN"]

#: what comes first wins
CHAIN: tuple[type[Place], ...] = (
    Pins,
    Overrides,
    Environment,
    LocalFile,
    SettingsFile,
    HomeFile,
    Notebook,
)
