"""The documents of ``--json``, exactly as documented; people script against them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_RUN = (
    "id",
    "label",
    "state",
    "reason",
    "exit_code",
    "signal",
    "notebook",
    "output",
    "target",
    "native_id",
    "resources",
    "runtime",
    "submitted_at",
    "started_at",
    "ended_at",
    "closed_at",
)
_PARAMETER = ("name", "type", "text", "declared", "layer", "origin", "shadowed")
_LEASE = (
    "id",
    "state",
    "provider",
    "scopes",
    "minted_at",
    "revoked_at",
    "end",
    "ended_at",
)
_TARGET = ("name", "scheduler", "default", "identity")


def _pick(source: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: source[name] for name in names}


def parameters(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [_pick(parameter, _PARAMETER) for parameter in found]


def run(found: Mapping[str, Any]) -> dict[str, Any]:
    lease = found["lease"]
    return {
        **_pick(found, _RUN),
        "parameters": parameters(found["parameters"]),
        "lease": None if lease is None else _pick(lease, _LEASE),
        "run_folder": found["run_folder"],
    }


def leases(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "leases": [_pick(lease, (*_LEASE, "run")) for lease in found["leases"]],
        "orphans": found["orphans"],
    }


def targets(
    found: Sequence[Mapping[str, Any]], offers: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    return {
        "targets": [
            {**_pick(target, _TARGET), "resources": offers[target["name"]]["fields"]}
            for target in found
        ]
    }


def kernels(
    choices: Sequence[Mapping[str, Any]], offer: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "runtime": offer["used"],
        "kernels": list(choices),
        "broken": offer["broken"],
        "problems": [_pick(one, ("code", "message")) for one in offer["problems"]],
        "known": offer["known"],
    }


def problems(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "code": problem["code"],
            "message": problem["message"],
            **{
                name: problem[name]
                for name in ("parameter", "origin")
                if problem[name] is not None
            },
        }
        for problem in found
    ]
