"""Notebooks by their path for the contents manager, in and out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from jupyter_core.paths import is_hidden
from jupyter_core.utils import ensure_async
from tornado.web import HTTPError

from jupyterlab_batch.submission import SubmissionError

if TYPE_CHECKING:
    from jupyterlab_batch._generated.wire import FileLink, PrepareProblem


class PathOutsideRoot(SubmissionError):
    """A path leads out of the folder that this server serves."""

    code = "path_outside_root"


class ResultGone(SubmissionError):
    """The executed notebook is not where it was delivered."""

    code = "not_found"


@dataclass(frozen=True)
class Place:
    """Where a notebook lies.

    Attributes
    ----------
    contents : str
        Without the drive of a collaboration server (``RTC:``), without slashes
        at its ends.
    real : Path or None
        Absolute path of the file; None where the contents manager has no files.
    """

    contents: str
    real: Path | None


def root_of(manager: Any) -> Path | None:
    """Give the served folder, or None for a manager that serves no folder."""
    root = getattr(manager, "root_dir", None)
    if not root or not hasattr(manager, "_get_os_path"):
        return None
    return Path(root).resolve()


def locate(manager: Any, path: str) -> Place:
    """Find a notebook; raises `PathOutsideRoot`."""
    contents = path.removeprefix("RTC:").strip("/")
    root = root_of(manager)
    if root is None:
        return Place(contents, None)
    try:
        real = Path(manager._get_os_path(contents))
    except HTTPError as error:
        raise PathOutsideRoot(outside(path)) from error
    # A link may lead out of the root; whoever follows it must not be fooled.
    if not real.resolve().is_relative_to(root):
        raise PathOutsideRoot(outside(path))
    return Place(contents, real)


def outside(path: str) -> str:
    """Say it for people."""
    return (
        f"{path} lies outside the folder that this Jupyter server serves. "
        "Copy the notebook into it, or start Jupyter in a folder above both."
    )


def unopened(manager: Any, folder: str | None) -> list[PrepareProblem]:
    """Say before the run that its result could not be opened in this server."""
    root = root_of(manager)
    if root is None or folder is None or Path(folder).resolve().is_relative_to(root):
        return []
    return [
        {
            "code": "path_outside_root",
            "severity": "note",
            "message": f"Results go to {folder}, outside the folder that this Jupyter "
            "server serves: they are safe there, but cannot be opened here.",
            "parameter": None,
            "origin": None,
        }
    ]


def link_origins(
    manager: Any, folder: Path | None, origins: Iterable[str]
) -> dict[str, FileLink]:
    """Say which origins are files that this server opens, and where.

    Parameters
    ----------
    folder : Path or None
        The notebook's; origins that are relative are so to it.
    origins : iterable of str
        As the chain names them: ``wave.params.toml:2``, ``~/.funwave.yaml:1``, but
        also ``FUNWAVE_AMP`` or ``cell 2``, which are no files.
    """
    root = root_of(manager)
    links: dict[str, FileLink] = {}
    for origin in dict.fromkeys(origins):
        named, colon, line = origin.rpartition(":")
        if root is None or not colon or not line.isdecimal():
            continue
        try:
            path = Path(folder or root, Path(named).expanduser()).resolve()
            if not path.is_file() or not path.is_relative_to(root):
                continue
        except (OSError, RuntimeError, ValueError):
            continue
        if manager.allow_hidden or not is_hidden(str(path), str(root)):
            relative = path.relative_to(root).as_posix()
            links[origin] = {"path": relative, "line": max(1, int(line))}
    return links


async def read(manager: Any, place: Place) -> dict[str, Any]:
    """Read a notebook that is not open in the browser."""
    try:
        model = await ensure_async(
            manager.get(place.contents, content=True, type="notebook")
        )
    except HTTPError as error:
        if error.status_code == 404:
            raise ResultGone(
                f"There is no notebook {place.contents} any more."
            ) from error
        raise SubmissionError(
            f"{place.contents} is not a notebook that can be read: "
            f"{error.log_message or error.reason}. Open it in JupyterLab to see why.",
            code="invalid_notebook",
        ) from error
    content: dict[str, Any] = model["content"]
    return content


def find_delivered(manager: Any, run: dict[str, Any]) -> tuple[str, Any]:
    """Say where the delivered notebook is for the contents manager.

    Returns
    -------
    tuple
        The path, and the notebook if it is still byte for byte what the run made;
        one that somebody has changed (None) is opened but not trusted.
    """
    output = Path(run["output"])
    root = root_of(manager)
    if root is None or not output.resolve().is_relative_to(root):
        raise PathOutsideRoot(outside(run["output"]))
    try:
        content = output.read_bytes()
    except OSError as error:
        raise ResultGone(
            f"{output} is no longer there. The run folder may still hold it: "
            f"{run['run_folder']}/output.ipynb."
        ) from error
    path = output.resolve().relative_to(root).as_posix()
    record = _record(run)
    ours = record and hashlib.sha256(content).hexdigest() == record["output_sha256"]
    return path, nbformat.reads(content.decode("utf-8"), as_version=4) if ours else None


def read_executed(run: dict[str, Any]) -> Any:
    """Read the executed notebook in the run folder, for whoever delivers it."""
    source = Path(run["run_folder"] or "", "output.ipynb")
    if run["contents_path"] is None or not source.is_file():
        raise ResultGone(
            "This run has no executed notebook: it ended before its first cell. "
            "Its log says why."
        )
    return nbformat.reads(source.read_text("utf-8"), as_version=4)


async def deliver(manager: Any, run: dict[str, Any], notebook: Any) -> str:
    """Bring an executed notebook to a contents manager that has no folder."""
    folder, _, name = run["contents_path"].rpartition("/")
    stem = name.removesuffix(".ipynb")
    day = (run["started_at"] or run["submitted_at"])[:10]
    path = ""
    for part in filter(None, [folder, f"{stem}-runs", f"{day}-{run['id'][-8:]}"]):
        path = f"{path}/{part}".strip("/")
        if not await ensure_async(manager.dir_exists(path)):
            await ensure_async(manager.save({"type": "directory"}, path))
    path = f"{path}/{name}"
    if not await ensure_async(manager.file_exists(path)):
        manager.notary.sign(notebook)
        model = {"type": "notebook", "format": "json", "content": notebook}
        await ensure_async(manager.save(model, path))
    return path


def _record(run: dict[str, Any]) -> dict[str, Any] | None:
    try:
        text = Path(run["run_folder"] or "", "record.json").read_text("utf-8")
        record: dict[str, Any] = json.loads(text)
    except (OSError, ValueError):
        return None
    return record
