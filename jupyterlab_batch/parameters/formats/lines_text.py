"""``NAME=VALUE`` lines, as people paste them."""

from __future__ import annotations

from ..errors import MalformedText
from .tree import Node, Scalar, Table


def read(text: str) -> Table:
    """Read lines; blank ones and those that begin with ``#`` do not count.

    A value is taken as it stands, without the blanks around it: a quote is a part of
    it, as in the environment.

    Raises
    ------
    MalformedText
        Where a line has no ``=``, or a name comes twice.
    """
    members: dict[str, Node] = {}
    for number, line in enumerate(text.splitlines(), 1):
        name, equals, value = line.partition("=")
        name = name.strip()
        if not line.strip() or name.startswith("#"):
            continue
        if not equals or not name:
            raise MalformedText("NAME=VALUE is expected", number)
        if name in members:
            raise MalformedText(f"{name} comes twice", number)
        members[name] = Scalar(value.strip(), number)
    return Table(members, 1)
