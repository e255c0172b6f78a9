"""Where parameters get their values (DESIGN: the chain), and only here.

Nothing but the standard library is needed; `tomlkit` and `yaml` are imported
when a file of theirs is met.
"""

from __future__ import annotations

from .base import ResolveRequest
from .errors import ParameterError
from .given import read_given
from .resolve import Resolution, resolve
from .values import Refused, check_text, expectation

__all__ = [
    "ParameterError",
    "Refused",
    "Resolution",
    "ResolveRequest",
    "check_text",
    "expectation",
    "read_given",
    "resolve",
]
