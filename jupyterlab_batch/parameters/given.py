"""Values that the user brings in one go: a parameter file, or pasted lines.

They are no place of the chain. What comes of them are edits, which the dialog shows
before anything is submitted.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from .base import problem
from .errors import MalformedFile, MalformedText
from .formats import Table, read_text, text_of
from .providers.local_file import PROJECT
from .spelling import did_you_mean

if TYPE_CHECKING:
    from .._generated.wire import GivenValue, GivenValues, Inspection, PrepareProblem

#: the name of what was pasted and not read from a file
LINES = "lines"


def read_given(text: str, name: str, inspection: Inspection) -> GivenValues:
    """Read values for the parameters of a notebook.

    Parameters
    ----------
    text
        What the file says, or what was pasted.
    name
        Name of the file, whose suffix tells the format; `LINES` for pasted lines.

    Returns
    -------
    GivenValues
        Texts in the author's digits, unchecked, and a problem for each name that the
        notebook does not have.

    Raises
    ------
    MalformedFile
        With ``name:line`` where the line is known.
    """
    known = {found["name"]: found for found in inspection["parameters"]}
    values: list[GivenValue] = []
    problems: list[PrepareProblem] = []
    for key, node in _table(text, name).members.items():
        origin = f"{name}:{node.line}"
        if key in known:
            found = {"name": key, "text": text_of(node, known[key]), "origin": origin}
            values.append(found)  # type: ignore[arg-type]
            continue
        problems.append(
            problem(
                "unknown_parameter",
                f"The notebook has no parameter {key}.{did_you_mean(key, known)}",
                severity="warning",
                parameter=key,
                origin=origin,
            )
        )
    return {"values": values, "problems": problems}


def _table(text: str, name: str) -> Table:
    path = PurePath(name)
    try:
        table = read_text(text, LINES if name == LINES else path.suffix[1:])
    except MalformedText as error:
        where = name if error.line is None else f"{name}:{error.line}"
        raise MalformedFile(f"{where} cannot be read: {error.why}.", where) from error
    if path.stem != PROJECT:
        return table
    inner = table.members.get("params")
    return inner if isinstance(inner, Table) else Table({}, 1)
