"""From what was shown to a run that the broker has accepted."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from jupyterlab_batch._generated.errors import ERRORS
from jupyterlab_batch.launcher import BrokerError

from .environment import job_environment
from .errors import Refused, ValuesChanged
from .preparation import Resolved, plan_files
from .resources import wanted_resources
from .submitter import Choices, Notebook, Submitter

if TYPE_CHECKING:
    from jupyterlab_batch._generated.wire import (
        NewRun,
        Parameter,
        PrepareProblem,
        ProblemError,
        Run,
        ShownValue,
    )


@dataclass(frozen=True)
class Order:
    """What comes with pressing *Submit*.

    Attributes
    ----------
    shown : sequence of ShownValue, or None
        The values that the user saw; None: nobody looked.
    plan_id : str
        The files plan that the user saw.
    confirmed : bool
        A person agreed to what the plan asks.
    key : str
        The Idempotency-Key: sent again, the same run comes back.
    """

    plan_id: str
    shown: Sequence[ShownValue] | None = None
    confirmed: bool = False
    label: str | None = None
    time_limit: int | None = None
    key: str = ""


def submit(
    notebook: Notebook, choices: Choices, order: Order, submitter: Submitter
) -> Run:
    """Prepare again, compare with what was shown, and submit.

    Raises
    ------
    SubmissionError
        A value is not what was shown (``values_changed``), or something is wrong
        that `prepare` has told about.
    LauncherError
        The broker refused, or does not answer.
    """
    resolved = Resolved(notebook, choices, submitter, choices.target)
    if order.shown is not None:
        _refuse_changes(order.shown, resolved.parameters)
    if resolved.errors or resolved.kernel is None:
        raise refusal(resolved.errors or resolved.unusable)
    run: NewRun = {
        "notebook": {
            "name": notebook.name,
            "path": str(notebook.path) if notebook.path else None,
            "contents_path": notebook.contents_path,
            "content": notebook.content,  # type: ignore[typeddict-item]
        },
        "label": order.label,
        "target": choices.target,
        "kernel": resolved.kernel,
        "parameters": resolved.parameters,
        "time_limit": order.time_limit,
        "resources": wanted_resources(resolved.inspection, choices.target, choices),
        "runtime": resolved.runtime,
        "plan": {
            "id": order.plan_id,
            "mode": resolved.files_mode,
            "confirmed": order.confirmed,
        },
        "outputs": resolved.inspection["outputs"],
        "environment": job_environment(
            submitter.environ, resolved.inspection["environment"]
        ),
        "python": submitter.python,
        "user": submitter.user,
        "deliver_to": str(resolved.deliver_to) if resolved.deliver_to else None,
        "config_path": list(submitter.config_path),
        "rerun_of": None,
    }
    headers = {"Idempotency-Key": order.key or str(uuid.uuid4())}
    try:
        answer = submitter.broker.request("POST", "/v1/runs", run, headers)
    except BrokerError as error:
        # a broker knows the plans that it made itself, and this may be the next one:
        # the same files give the same plan
        if error.code != "plan_changed":
            raise
        if plan_files(notebook, choices, resolved, submitter)["id"] != order.plan_id:
            raise
        answer = submitter.broker.request("POST", "/v1/runs", run, headers)
    return cast("Run", answer)


def refusal(problems: Sequence[PrepareProblem]) -> Refused:
    """Make one error of all the problems that stand in the way."""
    code = problems[0]["code"]
    more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
    errors: list[ProblemError] = [
        {
            "code": found["code"],
            "detail": found["message"],
            "pointer": _pointer(found["parameter"]),
            "parameter": found["parameter"],
            "origin": found["origin"],
        }
        for found in problems
    ]
    known = code if code in ERRORS else "invalid_request"
    return Refused(problems[0]["message"] + more, errors, known)


def _pointer(parameter: str | None) -> str | None:
    return None if parameter is None else f"/parameters/{parameter}"


def _refuse_changes(shown: Sequence[ShownValue], now: Sequence[Parameter]) -> None:
    before = {value["name"]: value["text"] for value in shown}
    after = {parameter["name"]: parameter for parameter in now}
    errors: list[ProblemError] = []
    for name in [*before, *(name for name in after if name not in before)]:
        was, found = before.get(name), after.get(name)
        if found is not None and found["text"] == was:
            continue
        if found is None:
            told = f"{name} was {was}; it is no longer a parameter."
        elif was is None:
            told = f"{name} is new: {found['text']} (from {found['origin']})."
        else:
            told = f"{name} was {was}, now {found['text']} (from {found['origin']})."
        errors.append(
            {
                "code": "values_changed",
                "detail": told,
                "pointer": _pointer(name),
                "parameter": name,
                "origin": found["origin"] if found else None,
            }
        )
    if errors:
        raise ValuesChanged(
            "Since they were shown, values have changed: "
            + " ".join(error["detail"] for error in errors)
            + " Look at them, then submit again.",
            errors,
        )
