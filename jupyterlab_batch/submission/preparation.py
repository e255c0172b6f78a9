"""Everything about a run before it is one: what the dialog and `explain` show."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, cast

from jupyterlab_batch.parameters import ResolveRequest, resolve

from .delivery import DeliveryUnwritable, delivery_folder
from .errors import UnknownKernel, UnknownTarget
from .findings import (
    environment_problems,
    is_absolute,
    lints,
    output_problems,
    plan_problems,
    problem,
)
from .kernels import choose_kernel, freeze_kernel, kernel_choices
from .resources import look_ahead, resource_errors, wanted_resources
from .runtime import (
    is_trusted,
    look_into,
    prepared_runtime,
    specs_of,
    wanted_runtime,
)
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
        Runtime,
        RuntimeOffer,
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
    targets = _targets(submitter)
    target = choose_target(targets, choices.target)
    resolved = Resolved(notebook, choices, submitter, target["name"], target["runtime"])
    offer = resolved.offer or look_into(
        None, target["name"], notebook.folder, submitter, False
    )
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
        + plan_problems(plan, paths)
        + output_problems(resolved.inspection, plan),
        "places": resolved.places,
        "links": {},
        "kernel": resolved.kernel["name"] if resolved.kernel else None,
        "kernels": kernel_choices(resolved.kernels),
        "target": target,
        "targets": targets,
        "preflight": look_ahead(
            target["name"],
            resources,
            resolved.kernel,
            resolved.runtime,
            resolved.trusted,
            choices.time_limit,
            submitter,
        ),
        "runtime": prepared_runtime(resolved.runtime, offer),
        "plan": plan,
        "deliver_to": str(resolved.deliver_to) if resolved.deliver_to else None,
    }


class Resolved:
    """The part of a preparation that `submit` does again.

    Attributes
    ----------
    runtime : Runtime or None
        Where Python and kernel come from; None: from the submitter.
    trusted : bool
        The programs of `runtime` may be started to look at them.
    offer : RuntimeOffer or None
        What there is in `runtime`.
    unusable : list of PrepareProblem
        Why `runtime` does not do, which the look ahead tells too.
    kernels : Specs
        Those that there are to choose from.
    kernel : KernelSpec or None
        None when it is not there: `problems`, or `unusable`, says so.
    files_mode : FilesMode
        The user's choice, else the notebook's, else ``snapshot``.
    deliver_to : Path or None
        The user's choice, else the notebook's, else beside it; None: the server
        delivers.
    """

    def __init__(
        self,
        notebook: Notebook,
        choices: Choices,
        submitter: Submitter,
        target: str | None,
        usual: Runtime | None = None,
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
        self.runtime = wanted_runtime(
            self.inspection, target, choices, notebook, submitter.home, usual
        )
        self.trusted = is_trusted(self.inspection, target, choices)
        self.offer: RuntimeOffer | None = None
        self.unusable: list[PrepareProblem] = []
        self.kernels = submitter.kernels
        if self.runtime is not None:
            self._look(target, notebook, submitter)
        self.kernel = self._kernel(choices, submitter)
        self.files_mode = self._files_mode(notebook, choices)
        self.deliver_to = self._deliver_to(notebook, choices, submitter)
        self.problems += lints(self.inspection)
        self.problems += environment_problems(self.inspection, submitter)

    def _look(
        self, target: str | None, notebook: Notebook, submitter: Submitter
    ) -> None:
        self.offer = look_into(
            self.runtime, target, notebook.folder, submitter, self.trusted
        )
        self.unusable = resource_errors(self.offer["problems"])
        self.kernels = specs_of(self.offer)
        used = self.offer["used"]
        if used is not None:
            # as it was found: a name of conda's is a folder by now
            self.runtime = {"kind": used["kind"], "path": used["path"]}

    def _kernel(self, choices: Choices, submitter: Submitter) -> KernelSpec | None:
        if self.unusable:
            return None
        wanted = choices.kernel or self.inspection["kernel"]
        language = self.inspection["language"]
        where, python, broken = "installed here", submitter.python, {}
        if self.runtime is not None and self.offer is not None:
            where, used = f"in {self.runtime['path']}", self.offer["used"]
            python = used["python"] if used else python
            broken = {one["name"]: one["message"] for one in self.offer["broken"]}
        try:
            if wanted in broken:
                raise UnknownKernel(broken[wanted])
            name = choose_kernel(self.kernels, wanted, language, where)
            return freeze_kernel(self.kernels, name, python)
        except UnknownKernel as error:
            self.problems.append(problem("unknown_kernel", "error", error.detail))
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
            self.problems.append(problem(error.code, "error", error.detail, wanted))
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


def usual_target(submitter: Submitter) -> TargetSummary:
    """Return the default target."""
    return choose_target(_targets(submitter), None)


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
    names.update(dict.fromkeys(path for path in paths if not is_absolute(path)))
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
