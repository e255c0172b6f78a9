"""What a runner says of itself where its node can vouch for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_batch.runner import munge


def test_the_digest_of_a_claim_is_what_the_broker_makes_of_it() -> None:
    """`broker/test/targets/slurm/munge.test.ts` has the same."""
    assert munge.digest("0123", 2, "1" * 64, "2" * 64) == (
        "2d2701fd609b01edcebe8e24f2d9770a9e57d241fa089aab6626e7262db9b308"
    )


def program(folder: Path, script: str) -> None:
    """A program of the name that is looked for first."""
    path = folder / "munge"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo munged is away >&2; exit 6", "munged is away"),
        ("exit 6", "it ended with 6"),
        ("echo 'MUNGE:AA:'; echo 'and more'", "it ended with 0"),
        ("kill -9 $$", "it ended with -9"),
    ],
)
def test_a_program_that_makes_none_is_told_of(
    script: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    program(tmp_path, script)
    with pytest.raises(munge.NoProof, match=f"munge failed: {said}"):
        munge.credential("d" * 64, "")


def test_what_it_vouches_for_is_in_no_argument(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    program(
        tmp_path, f'echo "$@" > {tmp_path}/argv; cat > {tmp_path}/in; echo MUNGE:AA=:'
    )
    assert munge.credential("payload", "/run/some/socket") == "MUNGE:AA=:"
    assert (tmp_path / "argv").read_text() == "--socket=/run/some/socket\n"
    assert (tmp_path / "in").read_text() == "payload"
    munge.credential("payload", "")
    assert (tmp_path / "argv").read_text() == "\n"
