"""What a parameter file says, as a tree of texts that still knows its lines."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Union

from ..values import Refused, check_text

_JSON_SCALAR = re.compile(
    r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null"
)


@dataclass(frozen=True)
class Scalar:
    """One value as its author wrote it, quotes and escapes undone."""

    text: str
    line: int
    #: the author quoted it, so that inside a list or dict it is a string
    quoted: bool = False


@dataclass(frozen=True)
class Sequence:
    """A list."""

    members: tuple[Node, ...]
    line: int


@dataclass(frozen=True)
class Table:
    """A mapping with its keys in order."""

    members: Mapping[str, Node]
    line: int


Node = Union[Scalar, Sequence, Table]


def text_of(node: Node, declared: Mapping[str, Any]) -> str:
    """Give the text of a node, for a declaration to check.

    A scalar is its own text. A list or table becomes JSON text with the
    author's lexemes inside; what its plain scalars are (``no`` in YAML) is
    decided by the declared element type, never guessed.
    """
    if isinstance(node, Scalar):
        return node.text
    items = declared["items"] if isinstance(node, Sequence) else None
    return _json(node, items)


def _json(node: Node, items: str | None) -> str:
    if isinstance(node, Sequence):
        return "[" + ", ".join(_element(m, items) for m in node.members) + "]"
    if isinstance(node, Table):
        members = [
            f"{json.dumps(key, ensure_ascii=False)}: {_json(member, None)}"
            for key, member in node.members.items()
        ]
        return "{" + ", ".join(members) + "}"
    if not node.quoted and _JSON_SCALAR.fullmatch(node.text):
        return node.text
    return json.dumps(node.text, ensure_ascii=False)


def _element(node: Node, items: str | None) -> str:
    if items is None or not isinstance(node, Scalar) or node.quoted:
        return _json(node, None)
    if items in ("bool", "int", "float", "null"):
        try:
            # `.5` and `no` are no JSON: their canonical texts are
            return check_text({**_PLAIN, "type": items}, node.text)["text"]
        except Refused:
            return json.dumps(node.text, ensure_ascii=False)
    return json.dumps(node.text, ensure_ascii=False)


_PLAIN: Mapping[str, Any] = {
    "nullable": False,
    "items": None,
    "choices": None,
    "min": None,
    "max": None,
}
