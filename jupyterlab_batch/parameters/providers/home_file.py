"""Layer ``home_file``: the user's own values for a prefix, in ``$HOME``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..base import Finding
from ..files import FilePlace


class HomeFile(FilePlace):
    """``~/.config/jupyterlab-batch/<prefix>.*``, then ``~/.<prefix>.*``."""

    layer = "home_file"

    def findings(self) -> Iterator[Finding]:
        """Yield what the files say, the XDG place first."""
        if self.request.prefix is None:
            return
        prefix = self.request.prefix.lower()
        yield from self.look(self._config() / "jupyterlab-batch", prefix)
        yield from self.look(self.request.home, f".{prefix}")

    def where(self) -> str | None:
        """Name both places."""
        if self.request.prefix is None:
            return None
        prefix, named = self.request.prefix.lower(), self.naming()
        config = self._config() / "jupyterlab-batch" / f"{prefix}.*"
        return f"{named(config)}, {named(self.request.home / f'.{prefix}.*')}"

    def _config(self) -> Path:
        # the XDG base directory specification: a relative path is to be ignored
        named = Path(self.request.environ.get("XDG_CONFIG_HOME", ""))
        return named if named.is_absolute() else self.request.home / ".config"
