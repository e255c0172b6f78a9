"""``doctor``: what is wrong, and how to mend it."""

from __future__ import annotations

import argparse
import os
from typing import Any

from ..context import Context
from ..errors import REFUSED, SUCCEEDED, UNREACHABLE
from ..terminal import shown


def register(groups: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command."""
    doctor = groups.add_parser(
        "doctor", parents=[shared], help="say what is wrong and how to mend it"
    )
    doctor.set_defaults(run=_doctor)


def _doctor(context: Context) -> int:
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
