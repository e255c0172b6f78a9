"""One finding of the doctor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyterlab_batch.launcher import Connection, Places


@dataclass(frozen=True)
class Check:
    """A row of `doctor`.

    Attributes
    ----------
    ok : bool
        False: something is to be mended.
    fix : str or None
        What to type or do.
    noted : bool
        Nothing is wrong, yet there is something to know.
    """

    name: str
    ok: bool
    message: str
    fix: str | None = None
    noted: bool = False

    @property
    def sign(self) -> str:
        """The mark of its line."""
        if not self.ok:
            return "✖"
        return "!" if self.noted or self.fix else "✔"

    def document(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "ok": self.ok,
            "message": self.message,
            "fix": self.fix,
        }


class Patient:
    """What the checks look at, looked up once.

    Parameters
    ----------
    data : str or None
        The data folder as given to the command.
    """

    def __init__(self, data: str | None, environ: Mapping[str, str]) -> None:
        from jupyterlab_batch.launcher import data_folder

        self.environ = environ
        self.data = data_folder(data, environ)

    @cached_property
    def places(self) -> Places:
        from jupyterlab_batch.launcher.start import places_of

        return places_of(self.data, self.environ)

    @cached_property
    def _connected(self) -> Connection | Exception:
        from jupyterlab_batch.launcher import LauncherError, connect

        try:
            return connect(self.data)
        except LauncherError as error:
            return error

    @property
    def broker(self) -> Connection | None:
        """The broker; None when it cannot be reached, and `failure` says why."""
        return None if isinstance(self._connected, Exception) else self._connected

    @property
    def failure(self) -> Exception | None:
        return self._connected if isinstance(self._connected, Exception) else None

    @cached_property
    def health(self) -> dict[str, Any] | None:
        return self.ask("/v1/health")

    def ask(self, path: str, body: object = None) -> dict[str, Any] | None:
        """Ask the broker, by POST where there is a body; None: no answer."""
        from jupyterlab_batch.launcher import LauncherError

        try:
            verb = "GET" if body is None else "POST"
            found = self.broker and self.broker.request(verb, path, body)
        except LauncherError:
            return None
        return found if isinstance(found, dict) else None

    def existing(self, path: Path) -> Path:
        """Return the path, or its nearest parent that is there."""
        while not path.exists() and path != path.parent:
            path = path.parent
        return path
