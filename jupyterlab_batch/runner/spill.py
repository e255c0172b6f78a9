"""Keeps what a cell printed above its cap, beside the notebook."""

from __future__ import annotations

import json
import os
from typing import Any

CAP = 1 << 30


class Spill:
    """A file of text; streams as they are, other outputs one JSON line each.

    Parameters
    ----------
    folder
        The run folder.
    cell
        Index in the notebook; gives the file its name.
    cap
        Bytes after which no more is kept.
    """

    def __init__(self, folder: str, cell: int, cap: int = CAP) -> None:
        self.name = f"spill-{cell}.txt"
        self._path = os.path.join(folder, self.name)
        self._left = cap
        self._fd: int | None = None

    def text(self, text: str) -> bool:
        """Append text; False when it no longer fits."""
        raw = text.encode("utf-8", "replace")
        if len(raw) > self._left:
            raw = raw[: self._left]
        if raw:
            if self._fd is None:
                flags = os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC
                self._fd = os.open(self._path, flags, 0o600)
            self._left -= len(raw)
            self._write(raw)
        return self._left > 0

    def output(self, output: dict[str, Any]) -> bool:
        """Append one output as a JSON line; False when it no longer fits."""
        return self.text(json.dumps(output, ensure_ascii=False) + "\n")

    def _write(self, raw: bytes) -> None:
        assert self._fd is not None
        view = memoryview(raw)
        try:
            while view:
                view = view[os.write(self._fd, view) :]
        except OSError:
            # no room: what is in the notebook already is worth more than the rest
            self._left = 0

    def close(self) -> None:
        """Nothing more will come."""
        if self._fd is not None:
            os.close(self._fd)
