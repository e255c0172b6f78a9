"""Tells a plain notebook of the current format without nbformat.

Importing nbformat brings jsonschema and, where Jupyter Server is installed, its
checker of internationalised addresses, which compiles 38 grammars: 1.3 s of the
1.6 s that `jupyter batch run` took. Nearly every notebook needs none of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_NOTEBOOK = {"cells", "metadata", "nbformat", "nbformat_minor"}
_CELL = {"id", "cell_type", "source", "metadata"}
_KEYS = {
    "code": _CELL | {"outputs", "execution_count"},
    "markdown": _CELL,
    "raw": _CELL,
}
#: members for which the format has a rule; only nbformat knows all of those
_RULED = {"authors", "title", "orig_nbformat", "collapsed", "scrolled", "name"}
_RULED |= {"format", "jupyter", "attachments", "deletable", "editable"}


def is_plain(content: Mapping[str, Any]) -> bool:
    """Return True for what is certainly valid and needs no upgrade.

    False says nothing: nbformat has to look. Outputs are not looked at, since
    they are dropped.
    """
    cells = content.get("cells")
    return (
        set(content) == _NOTEBOOK
        and (content["nbformat"], content["nbformat_minor"]) == (4, 5)
        and _plain_metadata(content["metadata"])
        and isinstance(cells, list)
        and all(map(_plain_cell, cells))
        and len({cell["id"] for cell in cells}) == len(cells)
    )


def _plain_metadata(metadata: Any) -> bool:
    if not isinstance(metadata, dict) or _RULED & set(metadata):
        return False
    language = metadata.get("language_info", {"name": ""})
    spec = metadata.get("kernelspec", {"name": "", "display_name": ""})
    return _texts(spec, "name", "display_name") and _plain_language(language)


def _plain_language(language: Any) -> bool:
    if not _texts(language, "name"):
        return False
    mode = language.get("codemirror_mode", "")
    others = (language.get(key, "") for key in ("file_extension", "mimetype"))
    return (
        isinstance(mode, (str, dict))
        and isinstance(language.get("pygments_lexer", ""), str)
        and all(isinstance(other, str) for other in others)
    )


def _texts(found: Any, *names: str) -> bool:
    return isinstance(found, dict) and all(
        isinstance(found.get(name), str) for name in names
    )


def _plain_cell(cell: Any) -> bool:
    if not isinstance(cell, dict) or not _texts(cell, "id", "cell_type"):
        return False
    metadata, count = cell.get("metadata"), cell.get("execution_count")
    return (
        _KEYS.get(cell["cell_type"]) == set(cell)
        and _ID.fullmatch(cell["id"]) is not None
        and _plain_source(cell["source"])
        and isinstance(metadata, dict)
        and not _RULED & set(metadata)
        and _plain_tags(metadata.get("tags", []))
        and (count is None or (type(count) is int and count >= 0))
        and isinstance(cell.get("outputs", []), list)
    )


def _plain_source(source: Any) -> bool:
    return isinstance(source, str) or (
        isinstance(source, list) and all(isinstance(line, str) for line in source)
    )


def _plain_tags(tags: Any) -> bool:
    return (
        isinstance(tags, list)
        and all(isinstance(tag, str) and "," not in tag for tag in tags)
        and len(set(tags)) == len(tags)
    )
