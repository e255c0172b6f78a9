"""The fold, kept up to date while the run goes on, and cut into pages.

It is the one fold: every operation goes through `Fold`, and this adds which event
changed a cell or an output last. A long text stays in ``events.jsonl`` and is read
when a page needs it, so a run of many gigabytes costs little memory.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any

from . import notebook
from .fold import Fold

#: lines up to this many bytes are kept in memory whole
KEEP = 4096
#: seconds of reading before what is known so far is given
PATIENCE = 0.4

Event = dict[str, Any]
Output = dict[str, Any]


class Stored:
    """A value that was left where it lies: in one line of the event log."""

    __slots__ = ("offset", "path", "size")

    def __init__(self, offset: int, path: tuple[str, ...], size: int) -> None:
        self.offset = offset
        self.path = path
        self.size = size


class CellNews:
    """What a reader of the outline wants to know of one cell."""

    def __init__(self, number: int | None, title: str | None) -> None:
        self.number = number
        self.title = title
        self.status: str | None = None
        self.started_at: str | None = None
        self.ended_at: str | None = None
        self.seq = 0


class Followed(Fold):
    """A fold that knows by which event each cell and output changed last."""

    def __init__(self, prepared: notebook.Notebook) -> None:
        super().__init__(prepared)
        self.seq = 0
        self.news: list[CellNews] = []
        cells = prepared["cells"]
        count = 0
        for index, cell in enumerate(cells):
            runs = notebook.runs(cell)
            count += runs
            title = notebook.title(cells, index) if runs else None
            self.news.append(CellNews(count if runs else None, title))

    @property
    def cells(self) -> list[notebook.Cell]:
        """The cells, folded as far as the events were read."""
        return self._cells

    def apply(self, event: Event) -> None:
        self.seq = int(event.get("seq") or self.seq + 1)
        super().apply(event)
        if isinstance(event.get("cell"), int):
            self.news[event["cell"]].seq = self.seq

    def _on_cell_started(self, event: Event) -> None:
        super()._on_cell_started(event)
        news = self.news[event["cell"]]
        news.number, news.title = event["number"], event["title"]
        news.status, news.started_at, news.ended_at = "running", event["at"], None

    def _on_cell_ended(self, event: Event) -> None:
        super()._on_cell_ended(event)
        news = self.news[event["cell"]]
        news.status, news.ended_at = event["status"], event["at"]

    def _on_output(self, event: Event) -> None:
        super()._on_output(event)
        self._outputs(event)[-1]["_seq"] = self.seq

    def _on_stream(self, event: Event) -> None:
        super()._on_stream(event)
        self._outputs(event)[-1]["_seq"] = self.seq

    def _redraw(self, display_id: str, new: Event) -> None:
        super()._redraw(display_id, new)
        for index, output in self._displays.get(display_id, ()):
            output["_seq"] = self.news[index].seq = self.seq

    def _on_widget_state(self, event: Event) -> None:
        """Nothing: a view shows no live widgets, and their states may be large."""


class View:
    """A run folder's cells as they are now.

    Parameters
    ----------
    folder
        With ``input.ipynb``; raises FileNotFoundError without it.
    """

    def __init__(self, folder: str) -> None:
        self._log = os.path.join(folder, "events.jsonl")
        self.fold = Followed(notebook.read(os.path.join(folder, "input.ipynb")))
        self._offset = 0
        self._inode: int | None = None
        self._line: tuple[int, Event] = (-1, {})

    @property
    def epoch(self) -> str:
        """Names the log; numbers of another one mean nothing here."""
        return "" if self._inode is None else str(self._inode)

    @property
    def stale(self) -> bool:
        """Whether another attempt has begun a log of its own."""
        try:
            found = os.stat(self._log)
        except FileNotFoundError:
            return self._inode is not None
        return self._inode is not None and (
            found.st_ino != self._inode or found.st_size < self._offset
        )

    def advance(self, patience: float = PATIENCE) -> bool:
        """Read on; a torn last line is left for later.

        Returns
        -------
        bool
            False when there is more to read than `patience` seconds allow.
        """
        until = time.monotonic() + patience
        if not os.path.exists(self._log):
            return True
        with open(self._log, "rb") as file:
            self._inode = os.fstat(file.fileno()).st_ino
            file.seek(self._offset)
            for line in file:
                if not line.endswith(b"\n"):
                    return True
                offset, self._offset = self._offset, self._offset + len(line)
                try:
                    event = json.loads(line)
                except ValueError:
                    # a hole that a crash of the host left
                    continue
                if len(line) > KEEP:
                    _slim(event, offset)
                self.fold.apply(event)
                if time.monotonic() > until:
                    return False
        return True

    def fetch(self, value: Any) -> Any:
        """Give a value that may have been left in the log."""
        if not isinstance(value, Stored):
            return value
        if self._line[0] != value.offset:
            with open(self._log, "rb") as file:
                file.seek(value.offset)
                self._line = (value.offset, json.loads(file.readline()))
        found: Any = self._line[1]
        for name in value.path:
            found = found[name]
        return found


def size_of(value: Any) -> int:
    """Return about how many characters a value takes on the wire."""
    if isinstance(value, Stored):
        return value.size
    if isinstance(value, str):
        return len(value)
    return len(json.dumps(value))


def _slim(event: Event, offset: int) -> None:
    """Leave the long values of an event in its line."""
    if event.get("op") == "stream":
        event["text"] = Stored(offset, ("text",), len(event["text"]))
        return
    output = event.get("output")
    if isinstance(output, dict):
        if "traceback" in output:
            stored = Stored(
                offset, ("output", "traceback"), size_of(output["traceback"])
            )
            output["traceback"] = stored
        _slim_data(output, offset, ("output", "data"))
    _slim_data(event, offset, ("data",))


def _slim_data(holder: dict[str, Any], offset: int, path: tuple[str, ...]) -> None:
    data = holder.get("data")
    if isinstance(data, dict):
        holder["data"] = {
            kind: Stored(offset, (*path, kind), size_of(value))
            if size_of(value) > KEEP
            else value
            for kind, value in data.items()
        }
