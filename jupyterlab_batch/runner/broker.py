"""The job's four questions to the broker, asked until they are answered."""

from __future__ import annotations

import http.client
import json
import os
import socket
import threading
import time
from typing import Any, Callable

from . import munge
from .jobfile import FAR, JobFile

HEARTBEAT_EVERY = 5.0
RELEASE_PATIENCE = 600.0
# who cannot bring the broker back does not keep nodes for it
FAR_PATIENCE = 60.0
PERMIT_PATIENCE = 600.0
PROOF_PATIENCE = 20.0
_TIMEOUT = 10.0
# the broker waits 20 s for a provider before it says that it does not answer
_TOKEN_TIMEOUT = 30.0
# it waits 15 s for the scheduler to say that the job runs
_PERMIT_TIMEOUT = 30.0
_BACK_OFF = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)

Answer = dict[str, Any]


class BrokerError(Exception):
    """The broker did not do what was asked."""


class Unreachable(BrokerError):
    """Nobody listens at the socket, or whoever does gives no answer."""


class Refused(BrokerError):
    """The broker answered with a problem.

    Attributes
    ----------
    code
        Stable code of the catalogue.
    retry_after
        Seconds, when it makes sense to ask again.
    """

    def __init__(self, code: str, detail: str, retry_after: int | None) -> None:
        super().__init__(detail)
        self.code = code
        self.retry_after = retry_after


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: str, patience: float) -> None:
        super().__init__("broker", timeout=patience)
        self._path = path
        self._patience = patience

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self._patience)
        self.sock.connect(self._path)


class _FarConnection(http.client.HTTPConnection):
    """TLS 1.3 to a broker on another host, whose own certificate is all we trust.

    Parameters
    ----------
    path
        Of the file that the broker writes: where it listens, and its certificate.
        Read for each connection, since another broker may be there by now.
    """

    def __init__(self, path: str, patience: float) -> None:
        super().__init__("broker", timeout=patience)
        self._path = path
        self._patience = patience

    def connect(self) -> None:
        import ssl

        with open(self._path, encoding="utf-8") as file:
            told = json.load(file)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        # its key is the only one that can be behind this certificate: no name and no
        # authority of the system says more
        context.check_hostname = False
        context.load_verify_locations(cadata=told["certificate"])
        failure: OSError | None = None
        for address in told["addresses"]:
            try:
                plain = socket.create_connection((address, told["port"]), _TIMEOUT / 4)
            except OSError as error:
                failure = error
                continue
            plain.settimeout(self._patience)
            try:
                self.sock = context.wrap_socket(plain)
                return
            except OSError as error:
                plain.close()
                failure = error
        raise failure or OSError("the broker names no address")


def _connection(path: str, patience: float) -> http.client.HTTPConnection:
    if path.startswith(FAR):
        return _FarConnection(path[len(FAR) :], patience)
    return _Connection(path, patience)


def ask(
    path: str,
    route: str,
    body: Answer,
    session: str | None,
    patience: float = _TIMEOUT,
) -> Answer:
    """Ask the job socket once.

    Raises
    ------
    Unreachable
        No connection, no answer in time, or no JSON.
    Refused
        Any status but 200.
    """
    headers = {"Content-Type": "application/json"}
    if session is not None:
        headers["Authorization"] = f"Bearer {session}"
    connection = _connection(path, patience)
    try:
        connection.request("POST", route, json.dumps(body), headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
    except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
        raise Unreachable(f"{route}: {error}") from error
    finally:
        connection.close()
    if response.status == 200 and isinstance(answer, dict):
        return answer
    if not isinstance(answer, dict):
        raise Unreachable(f"{route}: status {response.status} without a problem")
    raise Refused(
        str(answer.get("code", "internal")),
        str(answer.get("detail", f"status {response.status}")),
        answer.get("retry_after"),
    )


def _launch(job: JobFile) -> None:
    if job.far:
        # a broker belongs to its host: from here it can only be waited for
        return
    from jupyterlab_batch import launcher

    # ours is the job's; what the configuration depends on is the broker's
    environ = {**os.environ, **job.broker_environment}
    launcher.ensure(
        job.data_dir,
        job.config_path,
        {name: text for name, text in environ.items() if text is not None},
    )


class BrokerClient:
    """Speaks for one attempt; brings the broker back when it is gone.

    Parameters
    ----------
    job
        The attempt.
    ticket
        Traded once for the permit.
    session
        256 bits in hex, chosen by this runner; the same secret again gives the
        same answer, so that a lost reply may be asked for again.
    log
        Takes one line for people.
    munge_socket
        Where the node's identity service listens; empty: at its usual place. None:
        it is not asked.
    """

    def __init__(
        self,
        job: JobFile,
        ticket: str,
        session: str,
        log: Callable[[str], None],
        launch: Callable[[JobFile], None] = _launch,
        munge_socket: str | None = None,
    ) -> None:
        self._job = job
        self._ticket = ticket
        self._session = session
        self._log = log
        self._launch = launch
        self._munge = munge_socket
        self._unproven: str | None = None
        self._reviving = threading.Lock()
        self._closing = threading.Event()
        self._leaving = False

    def permit(self) -> Answer:
        """Ask for the start permit until there is a yes or a no.

        Raises
        ------
        Refused
            Another attempt runs, or this one is over.
        Unreachable
            The broker could not be brought back in time.
        """
        until = time.monotonic() + PROOF_PATIENCE
        while True:
            try:
                return self._insist(
                    "/v1/permit", self._claim, PERMIT_PATIENCE, None, _PERMIT_TIMEOUT
                )
            except Refused as refused:
                # a munged that is started again is worth waiting for
                vain = self._unproven is None or time.monotonic() > until
                if refused.code != "unproven_claim" or vain:
                    raise
            if self._closing.wait(1.0):
                raise Unreachable("/v1/permit: the runner is leaving")

    def _claim(self) -> Answer:
        """Return the claim, proven anew each time where that can be done."""
        body: Answer = {
            "run": self._job.run,
            "attempt": self._job.attempt,
            "ticket": self._ticket,
            "session": self._session,
        }
        if self._munge is None:
            return body
        try:
            proven = munge.digest(
                self._job.run, self._job.attempt, self._ticket, self._session
            )
            proof = munge.credential(proven, self._munge)
            self._unproven = None
            return {**body, "proof": proof}
        except munge.NoProof as error:
            if self._unproven != str(error):
                self._unproven = str(error)
                self._log(f"this claim has no MUNGE credential: {error}")
            return body

    def token(self, min_valid: int) -> Answer:
        """Ask for the run's token, valid for at least `min_valid` seconds."""
        body = {"min_valid": min_valid}
        return self._insist(
            "/v1/token", lambda: body, 20.0, self._session, _TOKEN_TIMEOUT
        )

    def release(self, outcome: str, exit_code: int | None) -> bool:
        """Say that the job is done, until the broker says that all is closed.

        From another host once: the broker is there, and needs nobody for the rest.

        Returns
        -------
        bool
            False when that is not known, took longer than `RELEASE_PATIENCE`, or
            `close` was called.
        """
        body = {"outcome": outcome, "exit_code": exit_code}
        patience = FAR_PATIENCE if self._job.far else RELEASE_PATIENCE
        until = time.monotonic() + patience
        wait = 0.05
        while not self._done() and time.monotonic() < until:
            try:
                answer = self._insist(
                    "/v1/release",
                    lambda: body,
                    until - time.monotonic(),
                    self._session,
                )
            except Refused as refused:
                # nobody is waiting for us any more
                self._log(f"release: {refused.code}: {refused}")
                return refused.code == "over"
            except Unreachable:
                return False
            if answer.get("closed") is True or self._job.far:
                return answer.get("closed") is True
            self._closing.wait(wait)
            wait = min(2.0, wait * 1.6)
        return False

    def beat(self, stop: Callable[[], None]) -> None:
        """Send a heartbeat every 5 s until closed; `stop` when told to.

        For a thread of its own. A lost broker is brought back by it, while the
        notebook goes on.
        """
        seq = 0

        def said() -> Answer:
            return {"seq": seq}

        while not self._closing.is_set():
            try:
                answer = self._insist(
                    "/v1/heartbeat", said, HEARTBEAT_EVERY, self._session
                )
                if answer.get("continue") is False:
                    return stop()
            except Refused as refused:
                if refused.code == "over":
                    return stop()
                self._log(f"heartbeat: {refused.code}: {refused}")
            except Unreachable as error:
                self._log(f"heartbeat: {error}")
            seq += 1
            self._closing.wait(HEARTBEAT_EVERY)

    def close(self) -> None:
        """Stop waiting, in all threads."""
        self._closing.set()

    def leave(self) -> None:
        """Stop waiting soon; may be called by a signal handler, takes no lock."""
        self._leaving = True

    def _done(self) -> bool:
        return self._leaving or self._closing.is_set()

    def _insist(
        self,
        route: str,
        body: Callable[[], Answer],
        patience: float,
        session: str | None,
        silence: float = _TIMEOUT,
    ) -> Answer:
        """Ask until there is an answer that asking again would not change."""
        until = time.monotonic() + patience
        failures = 0
        while True:
            try:
                return ask(self._job.job_socket, route, body(), session, silence)
            except Refused as refused:
                wait = _BACK_OFF[min(failures, 3)]
                if refused.code == "provider_unavailable":
                    wait = refused.retry_after or 1
                elif refused.code != "not_yet":
                    raise
                if time.monotonic() + wait > until:
                    raise
            except Unreachable as error:
                wait = _BACK_OFF[min(failures, len(_BACK_OFF) - 1)]
                if time.monotonic() + wait > until:
                    raise
                # a busy broker may drop one connection: look twice
                if failures:
                    self._revive(error)
            failures += 1
            if self._closing.wait(wait) or self._leaving:
                raise Unreachable(f"{route}: the runner is leaving")

    def _revive(self, error: Unreachable) -> None:
        """Start the broker again, one thread at a time."""
        if not self._reviving.acquire(blocking=False):
            return
        try:
            self._log(f"the broker does not answer ({error}): starting it again")
            self._launch(self._job)
        except Exception as failure:
            # whatever is wrong there must not end the notebook
            self._log(f"the broker could not be started: {failure}")
        finally:
            self._reviving.release()
