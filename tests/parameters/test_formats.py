"""Texts survive every format, and each knows its line."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_batch.parameters.errors import (
    MalformedFile,
    MalformedText,
    UnreadableFile,
)
from jupyterlab_batch.parameters.formats import (
    READERS,
    Node,
    Scalar,
    Table,
    read_file,
    text_of,
)

#: TOML and YAML know neither lone surrogates nor, bare, most control characters
TEXT = st.text(st.characters(codec="utf-8"))
NAMES = st.text(st.characters(codec="utf-8", min_codepoint=32), min_size=1, max_size=8)
LEXEMES = st.from_regex(r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?", fullmatch=True)
LIST_OF = {"items": None}


def _quoted(text: str) -> str:
    """A JSON string that is a TOML basic string as well."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _json(members: dict[str, str]) -> str:
    inner = ",\n".join(f"{_quoted(name)}: {text}" for name, text in members.items())
    return "{\n" + inner + "\n}"


def _toml(members: dict[str, str]) -> str:
    return "\n" + "\n".join(f"{_quoted(n)} = {text}" for n, text in members.items())


def _yaml(members: dict[str, str]) -> str:
    return "\n" + "\n".join(f"{json.dumps(n)}: {t}" for n, t in members.items())


WRITERS: dict[str, Callable[[dict[str, str]], str]] = {
    "json": _json,
    "toml": _toml,
    "yaml": _yaml,
}


def _scalar(node: Node) -> Scalar:
    assert isinstance(node, Scalar)
    return node


@pytest.mark.parametrize("suffix", WRITERS)
@given(st.dictionaries(NAMES, LEXEMES, max_size=6))
def test_numbers_keep_their_digits_and_lines(
    suffix: str, members: dict[str, str]
) -> None:
    table = READERS[suffix](WRITERS[suffix](members))
    assert {n: _scalar(v).text for n, v in table.members.items()} == members
    lines = [_scalar(node).line for node in table.members.values()]
    assert lines == list(range(2, 2 + len(members)))


@pytest.mark.parametrize("suffix", ["json", "toml"])
@given(st.dictionaries(NAMES, TEXT, max_size=6))
def test_quoted_texts_survive(suffix: str, members: dict[str, str]) -> None:
    written = {name: _quoted(text) for name, text in members.items()}
    table = READERS[suffix](WRITERS[suffix](written))
    assert {n: _scalar(v).text for n, v in table.members.items()} == members
    assert all(_scalar(node).quoted for node in table.members.values())


@given(st.dictionaries(NAMES, TEXT, max_size=6))
def test_what_yaml_writes_as_text_is_read_as_that_text(
    members: dict[str, str],
) -> None:
    table = READERS["yaml"](yaml.safe_dump(members, allow_unicode=False))
    assert {n: _scalar(v).text for n, v in table.members.items()} == members


#: `1e3` bare: text for PyYAML's emitter, a number for JSON; declared types decide
PLAIN = TEXT.filter(lambda text: not re.fullmatch(r"[-0-9.eE+]+", text))


@given(st.lists(TEXT), st.dictionaries(NAMES, PLAIN))
def test_texts_in_lists_and_tables_survive(
    texts: list[str], table: dict[str, str]
) -> None:
    given_ = {"list": texts, "table": table}
    for suffix, written in (
        ("json", json.dumps(given_)),
        ("yaml", yaml.safe_dump(given_, allow_unicode=False)),
    ):
        members = READERS[suffix](written).members
        assert json.loads(text_of(members["list"], {"items": "str"})) == texts
        assert json.loads(text_of(members["table"], LIST_OF)) == table


@pytest.mark.parametrize("suffix", WRITERS)
@given(text=st.text(st.sampled_from("ab=:[]{}\"'#\n .,1-&*!|>%@\\\t"), max_size=30))
def test_any_text_is_read_or_refused(suffix: str, text: str) -> None:
    """Never another exception, whatever lies there."""
    try:
        assert isinstance(READERS[suffix](text), Table)
    except MalformedText as error:
        assert error.line is None or 1 <= error.line <= text.count("\n") + 2


@pytest.mark.parametrize(
    "text",
    ["a: &a [x]\nb: *a\n", "a: &a {k: 1}\nb: *a\n"],
)
def test_an_alias_is_a_value_like_any_other(text: str) -> None:
    members = READERS["yaml"](text).members
    assert text_of(members["a"], LIST_OF) == text_of(members["b"], LIST_OF)


def test_a_bomb_of_aliases_is_refused() -> None:
    rungs = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for rung in range(1, 10):
        rungs.append(f"a{rung}: &a{rung} [{', '.join([f'*a{rung - 1}'] * 9)}]")
    with pytest.raises(MalformedText, match="too large"):
        READERS["yaml"]("\n".join(rungs))


@pytest.mark.parametrize(
    "text",
    [
        'x = """\na = 1\n"""\nKEY = 1',
        "x = '''\n[t]\n'''\nKEY = 1",
        "x = [\n 1, # ]\n]\n KEY = 1",
        "x = [\n [1],\n [2],\n]\nKEY = 1",
        'x = {a = "}\\"", b = 1}\n\n\nKEY = 1',
        "# KEY = 1\n\n'KEY' = 1",
        "x = 1 # KEY\ny.KEY = 1\nKEY = 2",
        'x = """a""""\n"\\u004bEY" = 1',
    ],
)
def test_toml_lines_are_those_of_the_statements(text: str) -> None:
    line = text.count("\n") + 1
    assert READERS["toml"](text).members["KEY"].line == line


def test_tables_of_an_array_may_have_the_same_keys() -> None:
    table = READERS["toml"]("[[a]]\nk = 1\n[[a]]\nk = 2\n")
    assert text_of(table.members["a"], LIST_OF) == '[{"k": 1}, {"k": 2}]'


@pytest.mark.parametrize(("module", "suffix"), [("yaml", "yaml"), ("tomlkit", "toml")])
def test_a_missing_package_is_named_only_when_it_is_needed(
    module: str, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    path = tmp_path / f"p.{suffix}"
    path.write_text("")
    with pytest.raises(MalformedFile, match="is not installed here"):
        read_file(path, path.name)


def test_what_is_too_large_is_no_parameter_file(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text('{"a": "' + "x" * 2_000_000 + '"}')
    with pytest.raises(MalformedFile, match="too large"):
        read_file(path, path.name)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    os.mkfifo(path)
    with pytest.raises(UnreadableFile, match="not a regular file"):
        read_file(path, path.name)
