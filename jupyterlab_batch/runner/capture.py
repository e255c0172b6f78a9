"""Turns a kernel's messages into fold operations."""

from __future__ import annotations

from typing import Any

from . import clock
from .events import EventLog
from .redaction import StreamRedactor, Vault
from .spill import Spill
from .widgets import Widgets, output_of
from .wire import Message


class CellOutputs:
    """What is known of the outputs of one cell while they come in."""

    def __init__(self, index: int, vault: Vault) -> None:
        self.index = index
        self.streams = {
            "stdout": StreamRedactor(vault),
            "stderr": StreamRedactor(vault),
        }
        self.timing: dict[str, str] = {}
        self.clear_next = False
        self.idle = False
        self.error: tuple[str, str] | None = None
        self.kept = 0
        self.truncated = False
        self.spill: Spill | None = None
        self.spill_full = False


class Capture:
    """Follows iopub for all cells of a run.

    A message that comes after its cell has ended (a thread, say) still belongs
    to that cell; nbclient would drop it.
    """

    def __init__(
        self, events: EventLog, widgets: Widgets, vault: Vault, folder: str, cap: int
    ) -> None:
        self._events = events
        self._widgets = widgets
        self._vault = vault
        self._folder = folder
        self._cap = cap
        self._cells: dict[str, CellOutputs] = {}
        self._odd = False

    def begin(self, index: int, msg_id: str) -> CellOutputs:
        """Expect the messages that `msg_id`, the request of a cell, causes."""
        cell = self._cells[msg_id] = CellOutputs(index, self._vault)
        return cell

    def take(self, message: Message) -> None:
        """Take a message from iopub; one that is not as it should be ends no run."""
        try:
            self._take(message)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            if not self._odd:
                self._odd = True
                self._events.append(
                    "warning",
                    code="odd_message",
                    message=f"The kernel sent a {message.type} that does not follow"
                    f" Jupyter's protocol ({type(error).__name__}): it was not kept",
                    cell=None,
                )

    def _take(self, message: Message) -> None:
        kind = message.type
        if kind.startswith("comm_"):
            return self._widgets.comm(message)
        cell = self._cells.get(message.parent_id or "")
        if cell is None:
            return
        content = message.content
        if kind == "status":
            return self._status(cell, message)
        if kind == "execute_input":
            cell.timing["iopub.execute_input"] = clock.precise(message.date)
            self._events.append(
                "execute_input",
                cell=cell.index,
                execution_count=content.get("execution_count") or 0,
            )
        elif kind == "update_display_data":
            self._update(cell, content)
        elif kind == "clear_output":
            self._clear(cell, message)
        else:
            self._output(cell, message)

    def _status(self, cell: CellOutputs, message: Message) -> None:
        state = message.content.get("execution_state")
        if state in ("busy", "idle"):
            cell.timing[f"iopub.status.{state}"] = clock.precise(message.date)
        if state == "idle":
            cell.idle = True

    def _update(self, cell: CellOutputs, content: dict[str, Any]) -> None:
        display_id = (content.get("transient") or {}).get("display_id")
        if not display_id:
            return
        fields = {"data": content["data"], "metadata": content.get("metadata", {})}
        size = _size(fields)
        if size > self._cap:
            spilled = self._vault.tree({"display_id": display_id, **fields})
            spill = self._spill(cell)
            self._note_full(cell, spill.output(spilled))
            told = f"(too large: see {spill.name})"
            fields, size = {"data": {"text/plain": told}, "metadata": {}}, len(told)
        self._events.update_display(display_id, fields, size)

    def _clear(self, cell: CellOutputs, message: Message) -> None:
        hook = self._widgets.hook(message.parent_id)
        if hook is not None:
            hook.clear(message)
        elif message.content.get("wait"):
            cell.clear_next = True
        else:
            self._clear_now(cell)

    def _clear_now(self, cell: CellOutputs) -> None:
        for redactor in cell.streams.values():
            redactor.finish()
        cell.clear_next = cell.truncated = False
        cell.kept = 0
        self._events.clear(cell.index)

    def _output(self, cell: CellOutputs, message: Message) -> None:
        hook = self._widgets.hook(message.parent_id)
        if hook is not None:
            return hook.take(message)
        output = output_of(message)
        if output is None:
            return
        if cell.clear_next:
            self._clear_now(cell)
        if output["output_type"] == "stream":
            return self._stream(cell, output["name"], output["text"])
        self._release_tails(cell)
        if output["output_type"] == "error":
            cell.error = (output["ename"], output["evalue"])
        transient = message.content.get("transient") or {}
        if transient.get("display_id"):
            output["transient"] = {"display_id": transient["display_id"]}
        size = _size(output)
        if cell.truncated or cell.kept + size > self._cap:
            output = self._vault.tree(output)
            self._note_full(cell, self._spilled(cell).output(output))
            return
        cell.kept += size
        self._events.output(cell.index, output, size)

    def _stream(self, cell: CellOutputs, name: str, text: str) -> None:
        # a tail of the other stream would come after this text
        self._release_tails(cell, but=name)
        self._write(cell, name, cell.streams[name].feed(text))

    def _release_tails(self, cell: CellOutputs, but: str = "") -> None:
        for name, redactor in cell.streams.items():
            if name != but:
                self._write(cell, name, redactor.finish())

    def _write(self, cell: CellOutputs, name: str, text: str) -> None:
        if not text:
            return
        if not cell.truncated:
            room = self._cap - cell.kept
            size = _bytes(text)
            if size <= room:
                cell.kept += size
                self._events.stream(cell.index, name, text)
                return
            head = text.encode("utf-8", "replace")[:room].decode("utf-8", "ignore")
            cell.kept += _bytes(head)
            self._events.stream(cell.index, name, head)
            text = text[len(head) :]
        self._note_full(cell, self._spilled(cell).text(text))

    def _spill(self, cell: CellOutputs) -> Spill:
        if cell.spill is None:
            cell.spill = Spill(self._folder, cell.index)
        return cell.spill

    def _spilled(self, cell: CellOutputs) -> Spill:
        spill = self._spill(cell)
        if not cell.truncated:
            cell.truncated = True
            self._events.append(
                "truncated", cell=cell.index, bytes=cell.kept, spill=spill.name
            )
        return spill

    def _note_full(self, cell: CellOutputs, fits: bool) -> None:
        if fits or cell.spill_full or cell.spill is None:
            return
        cell.spill_full = True
        self._events.append(
            "warning",
            code="spill_full",
            message=f"{cell.spill.name} is full: the rest of this cell's output"
            " was not kept",
            cell=cell.index,
        )

    def flush(self) -> None:
        """Pass on widget states; they are merged while they wait."""
        if self._widgets.dirty:
            self._events.append("widget_state", state=self._widgets.changes())

    def end(self, cell: CellOutputs) -> None:
        """Pass on all that was held back for a cell."""
        self._release_tails(cell)
        self.flush()

    def close(self) -> None:
        """No more messages will come."""
        for cell in self._cells.values():
            self.end(cell)
            if cell.spill is not None:
                cell.spill.close()


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def _size(value: Any) -> int:
    """Return about how many bytes a JSON value takes."""
    if isinstance(value, str):
        return _bytes(value) + 2
    if isinstance(value, list):
        return sum(map(_size, value)) + len(value)
    if isinstance(value, dict):
        return sum(_bytes(key) + 4 + _size(item) for key, item in value.items())
    return 8
