"""A secret, in any encoding, cut anywhere, is never let through."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_batch.runner.redaction import MASK, StreamRedactor, Vault, encodings
from jupyterlab_batch.runner.scrub import scrub

SECRETS = st.text(
    st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=60
)
AROUND = st.text(max_size=20)
JWT = (
    "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ"
    ".eyJzdWIiOiJydW4tMSIsImV4cCI6MTcwMDAwMDAwMH0"
    ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)

OPAQUE = "0g5ElkIpMJ8JVRTDS6V9k2-H9fV2jTqqEeQxg0fJ1Bc"

Encode = Callable[[str], str]
ENCODINGS: dict[str, Encode] = {
    "raw": lambda s: s,
    "hex": lambda s: s.encode().hex(),
    "HEX": lambda s: s.encode().hex().upper(),
    "percent": lambda s: quote(s, safe=""),
    "percent, paths": quote,
    "form": quote_plus,
    "json": lambda s: json.dumps(s)[1:-1],
    "json in json": lambda s: json.dumps(json.dumps(s)[1:-1])[1:-1],
    "html": html.escape,
}


def pieces(text: str, cuts: list[int]) -> list[str]:
    at = sorted({cut % (len(text) + 1) for cut in cuts} | {0, len(text)})
    return [text[a:b] for a, b in pairwise(at)]


def through(secret: str, chunks: list[str]) -> str:
    vault = Vault()
    vault.add(secret)
    redactor = StreamRedactor(vault)
    return "".join([*map(redactor.feed, chunks), redactor.finish()])


@pytest.mark.parametrize("name", ENCODINGS)
@given(secret=SECRETS, before=AROUND, after=AROUND, cuts=st.lists(st.integers(0, 999)))
def test_a_secret_cut_anywhere_is_masked(
    name: str, secret: str, before: str, after: str, cuts: list[int]
) -> None:
    spelt = ENCODINGS[name](secret)
    shown = through(secret, pieces(before + spelt + after, cuts))
    assert MASK in shown
    assert spelt not in shown.replace(MASK, "\0")


@given(
    secret=SECRETS,
    before=st.binary(max_size=20),
    after=st.binary(max_size=20),
    urlsafe=st.booleans(),
    cuts=st.lists(st.integers(0, 999)),
)
def test_base64_of_a_text_around_the_secret_is_masked(
    secret: str, before: bytes, after: bytes, urlsafe: bool, cuts: list[int]
) -> None:
    encode = base64.urlsafe_b64encode if urlsafe else base64.b64encode
    spelt = encode(before + secret.encode() + after).decode()
    shown = through(secret, pieces(spelt, cuts))
    assert MASK in shown
    for offset in range(4):
        rest = shown.replace(MASK, "").replace("=", "").replace("-", "+")
        rest = rest.replace("_", "/")[offset:]
        rest = rest[: len(rest) // 4 * 4]
        assert secret.encode() not in base64.b64decode(rest)


BREAKS = {
    "lines": "\n",
    "network lines": "\r\n",
    "repr": "\\n",
    "repr of network lines": "\\r\\n",
    "JSON in JSON": "\\\\n",
    "indented": "\n    ",
}


def wrapped(text: str, width: int, by: str) -> str:
    return by.join(text[at : at + width] for at in range(0, len(text), width))


@pytest.mark.parametrize("by", BREAKS)
@pytest.mark.parametrize("width", [64, 76])
@given(
    secret=st.sampled_from(
        [OPAQUE, "0123456789abcdef" * 2, "Zq8-_~.x" * 8, "kä/+?&='\"<>" * 5]
    ),
    before=st.binary(max_size=80),
    after=st.binary(max_size=80),
    cuts=st.lists(st.integers(0, 999)),
)
def test_base64_in_lines_is_masked(
    width: int,
    by: str,
    secret: str,
    before: bytes,
    after: bytes,
    cuts: list[int],
) -> None:
    whole = base64.b64encode(before + secret.encode() + after).decode()
    core = whole[
        -(-len(before) * 8 // 6) : (len(before) + len(secret.encode())) * 8 // 6
    ]
    spelt = wrapped(whole, width, BREAKS[by])
    shown = through(secret, pieces(spelt, cuts))
    assert MASK in shown
    rest = shown.replace(BREAKS[by], "").split(MASK)
    assert all(core[at : at + 12] not in part for part in rest for at in range(20))


def test_what_people_do_to_a_token_in_lines() -> None:
    for spell in (bytes.decode, repr):
        spelt = spell(base64.encodebytes(b"Bearer " + JWT.encode()))
        shown = through(JWT, list(spelt))
        assert shown.count(MASK) == 2, shown
        # the header, the point between payload and signature, and quotes
        assert len(shown.replace(MASK, "")) < 70, shown


@given(
    text=st.text("YWJjYWJj\n\\nr ", max_size=300),
    cuts=st.lists(st.integers(0, 999)),
)
def test_lines_that_hold_no_secret_are_unchanged(text: str, cuts: list[int]) -> None:
    assert (
        through("abcabcabcabcabcabcabcabcabcabcabcabcabcabc\1", pieces(text, cuts))
        == text
    )


def test_a_file_is_scrubbed_line_by_line(tmp_path: Path) -> None:
    vault = Vault()
    vault.add(JWT)
    path = tmp_path / "events.jsonl"
    clean = json.dumps({"seq": 1, "text": "\u00e9 fine"}, ensure_ascii=False) + "\n"
    text = base64.encodebytes(b"..." + JWT.encode()).decode()
    path.write_text(clean + json.dumps({"text": text}) + "\n" + clean + text + clean)
    size = path.stat().st_size
    assert scrub(str(path), vault) == 4
    assert path.stat().st_size == size
    lines = path.read_text().splitlines(keepends=True)
    assert [lines[0], lines[2], lines[-1]] == [clean] * 3
    told = json.loads(lines[1])["text"]
    assert told == "".join(lines[3:-1]) and told.count("*") > 100
    secret = base64.b64encode(JWT.encode()).decode()[50:]
    assert not any(secret[at : at + 12] in told.replace("\n", "") for at in range(90))
    assert scrub(str(path), vault) == 0


@given(text=st.text(max_size=200), cuts=st.lists(st.integers(0, 999)))
def test_clean_text_is_unchanged(text: str, cuts: list[int]) -> None:
    assert through(JWT, pieces(text, cuts)) == text


@given(
    text=st.text("eyJhbGciOiJSUzI1NiIsI", max_size=300),
    cuts=st.lists(st.integers(0, 999)),
)
def test_text_that_looks_like_the_start_of_a_secret_is_unchanged(
    text: str, cuts: list[int]
) -> None:
    assert through(JWT, pieces(text, cuts)) == text


def test_only_a_tail_that_may_grow_into_a_secret_is_held_back() -> None:
    vault = Vault()
    vault.add("correct-horse")
    redactor = StreamRedactor(vault)
    assert redactor.feed("ends with d") == "ends with d"
    assert redactor.feed("a corr") == "a "
    assert redactor.feed("al") == "corral"
    assert redactor.feed("correct-hors") == ""
    assert redactor.feed("e!") == f"{MASK}!"
    assert redactor.feed("cor") == ""
    assert redactor.finish() == "cor"


def test_the_parts_of_a_jwt_are_masked_but_not_its_header() -> None:
    header, payload, signature = JWT.split(".")
    assert through(JWT, [f"{payload} {signature}"]) == f"{MASK} {MASK}"
    assert through(JWT, [header]) == header


def test_a_secret_that_overlaps_itself() -> None:
    secret = "abcabcabc"
    for cut in range(1, 15):
        shown = through(secret, pieces("abcabcabcabcabc", [cut]))
        assert secret not in shown


def test_two_secrets_one_the_start_of_the_other() -> None:
    vault = Vault()
    vault.add("secret-one")
    vault.add("secret-one-and-more")
    redactor = StreamRedactor(vault)
    shown = redactor.feed("secret-one") + redactor.feed("-and-more")
    assert shown + redactor.finish() == MASK


def test_trees_are_redacted_in_keys_and_values() -> None:
    vault = Vault()
    vault.add("correct-horse")
    dirty = {"a correct-horse": ["correct-horse", {"n": 1, "x": None}], "b": True}
    assert vault.tree(dirty) == {
        f"a {MASK}": [MASK, {"n": 1, "x": None}],
        "b": True,
    }


def test_short_encodings_do_not_hit_clean_text() -> None:
    assert all(len(text) >= 8 for text in encodings("correct-horse"))
