"""Values that come in one go: lines, and files of each format."""

from __future__ import annotations

from typing import Any, cast

import pytest

from jupyterlab_batch.parameters import read_given
from jupyterlab_batch.parameters.errors import MalformedFile
from tests.contract import check_schema


def declared(name: str, kind: str, items: str | None = None) -> dict[str, Any]:
    return {"name": name, "type": kind, "items": items}


INSPECTION = cast(
    Any,
    {
        "parameters": [
            declared("AMP", "float"),
            declared("title", "str"),
            declared("levels", "list", "float"),
        ]
    },
)


def read(text: str, name: str) -> list[tuple[str, str, str]]:
    given = read_given(text, name, INSPECTION)
    check_schema("GivenValues", given)
    return [(v["name"], v["text"], v["origin"]) for v in given["values"]]


def test_lines_are_taken_as_they_stand() -> None:
    text = '# mine\r\n\r\nAMP = 4\ntitle="a = b" # c\nlevels=[1, 2]'
    assert read(text, "lines") == [
        ("AMP", "4", "lines:3"),
        ("title", '"a = b" # c', "lines:4"),
        ("levels", "[1, 2]", "lines:5"),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.toml", 'AMP = 4.50\ntitle = "no"\nlevels = [1, .5]'),
        ("a.yaml", "AMP: 4.50\ntitle: no\nlevels: [1, .5]"),
        ("A.yml", "AMP: 4.50\ntitle: no\nlevels: [1, .5]"),
        ("a.json", '{"AMP": 4.50,\n"title": "no",\n"levels": [1, 0.5]}'),
        ("jupyterlab-batch.toml", '[params]\nAMP = 4.50\ntitle = "no"\nlevels=[1,0.5]'),
    ],
)
def test_files_keep_the_digits(name: str, text: str) -> None:
    if name == "a.toml":
        text = text.replace(".5]", "0.5]")  # TOML has no bare fraction
    got = read(text, name)
    assert [(n, t) for n, t, _ in got] == [
        ("AMP", "4.50"),
        ("title", "no"),
        ("levels", "[1.0, 0.5]"),
    ]
    assert got[1][2].startswith(f"{name}:")


def test_a_name_that_the_notebook_has_not_is_said_and_left_aside() -> None:
    given = read_given("AMPP=1\nAMP=2", "lines", INSPECTION)
    assert [value["name"] for value in given["values"]] == ["AMP"]
    [problem] = given["problems"]
    assert problem["code"] == "unknown_parameter"
    assert problem["origin"] == "lines:1"
    assert "Did you mean AMP?" in problem["message"]


@pytest.mark.parametrize(
    ("name", "text", "where", "why"),
    [
        ("lines", "AMP=1\nAMP 2", "lines:2", "NAME=VALUE is expected"),
        ("lines", "AMP=1\nAMP=2", "lines:2", "comes twice"),
        ("lines", "=1", "lines:1", "NAME=VALUE is expected"),
        ("a.toml", "AMP = [", "a.toml:1", "cannot be read"),
        ("a.json", "[1]", "a.json:1", "an object"),
        ("a.txt", "AMP=1", "a.txt", "ends in .toml, .yaml or .json"),
        ("lines", "AMP=" + "1" * 1024 * 1024, "lines", "too large"),
    ],
)
def test_what_cannot_be_read_is_named(
    name: str, text: str, where: str, why: str
) -> None:
    with pytest.raises(MalformedFile, match=why) as got:
        read_given(text, name, INSPECTION)
    assert got.value.origin == where
