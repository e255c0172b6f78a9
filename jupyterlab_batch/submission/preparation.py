"""Everything about a run before it is one: what the dialog and `explain` show."""

from __future__ import annotations

import os
import re
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from jupyterlab_batch.parameters import ResolveRequest, resolve

from .delivery import DeliveryUnwritable, delivery_folder
from .environment import is_never_passed, not_passed
from .errors import UnknownKernel, UnknownTarget
from .kernels import choose_kernel, freeze_kernel, kernel_choices
from .resources import look_ahead, wanted_resources
from .submitter import Choices, Notebook, Submitter

if TYPE_CHECKING:
    from jupyterlab_batch._generated.wire import (
        FilesMode,
        FilesPlan,
        Inspection,
        KernelSpec,
        Parameter,
        Prepared,
        PrepareProblem,
        TargetSummary,
    )


def prepare(notebook: Notebook, choices: Choices, submitter: Submitter) -> Prepared:
    """Inspect a notebook, resolve its parameters, choose kernel, target and files.

    Nothing is made or changed. What is wrong with values or kernel is in
    ``problems``, so that a dialog can show it beside its field.

    Raises
    ------
    SubmissionError
        There is no such target.
    LauncherError
        The broker refused the notebook or its files, or does not answer.
    """
    resolved = Resolved(notebook, choices, submitter)
    targets = _targets(submitter)
    target = choose_target(targets, choices.target)
    plan = plan_files(notebook, choices, resolved, submitter)
    resources = wanted_resources(resolved.inspection, target["name"], choices)
    paths = named_paths(resolved.parameters)
    return {
        "name": notebook.name,
        "path": str(notebook.path) if notebook.path else None,
        "contents_path": notebook.contents_path or "",
        "inspection": resolved.inspection,
        "parameters": resolved.parameters,
        "problems": resolved.problems
        + _plan_problems(plan, paths)
        + _output_problems(resolved.inspection, plan),
        "places": resolved.places,
        "links": {},
        "kernel": resolved.kernel["name"] if resolved.kernel else None,
        "kernels": kernel_choices(submitter.kernels),
        "target": target,
        "targets": targets,
        "preflight": look_ahead(
            target["name"], resources, resolved.kernel, choices.time_limit, submitter
        ),
        "plan": plan,
        "deliver_to": str(resolved.deliver_to) if resolved.deliver_to else None,
    }


class Resolved:
    """The part of a preparation that `submit` does again.

    Attributes
    ----------
    kernel : KernelSpec or None
        None when it is not here; `problems` says so.
    files_mode : FilesMode
        The user's choice, else the notebook's, else ``snapshot``.
    deliver_to : Path or None
        The user's choice, else the notebook's, else beside it; None: the server
        delivers.
    """

    def __init__(
        self, notebook: Notebook, choices: Choices, submitter: Submitter
    ) -> None:
        self.inspection = inspect(notebook, submitter)
        if choices.outputs is not None:
            self.inspection["outputs"] = list(choices.outputs)
        found = resolve(
            ResolveRequest(
                inspection=self.inspection,
                notebook=notebook.path,
                environ=submitter.environ,
                home=submitter.home,
                overrides=choices.overrides,
                override_origin=submitter.override_origin,
                types=choices.types,
                ticked=choices.ticked,
            )
        )
        self.parameters: list[Parameter] = found.parameters
        self.problems: list[PrepareProblem] = list(found.problems)
        self.places = found.places
        self.kernel = self._kernel(choices, submitter)
        self.files_mode = self._files_mode(notebook, choices)
        self.deliver_to = self._deliver_to(notebook, choices, submitter)
        self.problems += _lints(self.inspection)
        self.problems += _environment_problems(self.inspection, submitter)

    def _kernel(self, choices: Choices, submitter: Submitter) -> KernelSpec | None:
        wanted = choices.kernel or self.inspection["kernel"]
        specs = submitter.kernels
        try:
            name = choose_kernel(specs, wanted, self.inspection["language"])
            return freeze_kernel(specs, name, submitter.python)
        except UnknownKernel as error:
            self.problems.append(_problem("unknown_kernel", "error", error.detail))
            return None

    def _deliver_to(
        self, notebook: Notebook, choices: Choices, submitter: Submitter
    ) -> Path | None:
        wanted = choices.deliver_to or self.inspection["deliver_to"]
        if wanted is None:
            return notebook.deliver_to
        try:
            return delivery_folder(wanted, notebook, submitter.home)
        except DeliveryUnwritable as error:
            problem = _problem(error.code, "error", error.detail, wanted)
            self.problems.append(problem)
            return notebook.deliver_to

    def _files_mode(self, notebook: Notebook, choices: Choices) -> FilesMode:
        if notebook.path is None:
            # there is no folder here to take files from
            return "none"
        return choices.files_mode or self.inspection["files_mode"] or "snapshot"

    @property
    def errors(self) -> list[PrepareProblem]:
        """The problems that stand in the way of a run."""
        return [found for found in self.problems if found["severity"] == "error"]


def inspect(notebook: Notebook, submitter: Submitter) -> Inspection:
    """Ask the broker what is in a notebook."""
    body = {"content": notebook.content, "name": notebook.name}
    return cast("Inspection", submitter.broker.request("POST", "/v1/inspect", body))


def _targets(submitter: Submitter) -> list[TargetSummary]:
    answer = submitter.broker.request("GET", "/v1/targets")
    return cast("list[TargetSummary]", answer["targets"])


def choose_target(targets: list[TargetSummary], wanted: str | None) -> TargetSummary:
    """Return the target of a name, or the default one.

    Raises
    ------
    UnknownTarget
    """
    for target in targets:
        if target["name"] == wanted or (wanted is None and target["default"]):
            return target
    names = [target["name"] for target in targets]
    close = get_close_matches(wanted or "", names, 1)
    meant = f" Did you mean {close[0]}?" if close else ""
    named = (
        "default target" if wanted is None else f"target {wanted or 'without a name'}"
    )
    raise UnknownTarget(
        f"There is no {named}.{meant} Configured here: {', '.join(names) or 'none'}."
    )


def named_paths(parameters: list[Parameter]) -> dict[str, str]:
    """Give the paths that are parameters' values, with the parameter's name."""
    return {
        found["text"]: found["name"]
        for found in parameters
        if found["type"] == "path"
        and found["declared"]
        and found["text"].strip()
        and not found.get("expression")
    }


def plan_files(
    notebook: Notebook, choices: Choices, resolved: Resolved, submitter: Submitter
) -> FilesPlan:
    """Ask the broker what goes along; the same files have the same plan."""
    names = dict.fromkeys(resolved.inspection["files"])
    for name in _replaced(resolved):
        names.pop(name, None)
    paths = named_paths(resolved.parameters)
    names.update(dict.fromkeys(path for path in paths if not _absolute(path)))
    body = {
        "notebook": str(notebook.path) if notebook.path else None,
        "mode": resolved.files_mode,
        "names": list(names),
        "exclude": list(choices.exclude),
        "include": list(choices.include),
    }
    return cast("FilesPlan", submitter.broker.request("POST", "/v1/plan", body))


def _replaced(resolved: Resolved) -> set[str]:
    """Give the paths in the code that the run will not have: it gets others."""
    now = {p["name"]: p["text"] for p in resolved.parameters if p["declared"]}
    return {
        declaration["default"]["text"]
        for declaration in resolved.inspection["parameters"]
        if declaration["type"] == "path"
        and declaration["default"] is not None
        and now.get(declaration["name"], declaration["default"]["text"])
        != declaration["default"]["text"]
    }


def _absolute(path: str) -> bool:
    return path.startswith(("/", "~"))


def _problem(
    code: str,
    severity: Any,
    message: str,
    origin: str | None = None,
    parameter: str | None = None,
) -> PrepareProblem:
    return {
        "code": code,
        "severity": severity,
        "message": message,
        "parameter": parameter,
        "origin": origin,
    }


def _lints(inspection: Inspection) -> list[PrepareProblem]:
    return [
        {
            "code": lint["code"],
            "severity": lint["severity"],
            "message": lint["message"],
            "parameter": lint["parameter"],
            "origin": _place(lint["cell"], lint["line"]),
        }
        for lint in inspection["lints"]
    ]


def _place(cell: int | None, line: int | None) -> str | None:
    """Name a place in a notebook as a reader counts, from 1."""
    if cell is None:
        return None
    return f"cell {cell + 1}" + (f", line {line}" if line is not None else "")


def _environment_problems(
    inspection: Inspection, submitter: Submitter
) -> list[PrepareProblem]:
    # these are looked up by the chain and put into the notebook's own code
    prefix = inspection["prefix"]
    resolved = {found["name"] for found in inspection["parameters"]}
    read = [
        name
        for name in inspection["reads_environment"]
        if name not in resolved and not (prefix and name.startswith(f"{prefix}_"))
    ]
    return [
        _problem(
            "environment_not_passed",
            "warning",
            f"The notebook reads {name} from the environment, which a batch run "
            + (
                "never gets from you: it belongs to the server or to the run itself. "
                "Have the notebook do without it in a batch run."
                if is_never_passed(name)
                else "does not get. Add it to metadata.jupyterlab_batch.environment, "
                "or make it a parameter."
            ),
            name,
        )
        for name in not_passed(read, submitter.environ, inspection["environment"])
    ]


def _output_problems(inspection: Inspection, plan: FilesPlan) -> list[PrepareProblem]:
    """Tell which expected outputs no run could ever have."""
    return [
        _problem(
            "impossible_output",
            "error",
            f"The expected output {rule['glob']} lies outside the files of the run, "
            "where nothing is looked for. Write it below the notebook's folder, or "
            "take it off metadata.jupyterlab_batch.outputs.",
            rule["glob"],
        )
        for rule in inspection["outputs"]
        if _leads_out(rule["glob"], plan["cwd"])
    ]


def _leads_out(glob: str, cwd: str) -> bool:
    # what comes before the first wildcard is a path
    plain = re.split(r"[*?\[\]{}()!|]", glob, maxsplit=1)[0]
    folder = plain if plain == glob else plain.rpartition("/")[0]
    inside = os.path.normpath(os.path.join(cwd, folder))
    return glob.startswith("/") or inside == ".." or inside.startswith("../")


def _plan_problems(plan: FilesPlan, paths: dict[str, str]) -> list[PrepareProblem]:
    missing = [
        _problem(
            "missing_file",
            "warning",
            f"The notebook names {name}, which does not go with the run.",
            name,
        )
        for name in plan["missing"]
        if name not in paths
    ]
    absent = [path for path in paths if path in plan["missing"]]
    absent += [path for path in paths if _absolute(path) and not _there(path)]
    missing += [
        _problem(
            "missing_file",
            "warning",
            f"The run will find no {path}. That is well if the notebook makes it.",
            path,
            paths[path],
        )
        for path in absent
    ]
    linked = [
        _problem(
            "linked_file",
            "note",
            f"{entry['path']} is too large to copy and will be linked: writing to it "
            "changes the original.",
            entry["path"],
        )
        for entry in plan["linked"]
    ]
    return missing + linked


def _there(path: str) -> bool:
    try:
        return Path(path).expanduser().exists()
    except (OSError, RuntimeError, ValueError):
        return False
