"""Prepare and submit: the same code for the server extension and the terminal.

Everything is synchronous; a server calls it in a worker thread::

    submitter = Submitter(broker, kernels=specs, override_origin="dialog")
    notebook = Notebook(name, clean_notebook(content), path, contents_path, folder)
    choices = Choices.from_request(request)
    prepared = prepare(notebook, choices, submitter)
    run = submit(notebook, choices, Order(plan_id, shown, …), submitter)

Refusals are `SubmissionError` (ours) or `LauncherError` (the broker's and the way to
it); both have ``problem()``, an RFC 9457 body.
"""

from __future__ import annotations

from .errors import (
    InvalidNotebook,
    NotebookNotFound,
    Refused,
    SubmissionError,
    UnknownKernel,
    UnknownTarget,
    ValuesChanged,
)
from .notebooks import clean_notebook, read_notebook
from .preparation import prepare
from .resources import resource_problems
from .submit import Order, refusal, submit
from .submitter import Choices, Notebook, Submitter
from .values import read_values

__all__ = [
    "Choices",
    "InvalidNotebook",
    "Notebook",
    "NotebookNotFound",
    "Order",
    "Refused",
    "SubmissionError",
    "Submitter",
    "UnknownKernel",
    "UnknownTarget",
    "ValuesChanged",
    "clean_notebook",
    "prepare",
    "read_notebook",
    "read_values",
    "refusal",
    "resource_problems",
    "submit",
]
