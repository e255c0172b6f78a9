"""Reading a notebook for a batch run."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, cast

from .current_format import is_plain
from .errors import InvalidNotebook, NotebookNotFound


def read_notebook(
    source: str | os.PathLike[str] | bytes, name: str = ""
) -> dict[str, Any]:
    """Read a notebook as its author wrote it: current format, no outputs, cell ids.

    Parameters
    ----------
    source : path or bytes
        The file, or its content.
    name : str, optional
        How messages call the notebook; default the file's name.

    Returns
    -------
    dict
        nbformat 4.5, execution counts null, without the state of widgets.

    Raises
    ------
    NotebookNotFound, InvalidNotebook
    """
    if isinstance(source, bytes):
        return clean_notebook(_parse(source, name or "The notebook"), name)
    path = resolve_path(source)
    name = name or path.name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InvalidNotebook(
            f"{name} cannot be read: {error.strerror}. Check its permissions."
        ) from error
    return clean_notebook(_parse(content, name), name)


def resolve_path(source: str | os.PathLike[str]) -> Path:
    """Return the absolute path of a notebook's file, links followed."""
    given = Path(source).expanduser()
    try:
        path = given.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise NotebookNotFound(f"There is no file {given}.{_near(given)}") from error
    if not path.is_file():
        raise InvalidNotebook(f"{given} is not a file. Name a notebook (.ipynb).")
    return path


def _near(path: Path) -> str:
    from difflib import get_close_matches

    try:
        there = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return ""
    notebooks = [entry for entry in there if entry.endswith(".ipynb")]
    close = get_close_matches(path.name, notebooks, 1)
    return f" Did you mean {path.parent / close[0]}?" if close else ""


def _parse(content: bytes, name: str) -> dict[str, Any]:
    if not content.strip():
        raise InvalidNotebook(f"{name} is empty. Save the notebook, then try again.")
    try:
        parsed = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidNotebook(
            f"{name} is not text (byte {error.start} is not UTF-8). "
            "Name a notebook (.ipynb)."
        ) from error
    except json.JSONDecodeError as error:
        raise InvalidNotebook(
            f"{name} is not JSON (line {error.lineno}: {error.msg}). "
            "Was it cut off, or left with a merge conflict?"
        ) from error
    except RecursionError as error:
        raise InvalidNotebook(f"{name} is nested too deeply.") from error
    if not isinstance(parsed, dict) or not isinstance(parsed.get("nbformat"), int):
        raise InvalidNotebook(f"{name} is JSON but not a notebook: no `nbformat`.")
    return cast("dict[str, Any]", parsed)


def clean_notebook(content: dict[str, Any], name: str = "") -> dict[str, Any]:
    """Upgrade a parsed notebook to nbformat 4.5 and drop what a run made."""
    notebook: dict[str, Any]
    name = name or "The notebook"
    if content.get("nbformat", 0) > 4:
        raise InvalidNotebook(
            f"{name} is of notebook format {content['nbformat']}, which is newer than "
            "what is known here (4). Save it in format 4."
        )
    _check_members(content, name)
    plain = is_plain(content)
    notebook = json.loads(json.dumps(content)) if plain else _upgraded(content, name)
    notebook["metadata"].pop("widgets", None)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = []
            cell["execution_count"] = None
    return notebook


def _check_members(content: dict[str, Any], name: str) -> None:
    """Say what is wrong with the members that everything is read from."""
    if content.get("nbformat") != 4:
        return
    metadata = content.get("metadata")
    wrong = ""
    if not isinstance(content.get("nbformat_minor"), int):
        wrong = "`nbformat_minor` has to be a number"
    elif not isinstance(content.get("cells"), list):
        wrong = "`cells` has to be a list of cells"
    elif not isinstance(metadata, dict):
        wrong = "`metadata` has to be an object"
    else:
        for member in ("kernelspec", "language_info"):
            if not isinstance(metadata.get(member, {}), dict):
                wrong = f"`metadata.{member}` has to be an object, or to be left out"
    if wrong:
        raise InvalidNotebook(
            f"{name} does not fit the notebook format: {wrong}. "
            "Open and save it in JupyterLab."
        )


def _upgraded(content: dict[str, Any], name: str) -> dict[str, Any]:
    import warnings

    import nbformat
    import nbformat.v4

    # nbformat fails in many ways on what is not a notebook; none of them is ours
    try:
        notebook = nbformat.from_dict(content)
        if notebook.nbformat < 4:
            notebook = nbformat.convert(notebook, 4)
        if notebook.nbformat_minor < 5:
            minor = notebook.nbformat_minor
            notebook = nbformat.v4.upgrade(notebook, 4, minor)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _, notebook = nbformat.validator.normalize(notebook)
        spec = notebook.metadata.get("kernelspec", {})
        if "name" in spec:
            # written by hand, it often has the name only; that is all we need
            spec.setdefault("display_name", spec["name"])
        nbformat.validate(notebook)
    except Exception as error:
        # a validator's words help; those of Python about our own code do not
        words = isinstance(error, nbformat.ValidationError) and str(error).strip()
        why = words.splitlines()[0] if words else ""
        raise InvalidNotebook(
            f"{name} does not fit the notebook format"
            f"{f': {why[:200]}' if why else ''}. Open and save it in JupyterLab."
        ) from error
    return cast("dict[str, Any]", json.loads(json.dumps(notebook)))
