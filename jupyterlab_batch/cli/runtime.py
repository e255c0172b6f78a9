"""The option for the environment that a run takes its Python and kernels from."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

if TYPE_CHECKING:
    from jupyterlab_batch._generated.wire import Runtime

    Given: TypeAlias = Runtime | Literal["as-is"]

_KINDS = {"virtualenv": "virtualenv", "venv": "virtualenv", "conda": "conda"}
_FORMS = "as-is, virtualenv:FOLDER, conda:FOLDER or conda:NAME"


def given_runtime(text: str) -> Given:
    """Read ``--runtime``; a relative folder is of where it is typed."""
    if text == "as-is":
        return "as-is"
    word, colon, path = text.partition(":")
    kind = _KINDS.get(word)
    if kind is None or not colon:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no runtime. Write {_FORMS}."
            + (f" Do you mean virtualenv:{text}?" if os.path.isdir(text) else "")
        )
    path = path.strip()
    if not path:
        raise argparse.ArgumentTypeError(f"{text!r} names no folder. Write {_FORMS}.")
    if kind == "virtualenv" or "/" in path:
        path = os.path.abspath(os.path.expanduser(path))
    return cast("Runtime", {"kind": kind, "path": path})


def add_option(command: argparse.ArgumentParser) -> None:
    """Add ``--runtime``."""
    command.add_argument(
        "--runtime",
        type=given_runtime,
        metavar="KIND:WHERE",
        help=f"Python and kernels of an environment: {_FORMS}",
    )


def wish(given: Given | None) -> Runtime | None:
    """Return what the contract asks for: None is as-is."""
    return None if given is None or given == "as-is" else given


def words(used: Mapping[str, Any]) -> str:
    """Tell what a run has: ``Python 3.11.2 of virtualenv /home/me/.venv``."""
    return f"Python {used['version']} of {used['kind']} {used['path']}"


def option(runtime: Mapping[str, Any] | None) -> str:
    """Write it as the option reads it."""
    return "as-is" if runtime is None else f"{runtime['kind']}:{runtime['path']}"
