"""``open`` and ``fetch``."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..context import Context
from ..errors import SUCCEEDED, TerminalError
from ..words import path, progress, short_id, size


def register(groups: Any, shared: argparse.ArgumentParser) -> None:
    """Add the commands that bring results."""
    opened = groups.add_parser("open", parents=[shared], help="open the result")
    opened.add_argument("id", metavar="ID")
    opened.set_defaults(run=_open)

    fetch = groups.add_parser(
        "fetch", parents=[shared], help="copy other files that a run made"
    )
    fetch.add_argument("id", metavar="ID")
    fetch.add_argument("--into", metavar="DIR", help="default: beside the result")
    fetch.add_argument("--force", action="store_true", help="overwrite what is there")
    fetch.set_defaults(run=_fetch)


def _open(context: Context) -> int:
    terminal = context.terminal
    run = context.detail(context.args.id)["run"]
    output = run["output"]
    if output is None:
        raise TerminalError(
            f"Run {short_id(run['id'])} has delivered nothing ({progress(run)})."
            + _fetch_hint(run),
            "not_found",
        )
    url = server_url(output)
    if terminal.as_json:
        terminal.document({"output": output, "url": url})
        return SUCCEEDED
    terminal.line(output)
    if url is None:
        terminal.note("No running Jupyter server shows that folder.")
    elif not terminal.live or not _open_browser(url):
        terminal.note(f"open {url}")
    return SUCCEEDED


def _fetch_hint(run: dict[str, Any]) -> str:
    if run["ended_at"] is None:
        return ""
    return f" What it kept comes with jupyter batch fetch {short_id(run['id'])}."


def server_url(output: str) -> str | None:
    """Return the address of a file in a Jupyter server that runs, without its token.

    (A browser's command line can be read by every user of the machine.)
    """
    from jupyter_server.serverapp import list_running_servers

    for server in list_running_servers():
        root = os.path.realpath(str(server.get("root_dir") or os.devnull))
        inside = os.path.relpath(os.path.realpath(output), root)
        if not inside.startswith(".."):
            return f"{str(server['url']).rstrip('/')}/lab/tree/{quote(inside)}"
    return None


def _open_browser(url: str) -> bool:
    import webbrowser

    shows = sys.platform == "darwin" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    # without a display a text browser would take over this terminal
    return shows and webbrowser.open(url)


def _fetch(context: Context) -> int:
    terminal = context.terminal
    run = context.detail(context.args.id)["run"]
    if run["ended_at"] is None:
        raise TerminalError(
            f"Run {short_id(run['id'])} is still going on ({progress(run)}). "
            "Fetch from it once it has ended.",
            "run_active",
        )
    found = context.get(f"/v1/runs/{run['id']}/files")
    if found["folder"] is None:
        raise TerminalError(_gone(run), "not_found")
    folder, force = _destination(context, run), context.args.force
    copied = [
        _copy(Path(run["run_folder"]), entry["path"], folder, _as(run, entry), force)
        for entry in found["kept"]
    ] + [
        _copy(Path(found["folder"]), entry["path"], folder, entry["path"], force)
        for entry in found["files"]
        if not entry["delivered"]
    ]
    if terminal.as_json:
        terminal.document({"files": copied})
        return SUCCEEDED
    if not copied:
        terminal.line("  Nothing to fetch: what the run made was delivered.")
    for entry in copied:
        terminal.line(f"  {path(entry['path'])}  {size(entry['size'])}")
    return SUCCEEDED


def _gone(run: dict[str, Any]) -> str:
    told = f"The run folder {run['run_folder']} is gone, and what was in it."
    return told + (f" Delivered was {run['output']}." if run["output"] else "")


def _as(run: dict[str, Any], entry: dict[str, Any]) -> str:
    """Return the name that a delivery would have given to what was kept."""
    executed = entry["path"].endswith(".ipynb")
    return Path(run["notebook"]).name if executed else str(entry["path"])


def _destination(context: Context, run: dict[str, Any]) -> Path:
    if context.args.into:
        return Path(context.args.into).expanduser()
    if run["output"]:
        return Path(run["output"]).parent
    return Path.cwd() / f"{Path(run['notebook']).stem}-{short_id(run['id'])}"


def _copy(
    source: Path, path: str, folder: Path, name: str, force: bool
) -> dict[str, Any]:
    """Copy one file, whole or not at all; nothing outside either folder.

    The copy is the user's alone (0600), as everything in a run folder is.
    """
    origin, place = source / path, folder / name
    inside = origin.resolve().is_relative_to(source.resolve())
    if not inside or not place.resolve().is_relative_to(folder.resolve()):
        raise TerminalError(f"{name} leads out of its folder.", "path_outside_root")
    if place.exists() and not force:
        raise TerminalError(f"{place} is there already. Overwrite it with --force.")
    part = place.with_name(f".{place.name}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with open(origin, "rb") as whole, open(os.open(part, flags, 0o600), "wb") as to:
            shutil.copyfileobj(whole, to, 1 << 20)
        os.replace(part, place)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise TerminalError(
            f"{name} cannot be copied to {folder}: {error.strerror}."
        ) from error
    return {"path": str(place), "size": place.stat().st_size}
