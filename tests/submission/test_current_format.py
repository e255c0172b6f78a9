"""Notebooks that need no nbformat, held against nbformat itself."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import nbformat
import pytest

from jupyterlab_batch.submission import read_notebook
from jupyterlab_batch.submission.current_format import is_plain

PLAIN: dict[str, Any] = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python", "codemirror_mode": {"name": "ipython"}},
        "jupyterlab_batch": {"prefix": "WAVE"},
    },
    "cells": [
        {
            "id": "a-1",
            "cell_type": "code",
            "source": ["x = 1\n", "y = 2"],
            "metadata": {"tags": ["parameters"]},
            "outputs": [],
            "execution_count": 3,
        },
        {"id": "b", "cell_type": "markdown", "source": "# hi", "metadata": {}},
        {"id": "c", "cell_type": "raw", "source": "", "metadata": {}},
    ],
}
VALUES = [
    *(None, True, -1, 0, 4, 5, 6, "", "b", "b c", "é", "code", "raw", {}, []),
    *(["b"], ["x,y"], [1], ["b", "b"], {"name": 1}, {"name": "x"}, "x" * 65),
]
MORE = [
    *("name", "tags", "title", "authors", "jupyter", "attachments", "outputs"),
    *("collapsed", "scrolled", "format", "orig_nbformat", "execution_count", "x"),
    *("mimetype", "file_extension", "pygments_lexer", "deletable", "editable"),
]
GONE = object()


def objects(found: Any, *path: Any) -> Iterator[tuple[Any, ...]]:
    """Give the path to every object in a notebook."""
    if isinstance(found, dict):
        yield path
    inner = found.items() if isinstance(found, dict) else enumerate(found)
    for key, each in inner:
        if isinstance(each, (dict, list)):
            yield from objects(each, *path, key)


def changed() -> Iterator[dict[str, Any]]:
    """Give the notebook with each one thing changed, added or taken away."""
    for path in objects(PLAIN):
        for key in [*reduce(getitem, path, PLAIN), *MORE]:
            for value in [GONE, *VALUES]:
                notebook = copy.deepcopy(PLAIN)
                place = reduce(getitem, path, notebook)
                if value is GONE:
                    place.pop(key, None)
                else:
                    place[key] = value
                yield notebook


def test_what_is_plain_is_valid() -> None:
    plain = [notebook for notebook in changed() if is_plain(notebook)]
    assert len(plain) > 100
    for notebook in plain:
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"] = []
        nbformat.validate(nbformat.from_dict(notebook))


def test_the_usual_notebook_is_plain() -> None:
    assert is_plain(PLAIN)
    assert is_plain(
        {**PLAIN, "metadata": {}, "cells": []},
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [("nbformat_minor", 4), ("cells", [PLAIN["cells"][1]] * 2), ("more", 1)],
)
def test_what_needs_work_is_not(key: str, value: Any) -> None:
    assert not is_plain({**PLAIN, key: value})


def test_both_ways_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    content = json.dumps(PLAIN).encode()
    plain = read_notebook(content)
    monkeypatch.setattr(
        "jupyterlab_batch.submission.notebooks.is_plain", lambda _: False
    )
    assert read_notebook(content) == plain


def test_reading_it_does_not_import_nbformat(tmp_path: Path) -> None:
    path = tmp_path / "plain.ipynb"
    path.write_text(json.dumps(PLAIN))
    program = (
        "import sys\n"
        "from jupyterlab_batch.submission import read_notebook\n"
        f"read_notebook({str(path)!r})\n"
        "sys.exit('nbformat' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
