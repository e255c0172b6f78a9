"""What a notebook imports: ``from jupyterlab_batch.job import params, token``.

Both names are loaded when they are asked for: a kernel that only wants its
parameters does not load the token's client, and the other way round.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .parameters.by_hand import params
    from .runner.token import print_token, token

__all__ = ["params", "print_token", "token"]


def __getattr__(name: str) -> Any:
    if name == "params":
        from .parameters.by_hand import params

        return params
    if name in ("token", "print_token"):
        return getattr(import_module(".runner.token", __package__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
