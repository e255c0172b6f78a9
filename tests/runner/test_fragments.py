"""A piece of a secret is masked too, and nothing that only looks like one."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from random import Random

import pytest

from jupyterlab_batch.runner.fragments import SHORTEST, TAIL, parts
from jupyterlab_batch.runner.redaction import MASK, StreamRedactor, Vault
from jupyterlab_batch.runner.scrub import scrub

from .clean import notebooks
from .leaks import KINDS, SHOWN, SPELLINGS, leak, missed

AROUND = "step 12/400 loss=0.6931471805599453 é ☃ eyJhbGciOiJSUzI1NiJ9 0x7f3a"


@pytest.mark.parametrize(("kind", "spelling"), [*product(KINDS, SPELLINGS)])
def test_no_piece_gets_through(kind: str, spelling: str) -> None:
    random = Random(f"{kind} {spelling}")
    for _ in range(2):
        secret = KINDS[kind](random)
        vault = Vault()
        vault.add(secret.token)
        told = (missed(vault, leak(random, secret, spelling, AROUND)) for _ in range(8))
        assert [miss for miss in told if miss] == []


def test_nothing_clean_is_masked() -> None:
    random = Random(7)
    vault = Vault()
    for kind in KINDS:
        vault.add(KINDS[kind](random).token)
    for notebook in notebooks(random, 3 << 20):
        assert vault.tree(notebook) == notebook
        text = json.dumps(notebook)
        assert vault.text(text) == text


def test_what_is_not_random_has_no_pieces() -> None:
    for text in (
        "correct-horse-battery-staple-and-more",
        "0123456789abcdef" * 2,
        "a" * 60,
        "THE_COMMUNITY_ACCOUNT_OF_THE_GATEWAY",
        "eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6ImtleS0xIn0",
        "short4Random",
    ):
        assert parts(text) == [], text
    secret = KINDS["HMAC"](Random(1))
    assert parts(secret.token) == [secret.random]


def test_a_token_that_is_printed_by_halves() -> None:
    token = KINDS["opaque"](Random(2)).token
    vault = Vault()
    vault.add(token)
    assert vault.text(f"{token[:20]}...") == f"{MASK}..."
    assert vault.text(f"{token[:20]} {token[20:]}") == f"{MASK} {MASK}"
    few = token[: SHORTEST - 1]
    assert vault.text(f"<{few}>") == f"<{few}>"


def test_only_what_is_no_coincidence_is_held_back() -> None:
    token = KINDS["opaque"](Random(3)).token
    vault = Vault()
    vault.add(token)
    redactor = StreamRedactor(vault)
    assert redactor.feed(f"a {token[5 : 5 + TAIL - 1]}") == f"a {token[5:8]}"
    assert redactor.feed(token[8:12]) == ""
    assert redactor.feed(" no") == f"{token[8:12]} no"
    # character by character: what was shown before counts
    shown = "".join(map(redactor.feed, f" {token[10:30]} "))
    assert shown == f" {token[10 : 10 + SHOWN]}{MASK} "
    assert redactor.feed(token[7:30]) == "" and redactor.finish() == MASK


def test_a_file_is_scrubbed_of_pieces(tmp_path: Path) -> None:
    token = KINDS["opaque"](Random(4)).token
    vault = Vault()
    vault.add(token)
    path = tmp_path / "events.jsonl"
    path.write_text(f"é {token[3:30]} {token}\n", encoding="utf-8")
    assert scrub(str(path), vault) == 2
    assert path.read_text("utf-8") == f"é {'*' * 27} {'*' * len(token)}\n"
