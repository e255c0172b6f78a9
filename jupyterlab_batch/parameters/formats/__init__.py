"""Parameter files as trees of texts: one module per format."""

from __future__ import annotations

from pathlib import Path
from typing import Callable

from ..errors import MalformedFile, MalformedText, UnreadableFile
from . import json_text, lines_text, toml_text, yaml_text
from .tree import Node, Scalar, Sequence, Table, text_of

__all__ = [
    "READERS",
    "Node",
    "Scalar",
    "Sequence",
    "Table",
    "read_file",
    "read_text",
    "text_of",
]

#: by the suffix of the file name
READERS: dict[str, Callable[[str], Table]] = {
    "toml": toml_text.read,
    "yaml": yaml_text.read,
    "yml": yaml_text.read,
    "json": json_text.read,
}

#: a parameter file is written by hand; what is larger is something else
LARGEST = 1024 * 1024


def read_text(text: str, kind: str) -> Table:
    """Read what is no file of the chain.

    Parameters
    ----------
    kind
        A suffix of a parameter file, or ``lines``.

    Raises
    ------
    MalformedText
        Where it is not of that kind, or there is no such kind.
    """
    reader = lines_text.read if kind == "lines" else READERS.get(kind)
    if reader is None:
        raise MalformedText("a name that ends in .toml, .yaml or .json is expected")
    if len(text) > LARGEST:
        raise MalformedText("it is too large for a parameter file")
    return reader(text.removeprefix("\ufeff").replace("\r\n", "\n"))


def read_file(path: Path, origin: str) -> Table:
    """Read a parameter file by its suffix.

    Parameters
    ----------
    path
        The file, known to exist.
    origin
        Its name as the user knows it.

    Raises
    ------
    MalformedFile
        With ``origin:line`` where the line is known.
    UnreadableFile
        Where the system does not let us, or it is not a file.
    """
    reader = READERS.get(path.suffix[1:])
    if reader is None:
        raise MalformedFile(
            f"{origin} has no known format. "
            "Give it a name that ends in .toml, .yaml or .json.",
            origin,
        )
    try:
        if not path.is_file():
            raise UnreadableFile(f"{origin} is not a regular file.", origin)
        with path.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableFile(
            f"{origin} cannot be read: {error.strerror}. "
            "Mend its permissions or move it away.",
            origin,
        ) from error
    if len(raw) > LARGEST:
        raise MalformedFile(f"{origin} is too large for a parameter file.", origin)
    try:
        return reader(raw.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise MalformedFile(
            f"{origin}:{line} is not UTF-8 text. Save the file as UTF-8.",
            f"{origin}:{line}",
        ) from error
    except MalformedText as error:
        where = origin if error.line is None else f"{origin}:{error.line}"
        raise MalformedFile(f"{where} cannot be read: {error.why}.", where) from error
