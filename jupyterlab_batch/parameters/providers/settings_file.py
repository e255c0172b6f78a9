"""Layer ``settings_file``: the file that ``<PREFIX>_SETTINGS`` names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..base import Finding
from ..errors import FileError, MissingSettingsFile
from ..files import FilePlace


class SettingsFile(FilePlace):
    """A file that the user named, so its absence is an error."""

    layer = "settings_file"

    def findings(self) -> Iterator[Finding]:
        """Yield what the named file says."""
        variable = self._variable()
        if variable is None:
            return
        try:
            yield from self.read(self._path(variable))
        except FileError as error:
            self.report_file(error)

    def where(self) -> str | None:
        """Name the variable that would name the file."""
        prefix = self.request.prefix
        return None if prefix is None else f"${prefix}_SETTINGS"

    def _variable(self) -> str | None:
        prefix, environ = self.request.prefix, self.request.environ
        if prefix is None:
            return None
        for variable in (f"{prefix}_SETTINGS", f"{prefix}_SETTINGS".upper()):
            if variable in environ:
                return variable
        return None

    def _path(self, variable: str) -> Path:
        named = self.request.environ[variable]
        if not named.strip():
            raise MissingSettingsFile(
                f"{variable} is set but empty. Unset it, or name a file.", variable
            )
        if named == "~" or named.startswith("~/"):
            path = self.request.home / named[2:]
        else:
            path = (self.request.folder or self.request.home) / named
        try:
            path.stat()
        except OSError as error:
            raise MissingSettingsFile(
                f"{variable} names {named}, which is not there "
                f"({error.strerror}). Unset it, or mend the path.",
                variable,
            ) from error
        return path
