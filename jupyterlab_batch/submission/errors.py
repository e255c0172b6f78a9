"""Why a notebook cannot be submitted as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jupyterlab_batch._generated.errors import ERRORS

if TYPE_CHECKING:
    from jupyterlab_batch._generated.wire import Problem, ProblemError


class SubmissionError(Exception):
    """The root of this tree.

    Parameters
    ----------
    detail : str
        What happened and what to do about it.
    errors : sequence of ProblemError
        The same for each field or parameter.
    code : str, optional
        A code of the catalogue; each class has one of its own.
    """

    code = "invalid_request"

    def __init__(
        self,
        detail: str,
        errors: Sequence[ProblemError] = (),
        code: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = list(errors)
        if code is not None:
            self.code = code

    @property
    def status(self) -> int:
        """The HTTP status of its code."""
        return ERRORS[self.code][0]

    def problem(self) -> Problem:
        """Tell it as an RFC 9457 body, like every error of the broker."""
        status, title = ERRORS[self.code]
        told: Problem = {
            "type": f"urn:jupyterlab-batch:error:{self.code}",
            "title": title,
            "status": status,
            "detail": self.detail,
            "code": self.code,  # type: ignore[typeddict-item]
            "errors": self.errors,
            "retry_after": None,
        }
        return told


class NotebookNotFound(SubmissionError):
    """There is no file at the path."""

    code = "not_found"


class InvalidNotebook(SubmissionError):
    """The file is there, but it is not a notebook that can be read."""

    code = "invalid_notebook"


class UnknownTarget(SubmissionError):
    """No target has the name."""

    code = "unknown_target"


class UnknownKernel(SubmissionError):
    """The kernel is not installed, or its program is gone."""

    code = "unknown_kernel"


class ValuesChanged(SubmissionError):
    """The chain gives another value now than the one that was shown."""

    code = "values_changed"


class Refused(SubmissionError):
    """Something is wrong with the parameters or the notebook; see ``errors``."""
