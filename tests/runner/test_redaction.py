"""A secret, in any encoding, cut anywhere, is never let through."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from itertools import pairwise
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_batch.runner.redaction import MASK, StreamRedactor, Vault, encodings

SECRETS = st.text(
    st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=60
)
AROUND = st.text(max_size=20)
JWT = (
    "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ"
    ".eyJzdWIiOiJydW4tMSIsImV4cCI6MTcwMDAwMDAwMH0"
    ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)

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
