"""``open`` and ``fetch``."""

from __future__ import annotations

import argparse
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
            f"Run {short_id(run['id'])} has delivered nothing ({progress(run)}).",
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
    found = context.get(f"/v1/runs/{run['id']}/files")
    wanted = [entry for entry in found["files"] if not entry["delivered"]]
    if wanted and found["folder"] is None:
        raise TerminalError("The run folder is gone.", "not_found")
    folder = _destination(context, run)
    copied = [
        _copy(Path(found["folder"]), folder, entry["path"], context.args.force)
        for entry in wanted
    ]
    if terminal.as_json:
        terminal.document({"files": copied})
        return SUCCEEDED
    if not copied:
        terminal.line("  Nothing to fetch: what the run made was delivered.")
    for entry in copied:
        terminal.line(f"  {path(entry['path'])}  {size(entry['size'])}")
    return SUCCEEDED


def _destination(context: Context, run: dict[str, Any]) -> Path:
    if context.args.into:
        return Path(context.args.into).expanduser()
    if run["output"]:
        return Path(run["output"]).parent
    return Path.cwd() / f"{Path(run['notebook']).stem}-{short_id(run['id'])}"


def _copy(source: Path, folder: Path, name: str, force: bool) -> dict[str, Any]:
    """Copy one file, whole or not at all; nothing outside either folder."""
    origin, place = source / name, folder / name
    inside = origin.resolve().is_relative_to(source.resolve())
    if not inside or not place.resolve().is_relative_to(folder.resolve()):
        raise TerminalError(f"{name} leads out of its folder.", "path_outside_root")
    if place.exists() and not force:
        raise TerminalError(f"{place} is there already. Overwrite it with --force.")
    part = place.with_name(f".{place.name}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(origin, part)
        os.replace(part, place)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise TerminalError(f"{name} cannot be copied: {error.strerror}.") from error
    return {"path": str(place), "size": place.stat().st_size}
