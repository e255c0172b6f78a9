"""``events.jsonl``: fold operations, appended, numbered without a gap."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import time
from typing import Any, Callable

from . import clock

Op = dict[str, Any]

# readers are promised 200 ms; half of it leaves room for a busy loop
FLUSH_AFTER = 0.1
_FLUSH_BYTES = 1 << 20
# what a cell draws again and again may take as much room as what it may print
_REDRAWS = 64 << 20
_SLOWEST = 64.0
# room on a full disk for the words that say so
_RESERVE = 256 << 10
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_LAST_WORDS = ("warning", "cell_ended", "run_ended")


def is_full(error: BaseException) -> bool:
    """Whether there was no room for what was to be written."""
    return isinstance(error, OSError) and error.errno in _FULL


class DiskFull(Exception):
    """There is no room for another event; what was written is whole."""


class _Waiting:
    """An operation that is not yet written, and about how many bytes it will take."""

    __slots__ = ("op", "size")

    def __init__(self, op: Op, size: int) -> None:
        self.op = op
        self.size = size


class EventLog:
    """Appends operations; buffers them for at most `FLUSH_AFTER` seconds.

    What a cell has drawn and drawn over stays in the log. After each 64 MiB of that,
    what it draws next waits twice as long for what may replace it: a plot that is
    redrawn all night fills no disk, and the last one is there at the end.

    Parameters
    ----------
    path
        Where the log is written. An older one (of an earlier attempt) is kept
        under another name.
    redact
        Applied to every operation before it is written: the one border.
    """

    def __init__(self, path: str, redact: Callable[[Op], Op]) -> None:
        self._redact = redact
        self._pending: list[_Waiting] = []
        self._size = 0
        self._since: float | None = None
        self._seq = 0
        self._written = 0
        self._full = False
        self._shown: dict[int, int] = {}
        self._redrawn = 0
        if os.path.exists(path) and os.path.getsize(path):
            os.replace(path, f"{path}.{int(time.time())}")
        self._path = path
        flags = os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC
        self._fd = os.open(path, flags, 0o600)
        self._spare = path + ".reserve"
        self._keep_reserve()

    def _keep_reserve(self) -> None:
        try:
            fd = os.open(self._spare, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600)
            try:
                os.posix_fallocate(fd, 0, _RESERVE)
            finally:
                os.close(fd)
        except (OSError, AttributeError):
            # without it the last words may be lost, the log so far is not
            pass

    @property
    def gone(self) -> bool:
        """Whether someone has deleted the log under us."""
        return os.fstat(self._fd).st_nlink == 0

    def due(self) -> float | None:
        """Return when the buffer has to be flushed (monotonic), if it holds any."""
        return None if self._since is None else self._since + self._pace()

    def _pace(self) -> float:
        times = self._redrawn // _REDRAWS
        return FLUSH_AFTER if times == 0 else min(_SLOWEST, 2.0 ** (times - 1))

    def append(self, op: str, **fields: Any) -> None:
        """Append one operation."""
        if self._full and op not in _LAST_WORDS:
            return
        self._put({"op": op, **fields}, 256)

    def output(self, cell: int, output: dict[str, Any], size: int) -> None:
        """Append an output of about `size` bytes."""
        if not self._full:
            self._put({"op": "output", "cell": cell, "output": output}, size)

    def stream(self, cell: int, name: str, text: str) -> None:
        """Append text of a stream; joins the piece before it."""
        if self._full or not text:
            return
        last = self._pending[-1] if self._pending else None
        if last is not None and _is_stream(last.op, cell, name):
            last.op["parts"].append(text)
            last.size += len(text)
            self._grow(len(text))
            return
        self._put(
            {"op": "stream", "cell": cell, "name": name, "parts": [text]}, len(text)
        )

    def clear(self, cell: int) -> None:
        """Clear the outputs of a cell; what was not yet written need not be."""
        self._drop(lambda op: _drowned(op, cell))
        self.append("clear", cell=cell)

    def update_display(
        self, display_id: str, fields: dict[str, Any], size: int
    ) -> None:
        """Replace the data of a display; only the last of a burst is kept."""
        if self._full:
            return
        self._drop(
            lambda op: op["op"] == "update_display" and op["display_id"] == display_id
        )
        update = {"op": "update_display", "display_id": display_id, **fields}
        self._put(update, size)

    def _drop(self, replaced: Callable[[Op], bool]) -> None:
        self._pending = [each for each in self._pending if not replaced(each.op)]
        self._size = sum(each.size for each in self._pending)

    def _put(self, op: Op, size: int) -> None:
        op["at"] = clock.now()
        self._pending.append(_Waiting(op, size))
        self._grow(size)

    def _grow(self, size: int) -> None:
        self._size += size
        if self._since is None:
            self._since = time.monotonic()
        # what is large and drawn again at once has to wait for its successor as well
        slow = self._redrawn >= _REDRAWS
        if self._size >= (_REDRAWS if slow else _FLUSH_BYTES):
            self.flush()

    def flush(self) -> None:
        """Write what is buffered.

        Raises
        ------
        DiskFull
            Once; afterwards only the last words are taken.
        """
        pending, self._pending = self._pending, []
        self._size, self._since = 0, None
        if not pending:
            return
        if self._full:
            pending = [each for each in pending if each.op["op"] in _LAST_WORDS]
        lines = []
        for each in pending:
            self._seq += 1
            lines.append(self._line(self._seq, each.op))
        try:
            self._write(b"".join(lines))
        except OSError as error:
            self._seq -= len(lines)
            os.ftruncate(self._fd, self._written)
            if not is_full(error):
                raise
            first = not self._full
            self._full = True
            self._release_reserve()
            self._pending = [each for each in pending if each.op["op"] in _LAST_WORDS]
            if first:
                raise DiskFull(str(error)) from error
            return
        for each, line in zip(pending, lines):
            self._count(each.op, len(line))

    def _count(self, op: Op, size: int) -> None:
        """Keep in mind how much of the log is drawn over."""
        kind = op["op"]
        if kind == "cell_started":
            self._redrawn = 0
        elif kind == "update_display":
            self._redrawn += size
        elif kind == "clear":
            self._redrawn += self._shown.pop(op["cell"], 0)
        elif kind in ("output", "stream"):
            self._shown[op["cell"]] = self._shown.get(op["cell"], 0) + size

    def _line(self, seq: int, op: Op) -> bytes:
        # a copy: what does not fit on the disk is written again
        fields = {key: op[key] for key in op if key not in ("at", "parts")}
        if "parts" in op:
            fields["text"] = "".join(op["parts"])
        op = {"seq": seq, "at": op["at"], **self._redact(fields)}
        try:
            text = json.dumps(
                op, ensure_ascii=False, allow_nan=False, separators=(",", ":")
            )
        except ValueError:
            text = json.dumps(_finite(op), ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "replace") + b"\n"

    def _write(self, chunk: bytes) -> None:
        view = memoryview(chunk)
        while view:
            view = view[os.write(self._fd, view) :]
        self._written += len(chunk)

    def _release_reserve(self) -> None:
        with contextlib.suppress(OSError):
            os.unlink(self._spare)

    def close(self) -> None:
        """Write the rest, and make it last."""
        try:
            self.flush()
        except DiskFull:
            # the reserve is free now: try the last words once more
            self.flush()
        self._release_reserve()
        with contextlib.suppress(OSError):
            os.fsync(self._fd)
        os.close(self._fd)


def _is_stream(op: Op, cell: int, name: str) -> bool:
    return bool(op["op"] == "stream" and op["cell"] == cell and op["name"] == name)


def _drowned(op: Op, cell: int) -> bool:
    """Whether clearing `cell` undoes all that this operation does."""
    if op.get("cell") != cell:
        return False
    if op["op"] == "output":
        return "transient" not in op["output"]
    return op["op"] in ("stream", "clear", "truncated")


def _finite(value: Any) -> Any:
    """JSON has no NaN: a kernel that sends one means null."""
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, list):
        return [_finite(item) for item in value]
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return value
