"""What the dialog sends: what shall be prepared, and the order for what was shown."""

from __future__ import annotations

from typing import Any


def wanted(path: str, **more: Any) -> dict[str, Any]:
    """Build a PrepareRequest."""
    return {
        "path": path,
        "content": None,
        "kernel": None,
        "target": None,
        "overrides": {},
        "types": {},
        "ticked": [],
        "files_mode": None,
        "exclude": [],
        "include": [],
        "outputs": None,
        "deliver_to": None,
        **more,
    }


def order(request: dict[str, Any], prepared: dict[str, Any]) -> dict[str, Any]:
    """Build the SubmitRequest for what was prepared."""
    return {
        **request,
        "label": None,
        "time_limit": None,
        "shown": [
            {"name": p["name"], "text": p["text"]} for p in prepared["parameters"]
        ],
        "plan_id": prepared["plan"]["id"],
        "confirmed": False,
    }
