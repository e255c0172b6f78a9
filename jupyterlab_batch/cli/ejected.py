"""What reproduces a run without this software: a script and what is said of it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .resources import sbatch_option
from .runtime import words

NOTEBOOK, EXECUTED, FILES = "notebook.ipynb", "executed.ipynb", "files"
SCRIPT, README = "job.sh", "README.md"

_COLUMNS = ("name", "text", "origin")
_PACKAGE = (
    " Its cells name `jupyterlab_batch`: where they import it, that package is needed"
    " too, and values that they ask it for are given by environment and files."
)
#: one word for `sbatch`, which reads `#SBATCH` lines with quotes and blanks
_WORD = re.compile(r"[\w.,:=&|*()\[\]@/+%-]+")


@dataclass(frozen=True)
class Ejected:
    """A run as it leaves.

    Attributes
    ----------
    run
        ``Run`` of the contract.
    kernel
        Name of the kernelspec.
    where
        Folder of the kernel: below ``files``, or the real one of a run in place.
    linked
        Files that are links to the originals, since they are large.
    changed
        Files that are here as the run left them, not as it found them.
    gone
        Files that were copied for the run and are not there any more.
    names_us
        A cell speaks of this package.
    variables
        Names that the notebook's metadata adds to the environment of a job.
    """

    run: Mapping[str, Any]
    kernel: str
    where: str
    linked: Sequence[str] = field(default=())
    changed: Sequence[str] = field(default=())
    gone: Sequence[str] = field(default=())
    names_us: bool = False
    variables: Sequence[str] = field(default=())

    @property
    def in_place(self) -> bool:
        """Whether it ran in the project itself."""
        return bool(self.run["files_mode"] == "in-place")


def script(ejected: Ejected) -> str:
    """Return the script, for ``sbatch`` and for ``sh`` alike.

    Raises
    ------
    ValueError
        What the run asked for cannot be written as an option.
    """
    name = re.sub(r"[^\w.-]+", "-", _notebook(ejected)) or "notebook"
    minutes = -(-int(ejected.run["time_limit"]) // 60)
    options = [
        f"--job-name={name}",
        f"--time={minutes}",
        "--output=job-%j.log",
        "--no-requeue",
        *_resources(ejected.run.get("resources") or {}),
    ]
    place = shlex.quote(ejected.where)
    folder = '"${JOB_PROJECT:-$project}"' if ejected.in_place else f'"$here"/{place}'
    return "\n".join(
        [
            "#!/bin/sh",
            *(f"#SBATCH {option}" for option in options),
            "# in this folder: `sbatch job.sh`, or at once `sh job.sh`",
            "set -eu",
            # of a script that is submitted Slurm runs a copy of this name
            "case $0 in",
            "*/slurm_script) here=$SLURM_SUBMIT_DIR ;;",
            '*) here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd) ;;',
            "esac",
            *([f"project={place}"] if ejected.in_place else []),
            f"cd -- {folder}",
            'exec "${JOB_PYTHON:-python3}" -m nbconvert --to notebook --execute \\',
            f"  --ExecutePreprocessor.kernel_name={shlex.quote(ejected.kernel)} \\",
            f'  --stdin --output-dir "$here" --output {EXECUTED} < "$here"/{NOTEBOOK}',
            "",
        ]
    )


def readme(ejected: Ejected) -> str:
    """Return what a person has to know, as Markdown."""
    run = ejected.run
    told = [
        f"# {_code(_notebook(ejected))}",
        f"Reproduces the batch run `{run['id']}` of {run['submitted_at']} with Jupyter"
        " alone.",
        "```sh\nsbatch job.sh   # on a Slurm cluster, in this folder\n"
        "sh job.sh       # here, at once\n```",
        f"The executed notebook is `{EXECUTED}` then. A cell that fails ends the job,"
        " and its traceback is in what the job printed.",
        "**It needs** a Python with `nbconvert`, which the variable `JOB_PYTHON` names"
        f" (else `python3`), and the kernel {_code(ejected.kernel)}."
        + _had(run["runtime"])
        + (_PACKAGE if ejected.names_us else ""),
        _files(ejected),
        *_environment(ejected.variables),
        _values(run["parameters"]),
        *_credential(run["lease"]),
        "What the cluster is asked for stands at the top of `job.sh`.",
    ]
    for title, paths in (
        ("Too large to be copied, links to the originals", ejected.linked),
        ("As the run left them, not as it found them", ejected.changed),
        ("Missing, since they are not in the run folder any more", ejected.gone),
    ):
        if paths:
            told.append("\n".join([f"{title}:\n", *(f"- {_code(p)}" for p in paths)]))
    return "\n\n".join(told) + "\n"


def _had(runtime: Mapping[str, Any] | None) -> str:
    return f" The run had {_code(words(runtime))}." if runtime else ""


def _notebook(ejected: Ejected) -> str:
    return str(ejected.run["notebook"]).rpartition("/")[2]


def _resources(asked: Mapping[str, str]) -> list[str]:
    options = []
    for name, text in asked.items():
        if not _WORD.fullmatch(text):
            raise ValueError(f"{name} is {text!r}, which is no word for sbatch")
        options.append(f"{sbatch_option(name)}={text}")
    return options


def _files(ejected: Ejected) -> str:
    if ejected.in_place:
        return (
            f"**It works in** {_code(ejected.where)}, the project itself, as the run"
            " did. Another copy of it is named by the variable `JOB_PROJECT`."
        )
    return f"**It works in** {_code(ejected.where)}, with the files of the run."


def _environment(names: Sequence[str]) -> list[str]:
    """Tell the names alone: a value may be for nobody else."""
    if not names:
        return []
    told = ", ".join(_code(name) for name in names)
    return [f"**From the environment** it reads {told}: set that before you submit."]


def _values(parameters: Sequence[Mapping[str, Any]]) -> str:
    if not parameters:
        return f"The notebook has no parameters; `{NOTEBOOK}` is as it was submitted."
    return "\n".join(
        [
            f"The values are in `{NOTEBOOK}` already:\n",
            "| parameter | value | from |",
            "| --- | --- | --- |",
            *(
                f"| {' | '.join(_code(one[key]) for key in _COLUMNS)} |"
                for one in parameters
            ),
        ]
    )


def _credential(lease: Mapping[str, Any] | None) -> list[str]:
    if lease is None:
        return []
    return [
        "**Without a credential**: the run held one of its own"
        f" ({_code(lease['provider'])}), which ended with it. What its cells asked of"
        " that service has to be allowed in another way."
    ]


def _code(text: str) -> str:
    """One span of code, whatever is in it."""
    line = " ".join(str(text).split()).replace("|", "\\|")
    ticks = "`" * (max(map(len, re.findall("`+", line)), default=0) + 1)
    pad = " " if line[:1] == "`" or line[-1:] == "`" else ""
    return f"{ticks}{pad}{line}{pad}{ticks}" if line else "(empty)"
