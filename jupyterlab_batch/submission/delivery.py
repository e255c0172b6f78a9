"""Where the results of a run go."""

from __future__ import annotations

import os
from pathlib import Path

from .errors import SubmissionError
from .submitter import Notebook


class DeliveryUnwritable(SubmissionError):
    """Nothing can be delivered to the folder that was chosen."""

    code = "delivery_unwritable"


def delivery_folder(wanted: str, notebook: Notebook, home: Path) -> Path:
    """Find a folder that results can be put into.

    Parameters
    ----------
    wanted : str
        Absolute, below ``~``, or relative to the notebook's folder. Whoever calls
        chose it: a notebook's own choice is shown before it counts.

    Raises
    ------
    DeliveryUnwritable
        It is not there, is no folder, or may not be written to. Nothing is made: a
        slip in a name would otherwise be found only after the run.
    """
    given = wanted.strip()
    path = home / given[2:] if given.startswith("~/") else Path(given)
    if given == "~":
        path = home
    if not path.is_absolute():
        if notebook.path is None:
            raise DeliveryUnwritable(
                f"Results cannot go to {given}: this notebook lies in no folder of "
                "this machine. Give a path that begins with / or ~."
            )
        path = notebook.path.parent / path
    path = Path(os.path.normpath(path))
    try:
        is_folder = path.is_dir()
    except (OSError, ValueError):
        is_folder = False
    if not is_folder:
        raise DeliveryUnwritable(
            f"Results cannot go to {path}: there is no such folder. Make it, or choose "
            "another one."
        )
    if not os.access(path, os.W_OK | os.X_OK, effective_ids=True):
        raise DeliveryUnwritable(
            f"Results cannot go to {path}: you may not write there. Choose another "
            "folder."
        )
    return path
