"""``runner.log``: what runner and kernel say outside of cells, redacted."""

from __future__ import annotations

import codecs
import contextlib
import os
import sys
import threading

from . import clock
from .redaction import StreamRedactor, Vault

CAP = 64 << 20


class Log:
    """Writes to a descriptor; redacts first, and stops at `CAP` bytes.

    The kernel's stdout and stderr arrive through a pipe, never directly: a
    descriptor cannot be redacted.
    """

    def __init__(self, fd: int, vault: Vault) -> None:
        self._fd = fd
        self._vault = vault
        self._lock = threading.Lock()
        self._left = CAP
        self._copier: threading.Thread | None = None

    def line(self, text: str) -> None:
        """Write one line of the runner's own."""
        self._write(self._vault.text(f"[{clock.now()}] {text}\n"))

    def pipe(self) -> int:
        """Return a descriptor for a child; what it writes ends up here."""
        read, write = os.pipe()
        self._copier = threading.Thread(target=self._copy, args=(read,), daemon=True)
        self._copier.start()
        return write

    def join(self, patience: float = 2.0) -> None:
        """Wait until all that children wrote is here; they have ended."""
        if self._copier is not None:
            self._copier.join(patience)

    def _copy(self, read: int) -> None:
        redactor = StreamRedactor(self._vault)
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        with open(read, "rb", buffering=0) as file:
            while chunk := file.read(65536):
                self._write(redactor.feed(decoder.decode(chunk)))
        self._write(redactor.feed(decoder.decode(b"", True)) + redactor.finish())

    def _write(self, text: str) -> None:
        if not text:
            return
        with self._lock:
            if self._left <= 0:
                return
            raw = text.encode("utf-8", "replace")
            self._left -= len(raw)
            if self._left <= 0:
                raw = raw[: self._left] + b"\n[runner.log was cut here]\n"
            # a full disk must not end the notebook
            with contextlib.suppress(OSError):
                view = memoryview(raw)
                while view:
                    view = view[os.write(self._fd, view) :]

    def catch_all(self) -> None:
        """Send what Python prints about a defect here, too."""
        log = self

        class _Stream:
            def write(self, text: str) -> int:
                log._write(log._vault.text(text))
                return len(text)

            def flush(self) -> None:
                pass

        sys.stderr = sys.stdout = _Stream()  # type: ignore[assignment]
