"""YAML parameter files: composed, never constructed, so that `no` stays `no`."""

from __future__ import annotations

from typing import Any

from ..errors import MalformedText
from .tree import Node, Scalar, Sequence, Table

#: an alias is a second way to the same node: eight lines can mean 10^9 nodes
NODES = 20_000
DEPTH = 100


def read(text: str) -> Table:
    """Read a YAML mapping (one document).

    Raises
    ------
    MalformedText
        Where it is none, a key comes twice, or it refers to itself.
    """
    try:
        import yaml
    except ImportError as error:
        raise MalformedText(
            "PyYAML is not installed here, so YAML cannot be read; "
            "install it or write TOML or JSON"
        ) from error
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + 1
        raise MalformedText(error.problem or "this is not YAML", line) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise MalformedText("this is not YAML") from error
    if root is None:
        return Table({}, 1)
    node = _Walk().node(root, 0)
    if not isinstance(node, Table):
        raise MalformedText("a mapping (NAME: value) is expected", node.line)
    return node


class _Walk:
    def __init__(self) -> None:
        self.left = NODES

    def node(self, node: Any, depth: int, line: int | None = None) -> Node:
        line = line or node.start_mark.line + 1
        self.left -= 1
        if self.left < 0 or depth > DEPTH:
            raise MalformedText("too large, or it refers to itself", line)
        if node.id == "scalar":
            return Scalar(_joined(node.value), line, quoted=node.style is not None)
        if node.id == "sequence":
            members = tuple(self.node(m, depth + 1) for m in node.value)
            return Sequence(members, line)
        table: dict[str, Node] = {}
        for key, value in node.value:
            at = key.start_mark.line + 1
            if key.id != "scalar":
                raise MalformedText("a key has to be a plain name", at)
            name = _joined(key.value)
            if name in table:
                raise MalformedText(f"the key {name!r} comes twice", at)
            table[name] = self.node(value, depth + 1, at)
        return Table(table, line)


def _joined(text: str) -> str:
    r"""Join what JSON writes as `"\ud83c\udf0a"`, which PyYAML leaves as two halves."""
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        return text
