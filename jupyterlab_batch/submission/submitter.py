"""Who submits what: all that preparing a run depends on, passed in."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from jupyterlab_batch.launcher import Connection, config_path

from .kernels import Specs
from .notebooks import read_notebook, resolve_path

if TYPE_CHECKING:
    from jupyterlab_batch._generated.wire import (
        BaseType,
        FilesMode,
        OutputRule,
        Runtime,
    )

AS_IS: Final = "as-is"
"""The Python and the kernels that a run is submitted from."""


def user_name() -> str:
    """Return the user's login name, or the number of one that has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.geteuid())


@dataclass(frozen=True)
class Submitter:
    """A person's process, with what it knows of kernels and environment.

    Attributes
    ----------
    broker : Connection
        Where runs are submitted.
    kernels : mapping
        What ``KernelSpecManager.get_all_specs()`` returned.
    override_origin : str
        How the record calls values that the user gave: ``-p`` or ``dialog``.
    """

    broker: Connection
    kernels: Specs
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    home: Path = field(default_factory=Path.home)
    user: str = field(default_factory=user_name)
    python: str = sys.executable
    config_path: Sequence[str] = field(default_factory=config_path)
    override_origin: str = "-p"


@dataclass(frozen=True)
class Notebook:
    """A notebook to promote.

    Attributes
    ----------
    path : Path or None
        Absolute path of its file; None when it has none on this disk.
    contents_path : str or None
        Its path for the contents manager of the submitting server.
    deliver_to : Path or None
        Folder that gets ``<name>-runs``; None: the server delivers.
    """

    name: str
    content: dict[str, Any]
    path: Path | None = None
    contents_path: str | None = None
    deliver_to: Path | None = None

    @property
    def folder(self) -> Path | None:
        """Where it lies; None when it has no file on this disk."""
        return self.path.parent if self.path else None

    @classmethod
    def from_file(cls, given: str | os.PathLike[str]) -> Notebook:
        """Read one from a file; results go beside it."""
        path = resolve_path(given)
        content = read_notebook(path)
        return cls(path.name, content, path=path, deliver_to=path.parent)


@dataclass(frozen=True)
class Choices:
    """What the user chose; None leaves it to notebook and configuration.

    Attributes
    ----------
    overrides : mapping
        Texts by parameter name.
    types : mapping
        Types that the user picked for parameters that have none.
    ticked : sequence of str
        Suggested names that the user declared.
    exclude, include : sequence of str
        Files and folders, relative to the project root, that the plan shall leave
        out, or take although an ignore file names them.
    outputs : sequence of OutputRule
        What has to exist in the end.
    deliver_to : str
        Folder for the results; relative to the notebook's own.
    resources : mapping
        What to ask the target for, as typed, by the contract's names.
    runtime : Runtime or AS_IS
        Where Python and kernel come from; paths relative to the notebook's folder.
    trusted : bool
        The notebook is about to run: the programs of an environment that only it
        names may be started, to look at them.
    time_limit : int
        Seconds, for the look ahead; the order for a run says its own.
    """

    kernel: str | None = None
    target: str | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, BaseType] = field(default_factory=dict)
    ticked: Sequence[str] = ()
    files_mode: FilesMode | None = None
    exclude: Sequence[str] = ()
    include: Sequence[str] = ()
    outputs: Sequence[OutputRule] | None = None
    deliver_to: str | None = None
    resources: Mapping[str, str] = field(default_factory=dict)
    runtime: Runtime | Literal["as-is"] | None = None
    trusted: bool = False
    time_limit: int | None = None

    @classmethod
    def from_request(cls, request: Mapping[str, Any]) -> Choices:
        """Take them from a PrepareRequest or SubmitRequest (protocol/src/lab.ts)."""
        return cls(
            kernel=request["kernel"],
            target=request["target"],
            overrides=dict(request["overrides"]),
            types=dict(request["types"]),
            ticked=list(request["ticked"]),
            files_mode=request["files_mode"],
            exclude=list(request["exclude"]),
            include=list(request["include"]),
            outputs=request["outputs"],
            deliver_to=request["deliver_to"],
            resources=dict(request.get("resources", {})),
            # absent: the notebook says
            runtime=(request["runtime"] or AS_IS) if "runtime" in request else None,
            time_limit=request.get("time_limit"),
        )
