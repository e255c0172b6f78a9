"""What is wrong with a run before it is one, or worth a look."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .environment import is_never_passed, not_passed
from .submitter import Submitter

if TYPE_CHECKING:
    from jupyterlab_batch._generated.wire import FilesPlan, Inspection, PrepareProblem


def problem(
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


def lints(inspection: Inspection) -> list[PrepareProblem]:
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


def environment_problems(
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
        problem(
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


def output_problems(inspection: Inspection, plan: FilesPlan) -> list[PrepareProblem]:
    """Tell which expected outputs no run could ever have."""
    return [
        problem(
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


def plan_problems(plan: FilesPlan, paths: dict[str, str]) -> list[PrepareProblem]:
    missing = [
        problem(
            "missing_file",
            "warning",
            f"The notebook names {name}, which does not go with the run.",
            name,
        )
        for name in plan["missing"]
        if name not in paths
    ]
    absent = [path for path in paths if path in plan["missing"]]
    absent += [path for path in paths if is_absolute(path) and not _there(path)]
    missing += [
        problem(
            "missing_file",
            "warning",
            f"The run will find no {path}. That is well if the notebook makes it.",
            path,
            paths[path],
        )
        for path in absent
    ]
    linked = [
        problem(
            "linked_file",
            "note",
            f"{entry['path']} is too large to copy and will be linked: writing to it "
            "changes the original.",
            entry["path"],
        )
        for entry in plan["linked"]
    ]
    return missing + linked


def is_absolute(path: str) -> bool:
    """Whether a path as a person gives it is of no folder."""
    return path.startswith(("/", "~"))


def _there(path: str) -> bool:
    try:
        return Path(path).expanduser().exists()
    except (OSError, RuntimeError, ValueError):
        return False
