"""What can go wrong between a client and its broker."""

from __future__ import annotations

from typing import Any


class LauncherError(Exception):
    """The root of this tree.

    Attributes
    ----------
    code : str
        A code of the catalogue in ``protocol/src/errors.ts``.
    message : str
        What happened.
    fix : str
        What to do about it; empty where the message says it.
    """

    code = "broker_unreachable"
    status = 503

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(f"{message} {fix}".rstrip())
        self.message = message
        self.fix = fix

    def problem(self) -> dict[str, Any]:
        """Tell it as an RFC 9457 body, like every error of the broker."""
        return {
            "type": f"urn:jupyterlab-batch:error:{self.code}",
            "title": TITLES.get(self.code, "The broker does not answer"),
            "status": self.status,
            "detail": str(self),
            "code": self.code,
            "errors": [],
            "retry_after": None,
        }


class UnsupportedPlatform(LauncherError):
    """There is no broker for this platform."""

    code = "unsupported_platform"
    status = 501


class NotInstalled(LauncherError):
    """Node or the broker's program is not where the package puts it."""

    code = "broker_not_installed"


class UnsafeFolder(LauncherError):
    """A folder that must be ours alone is not."""

    code = "unsafe_folder"


class BrokerUnreachable(LauncherError):
    """Nobody answers on the control socket."""


class BrokerElsewhere(LauncherError):
    """The broker of this data folder runs on another machine."""

    code = "broker_elsewhere"
    status = 409


class BrokerNotStarted(LauncherError):
    """The broker ended, or said why it cannot run, before it was ready."""

    code = "broker_not_started"

    def __init__(self, message: str, fix: str = "", code: str | None = None) -> None:
        super().__init__(message, fix)
        if code == "malformed_config":
            self.code, self.status = code, 422


class BrokerOutdated(LauncherError):
    """The broker that runs is of another version and may not be replaced now."""

    code = "broker_outdated"
    status = 409


class BrokerError(LauncherError):
    """The broker refused or failed; ``body`` is its whole Problem."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(str(problem.get("detail", "")))
        self.code = str(problem.get("code", "internal"))
        self.status = int(problem.get("status", 500))
        self.body = problem

    def problem(self) -> dict[str, Any]:
        return self.body


TITLES = {
    "unsupported_platform": "This platform is not supported",
    "broker_not_installed": "A part of jupyterlab-batch is missing",
    "unsafe_folder": "A private folder is open to others",
    "broker_unreachable": "The broker does not answer",
    "broker_elsewhere": "The broker runs on another machine",
    "broker_not_started": "The broker could not be started",
    "broker_outdated": "The broker that runs is of another version",
    "malformed_config": "The configuration does not fit its schema",
}
