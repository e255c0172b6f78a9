"""``doctor``: what is wrong, and how to mend it."""

from __future__ import annotations

import argparse
import os
from typing import Any
from urllib.parse import quote

from ..context import Context
from ..errors import REFUSED, SUCCEEDED, UNREACHABLE
from ..terminal import shown


def register(groups: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command."""
    doctor = groups.add_parser(
        "doctor", parents=[shared], help="say what is wrong and how to mend it"
    )
    doctor.add_argument(
        "--provider",
        metavar="NAME",
        help="find out with a throw-away client what an identity provider really "
        "does; credentials go by it from then on (up to two minutes)",
    )
    doctor.set_defaults(run=_doctor)


EXAMINATION = 240.0
"""Seconds; more than the broker gives itself for one provider."""


def _examine(context: Context, name: str) -> int:
    from ..checks.provider import findings

    context.terminal.note(f"Asking {name} with a throw-away client …")
    path = f"/v1/identities/{quote(name, safe='')}/examine"
    found = context.broker.request("POST", path, timeout=EXAMINATION)
    checks = list(findings(found))
    for check in checks:
        _tell(context, check)
    if context.terminal.as_json:
        documents = [check.document() for check in checks]
        told = {"ok": found["ok"], "checks": documents, "examination": found}
        context.terminal.document(told)
    context.terminal.line()
    for sentence in found["worst_case"]:
        context.terminal.line(shown(sentence))
    return SUCCEEDED if found["ok"] else REFUSED


def _doctor(context: Context) -> int:
    if context.args.provider is not None:
        return _examine(context, context.args.provider)
    from ..checks import ALL
    from ..checks.check import Check, Patient

    patient = Patient(context.args.data, os.environ)
    checks: list[Check] = []
    for check in ALL:
        found = check(patient)
        checks.append(found)
        _tell(context, found)
    ok = all(found.ok for found in checks)
    if context.terminal.as_json:
        documents = [found.document() for found in checks]
        context.terminal.document({"ok": ok, "checks": documents})
    if ok:
        context.terminal.line("All is well.")
        return SUCCEEDED
    return UNREACHABLE if patient.broker is None else REFUSED


def _tell(context: Context, check: Any) -> None:
    context.terminal.line(f"{check.sign} {check.name}: {shown(check.message)}")
    if check.fix:
        context.terminal.line(f"    → {shown(check.fix)}")
