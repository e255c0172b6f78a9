"""One place on disk that holds parameters: a stem, and at most one format."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from .base import Finding, Place
from .errors import FileError, MalformedFile, TwoFormats, UnreadableFile
from .formats import READERS, Table, read_file
from .spelling import did_you_mean


def at_stem(folder: Path, stem: str, name_of: Naming) -> Path | None:
    """Find ``folder/stem.{toml,yaml,json}``.

    Raises
    ------
    TwoFormats
        Where more than one is there.
    UnreadableFile
        Where the folder may not be looked into.
    """
    found = []
    for suffix in READERS:
        path = folder / f"{stem}.{suffix}"
        try:
            os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            origin = name_of(path)
            raise UnreadableFile(
                f"{origin} cannot be looked for: {error.strerror}.", origin
            ) from error
        found.append(path)
    if len(found) > 1:
        names = " and ".join(name_of(path) for path in found)
        raise TwoFormats(
            f"{names} are both there, and none of them counts more. Keep one.",
            name_of(found[0]),
        )
    return found[0] if found else None


class Naming:
    """How a file is named to the user.

    Parameters
    ----------
    home
        Files below it that are not near the notebook are ``~/…``.
    folder
        The notebook's folder.
    upwards
        Files above that folder are named relative to it too (``../…``).
    """

    def __init__(
        self, home: Path, folder: Path | None = None, *, upwards: bool = False
    ) -> None:
        self.home = home
        self.folder = folder
        self.upwards = upwards

    def __call__(self, path: Path) -> str:
        if self.folder is not None and (self.upwards or self.folder in path.parents):
            return os.path.relpath(path, self.folder)
        if self.home in path.parents:
            return "~/" + str(path.relative_to(self.home))
        return str(path)


class FilePlace(Place):
    """A place of files.

    Parameters
    ----------
    request
        What is asked for.
    """

    def naming(self) -> Naming:
        """How files of this place are named."""
        return Naming(self.request.home, self.request.folder)

    def look(
        self, folder: Path, stem: str, *, own: bool = False, table: str | None = None
    ) -> Iterator[Finding]:
        """Yield what the file of a stem says.

        Parameters
        ----------
        folder, stem
            The place.
        own
            The file belongs to this one notebook, so a name that the notebook
            has not is an error and not a note.
        table
            Read only this table of the file.
        """
        try:
            path = at_stem(folder, stem, self.naming())
            if path is not None:
                yield from self.read(path, own=own, table=table)
        except FileError as error:
            self.report_file(error)

    def read(
        self, path: Path, *, own: bool = False, table: str | None = None
    ) -> Iterator[Finding]:
        """Yield what one file says.

        Raises
        ------
        FileError
            Where it cannot be used.
        """
        name = self.naming()(path)
        content = read_file(path, name)
        if table is not None:
            inner = content.members.get(table)
            if inner is None:
                return
            if not isinstance(inner, Table):
                origin = f"{name}:{inner.line}"
                raise MalformedFile(
                    f"{origin}: [{table}] has to be a table of names and values.",
                    origin,
                )
            content = inner
        known = self.request.declarations
        for key, node in content.members.items():
            origin = f"{name}:{node.line}"
            if key in known:
                # the project's own file is under no notebook's prefix
                declares = table is None or self.request.prefix is not None
                yield Finding(key, node, self.layer, origin, declares)
            else:
                self.report(
                    "unknown_parameter",
                    f"{origin} has a value for {key}, but the notebook has no such "
                    f"parameter.{did_you_mean(key, known)}",
                    severity="error" if own else "note",
                    parameter=key,
                    origin=origin,
                )
