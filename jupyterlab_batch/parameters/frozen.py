"""Inside a run: the values that were frozen when it was submitted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import ByHandError

if TYPE_CHECKING:
    from .._generated.wire import FrozenParameter

#: set by the runner for the kernel and all that it starts
FOLDER = "JUPYTERLAB_BATCH_FOLDER"


def frozen_parameters(
    prefix: str, environ: Mapping[str, str]
) -> dict[str, FrozenParameter] | None:
    """Read the parameters of the run that we are in.

    Returns
    -------
    dict or None
        By name; None outside of a run. Empty where the run has another prefix.

    Raises
    ------
    ByHandError
        Where the run's ``job.json`` is gone or broken.
    """
    folder = environ.get(FOLDER)
    if not folder:
        return None
    path = Path(folder, "job.json")
    try:
        job: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        parameters = {each["name"]: each for each in job["parameters"]}
        its_prefix = job["prefix"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ByHandError(
            f"This is a batch run ({FOLDER} is set), but {path} cannot be read: "
            f"{error}. Was the run folder deleted?"
        ) from error
    # a run without a prefix froze the notebook's names all the same
    return parameters if its_prefix in (None, prefix) else {}
