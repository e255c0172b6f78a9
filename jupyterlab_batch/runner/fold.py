"""The one fold: ``input.ipynb`` + ``events.jsonl`` → ``output.ipynb``."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from typing import Any

from . import notebook
from .redaction import Vault

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_WIDGETS = "application/vnd.jupyter.widget-state+json"

Summary = dict[str, Any]


def read_events(path: str) -> Iterator[dict[str, Any]]:
    """Yield the events of a log; a torn last line is dropped."""
    if not os.path.exists(path):
        return
    with open(path, "rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                return
            try:
                event = json.loads(line)
            except ValueError:
                # a hole that a crash of the host left
                return
            yield event


class Fold:
    """Applies fold operations to a prepared notebook, in order."""

    def __init__(self, prepared: notebook.Notebook) -> None:
        self.notebook = prepared
        cells = prepared["cells"]
        self._cells: list[notebook.Cell] = cells
        self._displays: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        self._texts: list[tuple[dict[str, Any], list[str]]] = []
        self._states: dict[str, dict[str, Any]] = {}
        self._buffers: dict[str, dict[tuple[str, ...], Any]] = {}
        self._running: int | None = None
        self._ended: dict[str, Any] = {}
        self._started_at: str | None = None
        self._warnings: list[str] = []
        self._done = 0
        self._last_at: str | None = None
        self._count = sum(1 for cell in cells if notebook.runs(cell))

    def apply(self, event: dict[str, Any]) -> None:
        """Apply one operation; one that is not known changes nothing."""
        method = getattr(self, "_on_" + str(event.get("op")), None)
        self._last_at = event.get("at")
        if method is not None:
            method(event)

    def _outputs(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        outputs: list[dict[str, Any]] = self._cells[event["cell"]]["outputs"]
        return outputs

    def _on_run_started(self, event: dict[str, Any]) -> None:
        self._started_at = event["at"]
        self._count = event["cells"]
        if event.get("language_info"):
            self.notebook["metadata"]["language_info"] = event["language_info"]

    def _on_cell_started(self, event: dict[str, Any]) -> None:
        self._running = event["cell"]
        cell = self._cells[event["cell"]]
        cell["outputs"] = []
        cell["metadata"]["execution"] = {}

    def _on_execute_input(self, event: dict[str, Any]) -> None:
        self._cells[event["cell"]]["execution_count"] = event["execution_count"]

    def _on_output(self, event: dict[str, Any]) -> None:
        output = dict(event["output"])
        transient = output.pop("transient", None) or {}
        display_id = transient.get("display_id")
        if display_id:
            self._redraw(display_id, output)
            shown = self._displays.setdefault(display_id, [])
            shown.append((event["cell"], output))
        self._outputs(event).append(output)

    def _on_stream(self, event: dict[str, Any]) -> None:
        outputs = self._outputs(event)
        last = outputs[-1] if outputs else {}
        if last.get("output_type") == "stream" and last["name"] == event["name"]:
            # joined at the end: adding strings one by one is quadratic
            last["text"].append(event["text"])
            return
        parts = [event["text"]]
        output = {"output_type": "stream", "name": event["name"], "text": parts}
        self._texts.append((output, parts))
        outputs.append(output)

    def _on_update_display(self, event: dict[str, Any]) -> None:
        self._redraw(event["display_id"], event)

    def _redraw(self, display_id: str, new: dict[str, Any]) -> None:
        for _, output in self._displays.get(display_id, ()):
            output["data"] = new["data"]
            output["metadata"] = new["metadata"]

    def _on_clear(self, event: dict[str, Any]) -> None:
        index = event["cell"]
        self._cells[index]["outputs"] = []
        for display_id, shown in self._displays.items():
            self._displays[display_id] = [one for one in shown if one[0] != index]

    def _on_widget_state(self, event: dict[str, Any]) -> None:
        for model, change in event["state"].items():
            self._states.setdefault(model, {}).update(change["state"])
            buffers = self._buffers.setdefault(model, {})
            for buffer in change.get("buffers", ()):
                buffers[tuple(buffer["path"])] = buffer

    def _on_truncated(self, event: dict[str, Any]) -> None:
        kept = event["bytes"]
        text = (
            f"\n[This cell printed more than the notebook keeps: cut after {kept:,}"
            f" bytes. The rest is in {event['spill']} of the run folder.]\n"
        )
        self._on_stream({"cell": event["cell"], "name": "stderr", "text": text})

    def _on_cell_ended(self, event: dict[str, Any]) -> None:
        cell = self._cells[event["cell"]]
        cell["metadata"]["execution"] = event["timing"]
        self._running = None
        if event["status"] == "ok":
            self._done += 1
        elif event["status"] != "error":
            _mark(cell, event["status"])

    def _on_warning(self, event: dict[str, Any]) -> None:
        self._warnings.append(f"{event['code']}: {event['message']}")

    def _on_run_ended(self, event: dict[str, Any]) -> None:
        self._ended = event

    def finish(self) -> Summary:
        """Complete the notebook; return what is known of the run."""
        for output, parts in self._texts:
            output["text"] = "".join(parts)
            # or a long text would be held twice
            parts.clear()
        if self._running is not None:
            _mark(self._cells[self._running], "interrupted")
        if self._states:
            self.notebook["metadata"]["widgets"] = {_WIDGETS: self._widget_state()}
        ended = self._ended
        failed = ended.get("cell") if ended.get("outcome") != "succeeded" else None
        error = self._error_of(failed)
        return {
            "outcome": ended.get("outcome"),
            "reason": ended.get("reason"),
            "message": ended.get("message"),
            "exit_code": ended.get("exit_code"),
            "signal": ended.get("signal"),
            "cells": self._count,
            "done": self._done,
            "failed_cell": failed if ended else self._running,
            "ename": error.get("ename"),
            "evalue": error.get("evalue"),
            "traceback": _ANSI.sub("", "\n".join(error["traceback"]))
            if error
            else None,
            "warnings": self._warnings,
            "started_at": self._started_at,
            "ended_at": ended.get("at") or self._last_at,
            "output_sha256": None,
        }

    def _error_of(self, index: int | None) -> dict[str, Any]:
        outputs = self._cells[index]["outputs"] if index is not None else []
        for output in reversed(outputs):
            if output["output_type"] == "error":
                error: dict[str, Any] = output
                return error
        return {}

    def _widget_state(self) -> dict[str, Any]:
        models = {}
        for model, state in self._states.items():
            if "_model_name" not in state:
                continue
            models[model] = {
                "model_name": state.get("_model_name"),
                "model_module": state.get("_model_module"),
                "model_module_version": state.get("_model_module_version"),
                "state": state,
            }
            if self._buffers.get(model):
                models[model]["buffers"] = list(self._buffers[model].values())
        return {"state": models, "version_major": 2, "version_minor": 0}


def _mark(cell: notebook.Cell, status: str) -> None:
    own = cell["metadata"].setdefault("jupyterlab_batch", {})
    if isinstance(own, dict):
        own["status"] = status


_LATE = "redacted_late: "


def rebuild(
    folder: str, vault: Vault | None = None, hits: Iterable[str] = ()
) -> Summary:
    """Fold a run folder; writes ``output.ipynb`` and ``summary.json``.

    Parameters
    ----------
    folder
        With ``input.ipynb`` and, once the run has started, ``events.jsonl``.
    vault
        Secrets to look for once more; a hit there is a defect, and noted.
    hits
        Files in which the last look found some.
    """
    vault = vault or Vault()
    events = os.path.join(folder, "events.jsonl")
    done = _finished(folder, events)
    if done is not None and not vault.patterns:
        return done
    fold = Fold(notebook.read(os.path.join(folder, "input.ipynb")))
    for event in read_events(events):
        fold.apply(event)
    summary = fold.finish()
    late = list(hits)

    def redact(text: str) -> str:
        clean = vault.text(text)
        if clean != text:
            late.append("output.ipynb")
        return clean

    path = os.path.join(folder, "output.ipynb")
    summary["output_sha256"] = notebook.write(path, fold.notebook, redact)
    told = [
        f"{_LATE}a credential had reached {name} and was removed: please report this"
        for name in dict.fromkeys(late)
    ]
    # what a look before a crash found is not found again
    told += [text for text in _found_before(folder) if text not in told]
    summary["warnings"] += [text for text in told if text not in summary["warnings"]]
    summary = dict(vault.tree(summary))
    raw = json.dumps(summary, ensure_ascii=False).encode("utf-8", "replace")
    notebook.replace(os.path.join(folder, "summary.json"), [raw])
    return summary


def _found_before(folder: str) -> list[str]:
    try:
        with open(os.path.join(folder, "summary.json"), encoding="utf-8") as file:
            earlier: Summary = json.load(file)
        return [text for text in earlier["warnings"] if text.startswith(_LATE)]
    except (OSError, ValueError, KeyError):
        return []


def _finished(folder: str, events: str) -> Summary | None:
    """Return the summary of a fold that is still true."""
    path = os.path.join(folder, "summary.json")
    try:
        if os.stat(path).st_mtime_ns < os.stat(events).st_mtime_ns:
            return None
        with open(path, encoding="utf-8") as file:
            summary: Summary = json.load(file)
        with open(os.path.join(folder, "output.ipynb"), "rb") as output:
            digest = hashlib.sha256(output.read()).hexdigest()
    except (OSError, ValueError):
        return None
    ended = summary.get("outcome") is not None
    return summary if ended and summary.get("output_sha256") == digest else None
