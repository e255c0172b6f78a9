"""The environment that a run takes its Python and its kernels from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from .kernels import Specs
from .submitter import AS_IS, Choices, Notebook, Submitter

if TYPE_CHECKING:
    from jupyterlab_batch._generated.wire import (
        Inspection,
        PreparedRuntime,
        Runtime,
        RuntimeOffer,
    )


def wanted_runtime(
    inspection: Inspection,
    target: str | None,
    choices: Choices,
    notebook: Notebook,
    home: Path,
    usual: Runtime | None,
) -> Runtime | None:
    """Give what the user chose, else what notebook or target say.

    Parameters
    ----------
    usual : Runtime or None
        That of the target itself.

    Returns
    -------
    Runtime or None
        With an absolute path, but for the name of a conda environment and for what
        cannot be made one. None: as-is, the Python that it is submitted from.
    """
    if choices.runtime == AS_IS:
        return None
    remembered: dict[str, Runtime | None] = inspection["runtime"]
    wanted = choices.runtime or remembered.get(target or "", usual)
    if wanted is None:
        return None
    return {"kind": wanted["kind"], "path": _placed(wanted, notebook, home)}


def _placed(runtime: Runtime, notebook: Notebook, home: Path) -> str:
    path = runtime["path"].strip()
    if not path or (runtime["kind"] == "conda" and "/" not in path):
        return path
    if path == "~" or path.startswith("~/"):
        path = f"{home}{path[1:]}"
    if notebook.folder is not None:
        path = os.path.join(notebook.folder, path)
    # not resolved: an environment knows itself by the path that it was made with
    return os.path.normpath(path)


def is_trusted(inspection: Inspection, target: str | None, choices: Choices) -> bool:
    """Whether a person, or the target's operator, has chosen the environment.

    A notebook from elsewhere may name a folder that came with it: to look at such a
    notebook must start nothing.
    """
    said = choices.trusted or choices.runtime is not None
    return said or (target or "") not in inspection["runtime"]


def look_into(
    runtime: Runtime | None,
    target: str | None,
    near: Path | None,
    submitter: Submitter,
    trusted: bool,
) -> RuntimeOffer:
    """Ask the broker what a run would have there: Python, kernels, what is amiss.

    Parameters
    ----------
    near : Path or None
        A folder whose environments are named, too.
    trusted : bool
        A person has chosen it: its programs may be started to look at them.
    """
    body = {
        "target": target,
        "runtime": runtime,
        "trusted": trusted,
        "python": submitter.python,
        "near": str(near) if near else None,
    }
    answer = submitter.broker.request("POST", "/v1/runtime", body)
    return cast("RuntimeOffer", answer)


def specs_of(offer: RuntimeOffer) -> Specs:
    """Give the kernels of an environment as a ``KernelSpecManager`` gives its own."""
    return {kernel["name"]: _spec(kernel) for kernel in offer["kernels"]}


def _spec(kernel: Any) -> dict[str, Any]:
    # the values stay in its kernel.json
    env = dict.fromkeys(kernel["env_names"], "")
    return {"resource_dir": kernel["resource_dir"], "spec": {**kernel, "env": env}}


def prepared_runtime(wanted: Runtime | None, offer: RuntimeOffer) -> PreparedRuntime:
    """Tell it to a person who prepares a run."""
    return {"wanted": wanted, "used": offer["used"], "known": offer["known"]}
