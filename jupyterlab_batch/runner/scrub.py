"""The last look for secrets in what was written; a hit is a defect of ours."""

from __future__ import annotations

import contextlib
import glob
import os

from .redaction import Vault

_CHUNK = 4 << 20
_WRITTEN = ("events.jsonl*", "runner.log", "spill-*.txt", "summary.json")


def scrub_folder(folder: str, vault: Vault) -> list[str]:
    """Overwrite every secret in the files of a run.

    Returns
    -------
    list of str
        Names of the files in which there were some.
    """
    if not vault.patterns:
        return []
    hits = []
    for pattern in _WRITTEN:
        for path in sorted(glob.glob(os.path.join(glob.escape(folder), pattern))):
            with contextlib.suppress(FileNotFoundError):
                if scrub(path, vault):
                    hits.append(os.path.basename(path))
    return hits


def scrub(path: str, vault: Vault) -> int:
    """Overwrite secrets in place, by as many stars; return how many there were.

    In place and of the same length, since others hold the file open to append.
    """
    if vault.forms is None:
        return 0
    # a byte is a character here, wherever a chunk is cut
    forms = vault.forms.of_bytes()
    found = 0
    fd = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        at = 0
        while chunk := os.pread(fd, _CHUNK + forms.reach, at):
            for lines in forms.lines(chunk.decode("latin-1")):
                found += 1
                for start, end in lines:
                    os.pwrite(fd, b"*" * (end - start), at + start)
            at += _CHUNK
    finally:
        os.close(fd)
    return found
