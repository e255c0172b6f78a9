"""``eject``: a run as a folder that reproduces it without this software."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from ..context import Context
from ..ejected import EXECUTED, FILES, NOTEBOOK, README, SCRIPT, Ejected, readme, script
from ..errors import SUCCEEDED, TerminalError
from ..words import path, short_id

#: as `broker/src/files/outputs.ts` has it: a time in ns that went through a double
_SAME_NS = 10_000


def register(groups: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command that leaves."""
    eject = groups.add_parser(
        "eject",
        parents=[shared],
        help="write a plain sbatch script, notebook and files that reproduce a run",
    )
    eject.add_argument("id", metavar="ID")
    eject.add_argument("--into", metavar="DIR", help="a folder that is not there yet")
    eject.set_defaults(run=_eject)


def _eject(context: Context) -> int:
    run = context.detail(context.args.id)["run"]
    source = Path(run["run_folder"] or "")
    wanted = context.args.into or f"{Path(run['notebook']).stem}-{short_id(run['id'])}"
    into = Path(wanted).expanduser().absolute()
    if into.exists():
        raise TerminalError(f"{into} is there already; name another one with --into.")
    try:
        into.parent.mkdir(parents=True, exist_ok=True)
        # 0700 as a run folder is; it gets its name when it is whole
        part = Path(tempfile.mkdtemp(prefix=f".{into.name}.", dir=into.parent))
    except OSError as error:
        raise TerminalError(f"{into} cannot be made: {error.strerror}.") from error
    try:
        _write(run, source, part)
        os.rename(part, into)
    except OSError as error:
        raise TerminalError(
            f"Run {short_id(run['id'])} cannot be written to {into}:"
            f" {error.strerror}: {error.filename}."
        ) from error
    finally:
        # gone already where all went well
        with contextlib.suppress(OSError):
            shutil.rmtree(part)
    files = sorted(entry.name for entry in into.iterdir())
    if context.terminal.as_json:
        context.terminal.document({"folder": str(into), "files": files})
        return SUCCEEDED
    context.terminal.line(f"  {path(str(into))}")
    context.terminal.note(f"Read {README} there; `sbatch {SCRIPT}` writes {EXECUTED}.")
    return SUCCEEDED


def _write(run: dict[str, Any], source: Path, into: Path) -> None:
    try:
        job = json.loads((source / "job.json").read_text("utf-8"))
        planned = json.loads((source / "plan.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise TerminalError(
            f"The run folder {source} is gone, or not complete yet: the notebook with"
            " its values and the files are not there. Submit the run again, and eject"
            " that one.",
            "not_found",
        ) from error
    content = (source / "input.ipynb").read_bytes()
    (into / NOTEBOOK).write_bytes(content)
    in_place = run["files_mode"] == "in-place"
    found: dict[str, list[str]] = {"linked": [], "changed": [], "gone": []}
    if not in_place:
        (into / FILES).mkdir()
        for entry in planned["entries"]:
            state = _take(entry, source / FILES, into / FILES)
            if state is not None:
                found[state].append(entry["path"])
        folder = os.path.relpath(job["cwd"], source)
        (into / folder).mkdir(parents=True, exist_ok=True)
    ejected = Ejected(
        run=run,
        kernel=job["kernel"]["name"],
        where=job["cwd"] if in_place else folder,
        names_us=b"jupyterlab_batch.job" in content,
        variables=_variables(json.loads(content)),
        **found,
    )
    try:
        (into / SCRIPT).write_text(script(ejected), "utf-8")
    except ValueError as error:
        raise TerminalError(f"No script can be written: {error}.") from error
    (into / README).write_text(readme(ejected), "utf-8")


def _variables(notebook: dict[str, Any]) -> list[str]:
    said = notebook["metadata"].get("jupyterlab_batch", {})
    return [str(name) for name in said.get("environment", [])]


def _take(entry: dict[str, Any], source: Path, into: Path) -> str | None:
    """Copy what was planned; return what is to be said of it."""
    origin, place = source / entry["path"], into / entry["path"]
    if not place.resolve().is_relative_to(into.resolve()):
        raise TerminalError(
            f"{entry['path']} leads out of its folder.", "path_outside_root"
        )
    if entry["kind"] == "folder":
        place.mkdir(parents=True, exist_ok=True)
        return None
    if not os.path.lexists(origin):
        return "gone"
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(origin, place, follow_symlinks=False)
    if entry["kind"] == "linked":
        return "linked"
    if entry["kind"] == "link":
        return None
    stat = os.lstat(origin)
    same = (
        stat.st_size == entry["size"]
        and abs(stat.st_mtime_ns - int(entry["mtime"])) < _SAME_NS
    )
    return None if same else "changed"
