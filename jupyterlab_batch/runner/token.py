"""The run's credential, for code that runs in the run."""

from __future__ import annotations

import json
import math
import os
import socket
import sys
from typing import Any, NoReturn

from . import clock

SOCKET = "JUPYTERLAB_BATCH_SOCKET"
_MASK = "<token of this run; .reveal() shows it>"
_TIMEOUT = 60.0


class TokenError(Exception):
    """There is no token to be had.

    Attributes
    ----------
    code
        Stable code of the catalogue.
    """

    code = "internal"


class NotInARun(TokenError):
    """The code does not run inside a batch run."""

    code = "not_in_a_run"

    def __init__(self) -> None:
        super().__init__(
            "token() works inside a batch run: press Run as batch in JupyterLab, or"
            " type `jupyter batch run NOTEBOOK` in a terminal. When you run the"
            " notebook by hand, use your platform's own login."
        )


class NoIdentity(TokenError):
    """The run's target has no identity provider."""

    code = "no_identity"


class TokenUnavailable(TokenError):
    """The broker or the identity provider does not answer, or refuses.

    Attributes
    ----------
    retry_after
        Seconds after which asking again makes sense, if it does.
    """

    def __init__(self, code: str, detail: str, retry_after: int | None) -> None:
        super().__init__(detail)
        self.code = code
        self.retry_after = retry_after


def _ask(min_valid: int) -> dict[str, Any]:
    path = os.environ.get(SOCKET)
    if not path:
        raise NotInARun()
    line = b""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as agent:
            agent.settimeout(_TIMEOUT)
            agent.connect(path)
            agent.sendall(json.dumps({"min_valid": min_valid}).encode() + b"\n")
            while not line.endswith(b"\n"):
                piece = agent.recv(65536)
                if not piece:
                    raise ConnectionError("it closed the connection")
                line += piece
    except OSError as error:
        raise TokenUnavailable(
            "agent_unreachable",
            f"The run's token agent does not answer ({error}): has the run ended?",
            None,
        ) from error
    reply: dict[str, Any] = json.loads(line)
    code = reply.get("error")
    if code == "no_identity":
        raise NoIdentity(
            "This run holds no credential: its target has no identity provider."
            " Choose another target, or ask its owner to configure one."
        )
    if code is not None:
        raise TokenUnavailable(code, reply["detail"], reply.get("retry_after"))
    return reply


class Token:
    """A credential that does not show itself.

    It is an auth hook, too: ``requests.get(url, auth=token())``,
    ``httpx.Client(auth=token())``; asks for a fresh one when it runs out.
    A copy in another process of the run (pickle) gets its own.

    Parameters
    ----------
    min_valid
        Seconds for which the value has to be valid when it is used.
    """

    __slots__ = ("_min_valid", "_reply", "_until")

    def __init__(self, min_valid: int = 60) -> None:
        self._min_valid = min_valid
        self._reply: dict[str, Any] | None = None
        self._until = 0.0

    def _fresh(self) -> dict[str, Any]:
        reply = self._reply
        if reply is None or self._until - clock.elapsed() < self._min_valid:
            reply = self._reply = _ask(self._min_valid)
            # an agent of an older version does not say: it is asked each time
            left = reply.get("expires_in", 0)
            self._until = math.inf if left is None else clock.elapsed() + left
        return reply

    def reveal(self) -> str:
        """Return the value. Do not print it: outputs are kept."""
        return str(self._fresh()["access_token"])

    @property
    def expires_at(self) -> str | None:
        """When it ends (ISO 8601, UTC); None if the provider does not say."""
        expires: str | None = self._fresh()["expires_at"]
        return expires

    def __call__(self, request: Any) -> Any:
        """Authorize a request of requests or httpx."""
        kind = str(self._fresh()["token_type"])
        scheme = "Bearer" if kind.lower() == "bearer" else kind
        request.headers["Authorization"] = f"{scheme} {self.reveal()}"
        return request

    def __repr__(self) -> str:
        return _MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return _MASK

    def __copy__(self) -> Token:
        return self

    def __deepcopy__(self, memo: object) -> Token:
        return self

    def __reduce__(self) -> tuple[type[Token], tuple[int]]:
        return Token, (self._min_valid,)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


def token(min_valid: int = 60) -> Token:
    """Return the run's token.

    Parameters
    ----------
    min_valid
        Seconds for which it has to be valid at least.

    Raises
    ------
    NotInARun
        Outside of a run.
    NoIdentity
        The target has no identity provider.
    TokenUnavailable
        Neither now; `retry_after` says whether to ask again.
    """
    one = Token(min_valid)
    one._fresh()
    return one


_EXIT = {NotInARun: 2, NoIdentity: 3, TokenUnavailable: 4}


def print_token() -> NoReturn:
    """Print the run's token, for shells: ``jupyter-batch-token``.

    Exit codes: 0, 2 (usage, or not inside a run), 3 (no identity), 4 (not now).
    """
    import argparse

    parser = argparse.ArgumentParser(
        prog="jupyter-batch-token",
        description="Print the token of the run this is called in.",
    )
    parser.add_argument("--min-valid", type=int, default=60, metavar="SECONDS")
    options = parser.parse_args()
    try:
        print(token(options.min_valid).reveal())
    except TokenError as error:
        print(f"jupyter-batch-token: {error}", file=sys.stderr)
        sys.exit(_EXIT[type(error)])
    sys.exit(0)
