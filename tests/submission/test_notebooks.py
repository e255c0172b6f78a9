"""Reading notebooks, and what is no notebook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_batch.submission import (
    InvalidNotebook,
    Notebook,
    NotebookNotFound,
    SubmissionError,
    read_notebook,
)

from .conftest import cell, notebook_json


def test_what_a_run_made_is_dropped() -> None:
    stream = {"output_type": "stream", "name": "stdout", "text": "hush"}
    given = notebook_json(
        cell("1", outputs=[stream], execution_count=7, metadata={"tags": ["keep"]}),
        {"cell_type": "markdown", "source": "# hi", "metadata": {}},
        metadata={"widgets": {"state": 1}, "kernelspec": {"name": "k"}},
    )
    read = read_notebook(json.dumps(given).encode())
    assert read["cells"][0]["outputs"] == []
    assert read["cells"][0]["execution_count"] is None
    assert read["cells"][0]["metadata"] == {"tags": ["keep"]}
    assert read["metadata"] == {"kernelspec": {"name": "k", "display_name": "k"}}
    assert "hush" not in json.dumps(read)


def test_ids_stay_where_they_are_and_are_added_where_they_are_not() -> None:
    given = notebook_json(cell("1"), cell("2"))
    del given["cells"][1]["id"]
    read = read_notebook(json.dumps(given).encode())
    assert read["cells"][0]["id"] == "c0"
    assert read["cells"][1]["id"]


OLD: dict[int, dict[str, Any]] = {
    3: {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": "old"},
        "worksheets": [
            {
                "metadata": {},
                "cells": [
                    {
                        "cell_type": "code",
                        "language": "python",
                        "input": "AMP = 3.0",
                        "collapsed": False,
                        "metadata": {},
                        "outputs": [],
                    },
                    {
                        "cell_type": "heading",
                        "level": 2,
                        "source": "Waves",
                        "metadata": {},
                    },
                ],
            }
        ],
    },
    4: {
        "nbformat": 4,
        "nbformat_minor": 1,
        "metadata": {},
        "cells": [cell("AMP = 3.0")],
    },
}


@pytest.mark.parametrize("version", OLD)
def test_older_formats_are_upgraded(version: int) -> None:
    read = read_notebook(json.dumps(OLD[version]).encode())
    assert (read["nbformat"], read["nbformat_minor"]) == (4, 5)
    assert read["cells"][0]["source"] == "AMP = 3.0"
    assert all(found["id"] for found in read["cells"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "wave.ipynb is empty"),
        (b" \n", "wave.ipynb is empty"),
        (b'{"cells": [', "not JSON \\(line 1"),
        (b'{\n"a": 1,\n<<<<<<< HEAD\n', "line 3.*merge conflict"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"[1, 2]", "not a notebook"),
        (b'{"a": 1}', "not a notebook"),
        (b'{"nbformat": "4"}', "not a notebook"),
        (b'{"nbformat": 5, "cells": []}', "newer than"),
        (b'{"nbformat": 4}', "does not fit"),
        (b'{"nbformat": 1}', "does not fit"),
        (b'{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[3]}', "not fit"),
        (b'{"nbformat":4,"metadata":{},"cells":[]}', "`nbformat_minor` has to be"),
        (
            b'{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":"x"}',
            "`cells` has to be a list",
        ),
        (
            b'{"nbformat":4,"nbformat_minor":4,"metadata":{"kernelspec":null},'
            b'"cells":[]}',
            "`metadata.kernelspec` has to be an object",
        ),
        (b'{"nbformat":3,"metadata":{},"worksheets":"x"}', r"notebook format\. Open"),
        (b"[" * 100_000, "too deeply"),
    ],
)
def test_what_is_no_notebook_is_named(
    content: bytes, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "wave.ipynb"
    path.write_bytes(content)
    with pytest.raises(InvalidNotebook, match=words) as got:
        read_notebook(path)
    assert got.value.problem()["status"] == 422


def test_paths(tmp_path: Path) -> None:
    path = tmp_path / "wave.ipynb"
    path.write_text(json.dumps(notebook_json(cell("1"))))
    (tmp_path / "link.ipynb").symlink_to(path)
    with pytest.raises(NotebookNotFound, match=r"Did you mean .*wave\.ipynb\?"):
        read_notebook(tmp_path / "wav.ipynb")
    with pytest.raises(InvalidNotebook, match="not a file"):
        read_notebook(tmp_path)
    linked = Notebook.from_file(tmp_path / "link.ipynb")
    assert linked.path == path.resolve(), "parameter files lie beside the real one"
    assert linked.deliver_to == path.resolve().parent


def test_the_tree_of_errors_is_in_the_catalogue() -> None:
    kinds = [SubmissionError]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        assert kind("x").problem()["title"]
