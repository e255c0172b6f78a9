"""``kernels``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .. import runtime, shapes
from ..context import Context
from ..errors import REFUSED, SUCCEEDED
from ..terminal import shown

_HEAD = ("kernel", "name", "language")


def register(groups: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command about what a run can be run with."""
    kernels = groups.add_parser(
        "kernels",
        parents=[shared],
        help="the kernels of an environment, and the environments that are known",
    )
    kernels.add_argument("--target", metavar="T", help="as for run")
    runtime.add_option(kernels)
    kernels.set_defaults(run=_kernels)


def _kernels(context: Context) -> int:
    from jupyterlab_batch.submission.kernels import kernel_choices
    from jupyterlab_batch.submission.runtime import look_into, specs_of

    args, terminal = context.args, context.terminal
    submitter = context.submitter()
    wanted = runtime.wish(args.runtime)
    offer = look_into(wanted, args.target, Path.cwd(), submitter, True)
    specs = submitter.kernels if wanted is None else specs_of(offer)
    errors = [one for one in offer["problems"] if one["severity"] == "error"]
    if terminal.as_json:
        terminal.document(shapes.kernels(kernel_choices(specs), offer))
        return REFUSED if errors else SUCCEEDED
    if offer["used"] is not None:
        terminal.line(f"  {shown(runtime.words(offer['used']))}")
    if not errors:
        rows = [
            [one["name"], one["display_name"], one["language"]]
            for one in kernel_choices(specs)
        ]
        terminal.table(_HEAD, rows)
    for one in (*offer["problems"], *offer["broken"]):
        terminal.note(f"note: {shown(one['message'])}")
    if offer["known"]:
        terminal.line()
        for known in offer["known"]:
            terminal.line(f"--runtime {shown(runtime.option(known))}")
    return REFUSED if errors else SUCCEEDED
