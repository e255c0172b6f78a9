"""What a run asks of a target that shares its machines out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from .submitter import Choices, Submitter

if TYPE_CHECKING:
    from jupyterlab_batch._generated.wire import (
        Inspection,
        KernelSpec,
        Preflight,
        PrepareProblem,
        ResourceProblem,
        Resources,
        Runtime,
    )


def wanted_resources(
    inspection: Inspection, target: str | None, choices: Choices
) -> Resources:
    """Give what the user asks for, else what the notebook does of this target.

    An empty text is a choice too: what the target gives by itself.
    """
    remembered = cast("Mapping[str, Any]", inspection["resources"]).get(target or "")
    told = {**(remembered or {}), **choices.resources}
    wanted = {name: text for name, text in told.items() if text.strip()}
    return cast("Resources", wanted)


def look_ahead(
    target: str,
    resources: Resources,
    kernel: KernelSpec | None,
    runtime: Runtime | None,
    trusted: bool,
    time_limit: int | None,
    submitter: Submitter,
) -> Preflight:
    """Ask the broker what the target has, and whether it would take such a run."""
    body = {
        "target": target,
        "resources": resources,
        "time_limit": time_limit,
        "python": submitter.python,
        "runtime": runtime,
        "trusted": trusted,
        "kernel": kernel,
    }
    answer = submitter.broker.request("POST", "/v1/preflight", body)
    return cast("Preflight", answer)


def resource_errors(problems: Sequence[ResourceProblem]) -> list[PrepareProblem]:
    """Tell the errors among them alone."""
    return [found for found in _told(problems) if found["severity"] == "error"]


def resource_problems(preflight: Preflight) -> list[PrepareProblem]:
    """Tell what a target finds wrong as problems of a preparation are told."""
    return _told(preflight["problems"])


def _told(problems: Sequence[ResourceProblem]) -> list[PrepareProblem]:
    return [
        {
            "code": found["code"],
            "severity": found["severity"],
            "message": found["message"],
            "parameter": None,
            "origin": None,
        }
        for found in problems
    ]
