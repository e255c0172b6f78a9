"""``params()``: the same values in an interactive notebook as in a run."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .base import ResolveRequest
from .errors import ByHandError
from .frozen import frozen_parameters
from .python_values import declare, to_python
from .resolve import resolve
from .whereabouts import notebook_of_kernel

if TYPE_CHECKING:
    from .._generated.wire import Inspection, Pin


class PinsNotApplied(UserWarning):
    """No broker runs, so what the site has set (pins) could not be asked for."""


class NotAParameter(UserWarning):
    """A name that this run did not freeze keeps its default."""


class Values(Mapping[str, Any]):
    """Parameters as attributes and as a mapping, with where each came from.

    Parameters
    ----------
    values
        Python values by name.
    origins
        ``layer (origin)`` by name.
    """

    def __init__(self, values: Mapping[str, Any], origins: Mapping[str, str]) -> None:
        self._values = dict(values)
        self.origins = dict(origins)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __getattr__(self, name: str) -> Any:
        # through __dict__: copy and pickle ask before __init__ has run
        values = self.__dict__.get("_values", {})
        if name in values:
            return values[name]
        raise AttributeError(f"there is no parameter {name}")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._values]

    def __repr__(self) -> str:
        return "\n".join(
            f"{name} = {value!r}  # {self.origins[name]}"
            for name, value in self._values.items()
        )


def params(prefix: str, /, **defaults: Any) -> Values:
    """Give a notebook its parameters, by hand and in a run alike.

    By hand every name is looked up in the chain: environment, files beside the
    notebook, files in the home folder, then the default. In a batch run the
    values are those that were frozen when it was submitted.

    Parameters
    ----------
    prefix
        Of the environment variables (``FUNWAVE_AMP``) and files
        (``funwave.toml``).
    **defaults
        Value and, by its Python type, the type of each parameter.

    Returns
    -------
    Values
        ``p.AMP``, ``p["AMP"]``; ``p.origins["AMP"]`` says where it came from.

    Raises
    ------
    ByHandError
        Where a value does not fit its type, or a file of the chain is broken.

    Examples
    --------
    >>> p = params("FUNWAVE", AMP=3.0, STEPS=100)
    >>> p.AMP * p.STEPS
    300.0
    """
    frozen = frozen_parameters(prefix, os.environ)
    if frozen is not None:
        return _in_a_run(frozen, defaults)
    inspection = _inspection(prefix, defaults)
    inspection["pins"] = _pins(prefix, inspection)
    resolution = resolve(
        ResolveRequest(
            inspection,
            notebook_of_kernel(os.environ),
            os.environ,
            Path.home(),
            cwd=Path.cwd(),
        )
    )
    # the notebook may have more parameters than this one call names
    errors = [p for p in resolution.errors if p["code"] != "unknown_parameter"]
    if errors:
        raise ByHandError("\n".join(problem["message"] for problem in errors))
    values, origins = {}, {}
    for found in resolution.parameters:
        name, default = found["name"], defaults[found["name"]]
        if found["layer"] == "notebook":
            values[name], origins[name] = default, "default"
        else:
            values[name] = to_python(found["type"], found["text"], default)
            origins[name] = f"{found['layer']} ({found['origin']})"
    return Values(values, origins)


def _in_a_run(frozen: Mapping[str, Any], defaults: Mapping[str, Any]) -> Values:
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for name, default in defaults.items():
        found = frozen.get(name)
        if found is None:
            warnings.warn(
                f"{name} keeps its default: this run has no value for it. Give it a "
                "literal as its default, or declare it in the notebook's metadata.",
                NotAParameter,
                stacklevel=3,
            )
            values[name], origins[name] = default, "default"
        else:
            values[name] = to_python(found["type"], found["text"], default)
            origins[name] = f"{found['layer']} ({found['origin']})"
    return Values(values, origins)


def _inspection(prefix: str, defaults: Mapping[str, Any]) -> Inspection:
    return {
        "language": "python",
        "kernel": None,
        "prefix": prefix,
        "parameters": [declare(name, default) for name, default in defaults.items()],
        "lints": [],
        "files": [],
        "writes": [],
        "reads_environment": [],
        "environment": [],
        "outputs": [],
        "files_mode": None,
        "deliver_to": None,
        "resources": {},
        "runtime": {},
        "code_cells": 1,
        "pins": [],
    }


def _pins(prefix: str, inspection: Inspection) -> list[Pin]:
    """Ask a running broker, which alone reads the site's configuration."""
    from ..launcher import LauncherError, connect

    names = [{"name": each["name"]} for each in inspection["parameters"]]
    notebook = {
        "cells": [
            {"cell_type": "code", "id": "stub", "metadata": {}, "source": "pass"}
            | {"outputs": [], "execution_count": None}
        ],
        "metadata": {"jupyterlab_batch": {"prefix": prefix, "parameters": names}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    try:
        answer = connect(start=False).request(
            "POST",
            "/v1/inspect",
            {"content": notebook, "name": "params.ipynb"},
            timeout=5.0,
        )
        pins: list[Pin] = answer["pins"]
        return pins
    except (LauncherError, KeyError, TypeError) as error:
        warnings.warn(
            "No broker of jupyterlab-batch answers, so values that the site has set "
            f"(pins) were not applied. ({error})",
            PinsNotApplied,
            stacklevel=3,
        )
        return []
