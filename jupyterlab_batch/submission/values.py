"""Values from a parameter file or from pasted lines, for a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyterlab_batch.parameters import ParameterError, read_given

from .errors import SubmissionError
from .preparation import inspect
from .submitter import Notebook, Submitter

if TYPE_CHECKING:
    from jupyterlab_batch._generated.wire import GivenValues


def read_values(
    notebook: Notebook, text: str, name: str, submitter: Submitter
) -> GivenValues:
    """Read them as the chain reads its files; nothing is set by that.

    Raises
    ------
    SubmissionError
        The text is not of its format (``malformed_file``).
    LauncherError
        The broker refused the notebook, or does not answer.
    """
    inspection = inspect(notebook, submitter)
    try:
        return read_given(text, name, inspection)
    except ParameterError as error:
        raise SubmissionError(str(error), code=error.code) from error
