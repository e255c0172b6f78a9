"""What a front end would know of the notebook's widgets."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any, Callable

from .wire import Message

State = dict[str, Any]
Send = Callable[[str, dict[str, Any], dict[str, Any]], object]


def output_of(message: Message) -> dict[str, Any] | None:
    """Return the notebook output that a kernel's message stands for, if any."""
    content = message.content
    kind = message.type
    if kind == "stream":
        return {"output_type": kind, "name": content["name"], "text": content["text"]}
    if kind in ("display_data", "execute_result"):
        output = {
            "output_type": kind,
            "metadata": content.get("metadata", {}),
            "data": content["data"],
        }
        if kind == "execute_result":
            output["execution_count"] = content["execution_count"]
        return output
    if kind == "error":
        return {
            "output_type": kind,
            "ename": content["ename"],
            "evalue": content["evalue"],
            "traceback": content["traceback"],
        }
    return None


class OutputWidget:
    """Mimics the front end's Output widget: it takes outputs into its state."""

    def __init__(self, comm_id: str, state: State) -> None:
        self.comm_id = comm_id
        self.outputs: list[dict[str, Any]] = list(state.get("outputs", []))
        self.hooked: str | None = None
        self.parent: dict[str, Any] = {}
        self.changed = False
        self._clear_next = False

    def take(self, message: Message) -> None:
        """Append an output."""
        output = output_of(message)
        if output is None:
            return
        if self._clear_next:
            self.outputs, self._clear_next = [], False
        last = self.outputs[-1] if self.outputs else {}
        if (
            last.get("output_type") == output["output_type"] == "stream"
            and last["name"] == output["name"]
        ):
            last["text"] += output["text"]
        else:
            self.outputs.append(output)
        self._touch(message)

    def clear(self, message: Message) -> None:
        """Clear now, or at the next output."""
        if message.content.get("wait"):
            self.parent, self._clear_next = message.parent, True
            return
        self.outputs = []
        self._touch(message)

    def _touch(self, message: Message) -> None:
        self.parent, self.changed = message.parent, True


class Widgets:
    """Follows comm messages; keeps what changed since it was last asked.

    Parameters
    ----------
    send
        Sends a message on the shell channel: kind, content, parent header.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._outputs: dict[str, OutputWidget] = {}
        self._hooks: dict[str, list[OutputWidget]] = {}
        self._states: dict[str, State] = {}
        self._buffers: dict[str, dict[tuple[str, ...], State]] = {}

    def hook(self, parent_id: str | None) -> OutputWidget | None:
        """Return the Output widget that takes the outputs of a request."""
        stack = self._hooks.get(parent_id or "")
        return stack[-1] if stack else None

    def comm(self, message: Message) -> None:
        """Take a comm message of any kind."""
        content = message.content
        comm_id = content["comm_id"]
        data = content.get("data") or {}
        state = data.get("state")
        if isinstance(state, dict):
            self._states.setdefault(comm_id, {}).update(state)
            for path, raw in zip(data.get("buffer_paths") or [], message.buffers):
                self._buffers.setdefault(comm_id, {})[tuple(path)] = {
                    "data": base64.b64encode(raw).decode("ascii"),
                    "encoding": "base64",
                    "path": path,
                }
        if (
            message.type == "comm_open"
            and content.get("target_name") == "jupyter.widget"
        ):
            if isinstance(state, dict) and _is_output(state):
                self._outputs[comm_id] = OutputWidget(comm_id, state)
        elif message.type == "comm_msg" and isinstance(state, dict):
            widget = self._outputs.get(comm_id)
            if widget is not None and "msg_id" in state:
                self._rehook(widget, state["msg_id"])

    def _rehook(self, widget: OutputWidget, msg_id: str | None) -> None:
        if msg_id:
            self._hooks.setdefault(msg_id, []).append(widget)
        elif widget.hooked:
            stack = self._hooks.get(widget.hooked, [])
            if widget in stack:
                stack.remove(widget)
        widget.hooked = msg_id or None

    def changes(self) -> State:
        """Return what changed, by model, and forget it; tell the kernel, too."""
        for widget in self._changed_outputs():
            widget.changed = False
            self._states.setdefault(widget.comm_id, {})["outputs"] = list(
                widget.outputs
            )
            data = {
                "method": "update",
                "state": {"outputs": widget.outputs},
                "buffer_paths": [],
            }
            content = {"comm_id": widget.comm_id, "data": data}
            self._send("comm_msg", content, widget.parent)
        changed: State = {}
        for comm_id, state in self._states.items():
            changed[comm_id] = {"state": state}
        for comm_id, buffers in self._buffers.items():
            changed.setdefault(comm_id, {"state": {}})["buffers"] = list(
                buffers.values()
            )
        self._states, self._buffers = {}, {}
        return changed

    def _changed_outputs(self) -> Iterator[OutputWidget]:
        return (widget for widget in self._outputs.values() if widget.changed)

    @property
    def dirty(self) -> bool:
        """Whether `changes` has something to say."""
        return bool(self._states or self._buffers or any(self._changed_outputs()))


def _is_output(state: State) -> bool:
    return (state.get("_model_module"), state.get("_model_name")) == (
        "@jupyter-widgets/output",
        "OutputModel",
    )
