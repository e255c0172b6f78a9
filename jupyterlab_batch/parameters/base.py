"""The one shape of a place where values are looked up."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import FileError
from .formats import Node

if TYPE_CHECKING:
    from .._generated.wire import (
        BaseType,
        Declaration,
        Inspection,
        Layer,
        PrepareProblem,
    )


@dataclass(frozen=True)
class ResolveRequest:
    """All that the chain depends on; it looks at nothing else but files."""

    #: what the broker found in the notebook
    inspection: Inspection
    #: absolute path of the notebook; None: it has none on this disk
    notebook: Path | None
    environ: Mapping[str, str]
    home: Path
    #: texts that the user gave, by name
    overrides: Mapping[str, str] = field(default_factory=dict)
    #: where the user gave them: ``-p`` or ``dialog``
    override_origin: str = "-p"
    #: types that the user picked, by name
    types: Mapping[str, BaseType] = field(default_factory=dict)
    #: suggested names that the user declared
    ticked: Collection[str] = ()
    #: where the kernel runs, for a notebook that has no path (by hand)
    cwd: Path | None = None

    @property
    def declarations(self) -> dict[str, Declaration]:
        """Declared and suggested names; the only ones that are looked up."""
        return {d["name"]: d for d in self.inspection["parameters"]}

    @property
    def prefix(self) -> str | None:
        """The prefix, if it can stand in a file name and in the environment."""
        prefix = self.inspection["prefix"]
        # it comes from a notebook, and must not lead out of the folders we look in
        return prefix if prefix and prefix.isidentifier() else None

    @property
    def folder(self) -> Path | None:
        """The notebook's folder."""
        return self.cwd if self.notebook is None else self.notebook.parent


@dataclass(frozen=True)
class Finding:
    """One value at one place."""

    name: str
    node: Node
    layer: Layer
    origin: str
    #: a suggested name becomes a declared one by being found here
    declares: bool = True


class Place(ABC):
    """A place of the chain: one subclass, one layer of provenance.

    Parameters
    ----------
    request
        What is asked for.
    """

    layer: Layer

    def __init__(self, request: ResolveRequest) -> None:
        self.request = request
        self.problems: list[PrepareProblem] = []

    @abstractmethod
    def findings(self) -> Iterator[Finding]:
        """Yield what this place says, what counts more first.

        A name that the notebook has not is never yielded; a place that people
        write for this one notebook appends a problem about it.
        """

    def where(self) -> str | None:
        """Say what this place looks at, for people; None where it is off."""
        return None

    def report(
        self,
        code: str,
        message: str,
        *,
        severity: str = "error",
        parameter: str | None = None,
        origin: str | None = None,
    ) -> None:
        """Append a problem."""
        self.problems.append(
            problem(
                code, message, severity=severity, parameter=parameter, origin=origin
            )
        )

    def report_file(self, error: FileError) -> None:
        """Append a problem for a file that cannot be used."""
        self.report(error.code, str(error), origin=error.origin)


def problem(
    code: str,
    message: str,
    *,
    severity: str = "error",
    parameter: str | None = None,
    origin: str | None = None,
) -> PrepareProblem:
    """Build a problem in the wire's shape."""
    return {
        "code": code,
        "severity": severity,  # type: ignore[typeddict-item]
        "message": message,
        "parameter": parameter,
        "origin": origin,
    }
