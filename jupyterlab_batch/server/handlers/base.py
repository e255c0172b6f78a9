"""What all handlers share: authorization, the error catalogue, the broker."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError

from jupyterlab_batch._generated.errors import ERRORS
from jupyterlab_batch.launcher import LauncherError
from jupyterlab_batch.submission import SubmissionError

if TYPE_CHECKING:
    from ..broker import Broker

AUTH_RESOURCE = "jupyterlab_batch"


class BatchHandler(APIHandler):
    """Answers JSON; every refusal is a Problem of the one catalogue."""

    auth_resource = AUTH_RESOURCE

    @property
    def broker(self) -> Broker:
        """The door to the broker."""
        broker: Broker = self.settings["jupyterlab_batch_broker"]
        return broker

    async def answer(self, data: Any, status: int = 200) -> None:
        """Send a reply of the contract."""
        self.set_status(status)
        await self.finish(json.dumps(data))

    def body(self) -> dict[str, Any]:
        """Parse the request's JSON object."""
        try:
            data = json.loads(self.request.body)
        except ValueError:
            data = None
        if not isinstance(data, dict):
            raise SubmissionError("The request's body is not a JSON object.")
        return data

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Turn what was raised into a Problem; a surprise says nothing of itself."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, (LauncherError, SubmissionError)):
            problem: dict[str, Any] = dict(error.problem())
        elif status_code in (401, 403) and not self._signed_in():
            problem = _problem(
                "signed_out",
                401,
                "The Jupyter server does not know this browser any more. Sign in "
                "again; runs go on meanwhile, and nothing on this page is lost.",
            )
        elif isinstance(error, HTTPError):
            problem = _problem("invalid_request", error.status_code, error.reason)
        else:
            problem = _problem(
                "internal",
                500,
                "The server extension met a defect; the server's log has the detail.",
            )
        self.set_status(problem["status"])
        self.set_header("Content-Type", "application/problem+json")
        if problem["retry_after"] is not None:
            self.set_header("Retry-After", str(problem["retry_after"]))
        self.finish(json.dumps(problem))

    def _signed_in(self) -> bool:
        try:
            return self.current_user is not None
        except RuntimeError:  # refused before anybody was asked for
            return False

    def log_exception(self, *details: Any) -> None:
        """Keep refusals, which are answers, out of the log's tracebacks."""
        if not isinstance(details[1], (LauncherError, SubmissionError)):
            super().log_exception(*details)


def _problem(code: str, status: int, detail: str | None) -> dict[str, Any]:
    return {
        "type": f"urn:jupyterlab-batch:error:{code}",
        "title": ERRORS[code][1],
        "status": status,
        "detail": detail or ERRORS[code][1],
        "code": code,
        "errors": [],
        "retry_after": None,
    }
