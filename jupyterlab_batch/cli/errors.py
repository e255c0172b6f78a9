"""Refusals of the terminal itself, and what every failure says to the shell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jupyterlab_batch._generated.errors import ERRORS

SUCCEEDED = 0
FAILED = 1
REFUSED = 2
CANCELLED = 3
LOST = 4
UNREACHABLE = 5
DETACHED = 130
"""Ctrl-C while waiting, as shells count a process that an interrupt ended."""

_BY_STATE = {
    "succeeded": SUCCEEDED,
    "failed": FAILED,
    "cancelled": CANCELLED,
    "lost": LOST,
}
_NO_BROKER = frozenset(
    {
        "broker_unreachable",
        "broker_elsewhere",
        "broker_not_installed",
        "broker_not_started",
        "broker_outdated",
        "malformed_config",
        "unsafe_folder",
        "unsupported_platform",
        "internal",
    }
)


def exit_of_run(run: Mapping[str, Any]) -> int:
    """Return what `--wait` exits with."""
    return _BY_STATE.get(str(run["state"]), SUCCEEDED)


def exit_of_problem(problem: Mapping[str, Any]) -> int:
    """Return 5 where no broker could be asked, else 2."""
    return UNREACHABLE if problem["code"] in _NO_BROKER else REFUSED


class TerminalError(Exception):
    """A command cannot be done as it was given."""

    def __init__(self, detail: str, code: str = "invalid_request") -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code

    def problem(self) -> dict[str, Any]:
        status, title = ERRORS[self.code]
        return {
            "type": f"urn:jupyterlab-batch:error:{self.code}",
            "title": title,
            "status": status,
            "detail": self.detail,
            "code": self.code,
            "errors": [],
            "retry_after": None,
        }
