"""``run``, ``explain`` and ``rerun``."""

from __future__ import annotations

import argparse
import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import resources, runtime
from ..arguments import parameter_values, seconds
from ..context import Context
from ..errors import DETACHED, REFUSED, SUCCEEDED, TerminalError, exit_of_run
from ..terminal import shown
from ..words import (
    PARAMETER_HEAD,
    credential,
    ending,
    parameter_rows,
    path,
    short_id,
    size,
    start,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyterlab_batch._generated.wire import FilesPlan
    from jupyterlab_batch.submission import Choices, Notebook

FILES = ("snapshot", "in-place", "none")


def register(groups: Any, shared: argparse.ArgumentParser) -> None:
    """Add the commands that start runs."""
    run = groups.add_parser("run", parents=[shared], help="run a notebook as batch")
    _notebook_options(run)
    run.add_argument("--target", metavar="T", help="where it runs")
    _limit_option(run)
    _files_option(run)
    _delivery_option(run)
    runtime.add_option(run)
    resources.add_options(run)
    run.add_argument("--label", metavar="L", help="your words for this run")
    run.add_argument("--wait", action="store_true", help="wait for its end")
    run.add_argument(
        "--yes", action="store_true", help="agree to what the files plan asks"
    )
    run.set_defaults(run=_run)

    explain = groups.add_parser(
        "explain", parents=[shared], help="show where each value would come from"
    )
    _notebook_options(explain)
    explain.set_defaults(run=_explain)

    rerun = groups.add_parser(
        "rerun", parents=[shared], help="run the same notebook again"
    )
    rerun.add_argument("id", metavar="ID")
    _value_option(rerun)
    time = rerun.add_mutually_exclusive_group()
    _limit_option(time)
    time.add_argument(
        "--more-time",
        action="store_const",
        const="more",
        dest="time_limit",
        help="twice what it had, as far as target and partition allow",
    )
    _files_option(rerun)
    _delivery_option(rerun)
    runtime.add_option(rerun)
    resources.add_options(rerun)
    rerun.add_argument("--wait", action="store_true", help="wait for its end")
    rerun.set_defaults(run=_rerun)


def _value_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "-p",
        action="append",
        default=[],
        dest="values",
        metavar="NAME=VALUE",
        help="set a parameter (NAME:type=VALUE where it has no type)",
    )


def _limit_option(command: argparse._ActionsContainer) -> None:
    command.add_argument(
        "--time-limit", type=seconds, metavar="2h", help="at most the target's"
    )


def _delivery_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--deliver-to", metavar="FOLDER", help="an existing folder for the results"
    )


def _files_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--files",
        choices=FILES,
        metavar="MODE",
        help="what goes along: snapshot of the project, in-place, or none",
    )


def _notebook_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("notebook", metavar="NOTEBOOK")
    _value_option(command)
    command.add_argument("--kernel", metavar="K", help="name of an installed kernel")


def _read(context: Context) -> tuple[Notebook, Choices]:
    """Read the notebook and the values: what is wrong there needs no broker."""
    from jupyterlab_batch.submission import Choices, Notebook

    args = context.args
    overrides, types = parameter_values(args.values)
    notebook = Notebook.from_file(args.notebook)
    return notebook, Choices(kernel=args.kernel, overrides=overrides, types=types)


def _run(context: Context) -> int:
    from jupyterlab_batch.submission import (
        Order,
        prepare,
        refusal,
        resource_problems,
        submit,
    )

    args, terminal = context.args, context.terminal
    notebook, choices = _read(context)
    choices = dataclasses.replace(
        choices,
        target=args.target,
        files_mode=args.files,
        # as everywhere in a shell: relative to where it is typed
        deliver_to=args.deliver_to and os.path.abspath(args.deliver_to),
        resources=resources.given(args),
        runtime=args.runtime,
        trusted=True,
        time_limit=args.time_limit,
    )
    submitter = context.submitter()
    prepared = prepare(notebook, choices, submitter)
    problems = prepared["problems"] + resource_problems(prepared["preflight"])
    errors = [found for found in problems if found["severity"] == "error"]
    if errors:
        raise refusal(errors)
    for problem in problems:
        if problem["severity"] == "warning":
            terminal.note(f"warning: {problem['message']}  ({problem['code']})")
    confirmed = _confirm(context, prepared["plan"])
    declared = [found for found in prepared["parameters"] if found["declared"]]
    if declared:
        terminal.table(PARAMETER_HEAD, parameter_rows(declared))
    asked = resources.words(prepared["preflight"]["resources"])
    if asked:
        # also what the notebook itself remembers: nothing is asked for unseen
        terminal.line(f"  {prepared['target']['name']} is asked for: {shown(asked)}")
    used = prepared["runtime"]["used"]
    if used is not None:
        terminal.line(f"  it runs with {shown(runtime.words(used))}")
    if prepared["preflight"]["starts_at"] is not None:
        when = start(prepared["preflight"]["starts_at"])
        terminal.line(f"  {prepared['target']['name']} would start it {when}")
    order = Order(
        plan_id=prepared["plan"]["id"],
        shown=[
            {"name": found["name"], "text": found["text"]}
            for found in prepared["parameters"]
        ],
        confirmed=confirmed,
        label=args.label,
        time_limit=args.time_limit,
    )
    # what is remembered in the notebook is so for one target
    choices = dataclasses.replace(
        choices,
        target=prepared["target"]["name"],
        runtime=prepared["runtime"]["wanted"] or "as-is",
    )
    accepted = submit(notebook, choices, order, submitter)
    return _accepted(context, dict(accepted), _place(prepared["target"]))


def _place(target: Mapping[str, Any]) -> str:
    return "this machine" if target["scheduler"] == "local" else str(target["name"])


def _place_of(context: Context, name: str) -> str:
    """Tell where a run goes, in the words of `run`."""
    targets = context.get("/v1/targets")["targets"]
    return next((_place(known) for known in targets if known["name"] == name), name)


_ASKS = {
    "too_large": "is large",
    "too_many": "has many files",
    "root_is_home": "is your whole home folder",
}


def _confirm(context: Context, plan: FilesPlan) -> bool:
    """Have a person agree to an unusual files plan.

    Raises
    ------
    TerminalError
        Nobody could be asked, or the answer was no.
    """
    if plan["ask"] is None or context.args.yes:
        return plan["ask"] is not None
    what = (
        f"The project {path(plan['root'] or '')} {_ASKS[plan['ask']]}: "
        f"{plan['files']} files, {size(plan['bytes'])}."
    )
    choices = "--files in-place (nothing is copied), --files none, or --yes"
    if context.terminal.can_ask and not context.terminal.as_json:
        if context.terminal.ask(f"{what} Copy it?"):
            return True
        raise TerminalError(
            f"Not submitted. Choose {choices}.", "files_need_confirmation"
        )
    raise TerminalError(f"{what} Choose {choices}.", "files_need_confirmation")


def _accepted(context: Context, run: dict[str, Any], place: str) -> int:
    """Report an accepted run; with --wait, stay with it to its end."""
    from .. import shapes
    from ..follow import follow

    terminal = context.terminal
    if not context.args.wait:
        terminal.line(f"  {short_id(run['id'])}  accepted, {run['state']}")
        if terminal.as_json:
            terminal.document(shapes.run(run))
        return SUCCEEDED
    try:
        detail = follow(context.broker, run, terminal, place)
    except KeyboardInterrupt:
        name = short_id(run["id"])
        terminal.note(
            f"\nDetached; the run goes on. See it: jupyter batch show {name} · "
            f"stop it: jupyter batch cancel {name}"
        )
        if terminal.as_json:
            terminal.document(shapes.run(context.detail(run["id"])["run"]))
        return DETACHED
    if terminal.as_json:
        terminal.document(shapes.run(detail["run"]))
    else:
        _report_end(context, detail)
    return exit_of_run(detail["run"])


def _report_end(context: Context, detail: Mapping[str, Any]) -> None:
    run, terminal = detail["run"], context.terminal
    terminal.line(f"  {ending(run)}")
    if run["message"] and run["state"] != "succeeded":
        terminal.line(f"  {run['message']}")
    elif detail["ename"]:
        terminal.line(f"  {detail['ename']}: {detail['evalue']}")
    if run["reason"] == "timeout":
        again = f"jupyter batch rerun {short_id(run['id'])} --more-time"
        terminal.line(f"  More time: {again}")
    if run["lease"] is not None:
        terminal.line(f"  {credential(run['lease'])}")


def _explain(context: Context) -> int:
    from jupyterlab_batch.submission.preparation import Resolved, usual_target

    from .. import shapes

    terminal = context.terminal
    notebook, choices = _read(context)
    submitter = context.submitter()
    target = usual_target(submitter)
    resolved = Resolved(notebook, choices, submitter, target["name"], target["runtime"])
    if terminal.as_json:
        terminal.document(
            {
                "notebook": str(notebook.path),
                "prefix": resolved.inspection["prefix"],
                "parameters": shapes.parameters(resolved.parameters),
                "problems": shapes.problems(resolved.problems),
            }
        )
    else:
        if resolved.parameters:
            terminal.table(PARAMETER_HEAD, parameter_rows(resolved.parameters))
        else:
            terminal.line("  The notebook has no parameters.")
        for problem in resolved.problems:
            terminal.note(
                f"{problem['severity']}: {problem['message']}  ({problem['code']})"
            )
    return REFUSED if resolved.errors else SUCCEEDED


def _rerun(context: Context) -> int:
    overrides, types = parameter_values(context.args.values)
    if types:
        raise TerminalError("A re-run keeps the types: write -p NAME=VALUE.")
    run_id = context.full_id(context.args.id)
    body: dict[str, Any] = {"parameters": overrides or None}
    if context.args.files:
        body["files_mode"] = context.args.files
    if context.args.time_limit is not None:
        body["time_limit"] = context.args.time_limit
    if context.args.deliver_to:
        body["deliver_to"] = _delivery(context.args.deliver_to)
    asked = resources.given(context.args)
    if asked:
        body["resources"] = asked
    if context.args.runtime is not None:
        body["runtime"] = runtime.wish(context.args.runtime)
    run = context.post_once(f"/v1/runs/{run_id}/rerun", body)
    if overrides:
        context.terminal.table(PARAMETER_HEAD, parameter_rows(run["parameters"]))
    return _accepted(context, run, _place_of(context, run["target"]))


def _delivery(given: str) -> str:
    """Check the folder now: a slip would otherwise be found only after the run."""
    from jupyterlab_batch.submission.delivery import DeliveryUnwritable, delivery_folder
    from jupyterlab_batch.submission.submitter import Notebook

    folder, nowhere = os.path.abspath(given), Notebook("", {})
    try:
        return str(delivery_folder(folder, nowhere, Path.home()))
    except DeliveryUnwritable as error:
        raise TerminalError(error.detail) from error
