"""Who this runner is and where, as the cluster's identity service has it (MUNGE)."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess

VARIABLE = "JUPYTERLAB_BATCH_MUNGE"
"""Where munged listens, from who submitted the job; empty: where it does by itself."""
_PATIENCE = 5.0
_FORM = re.compile("MUNGE:[A-Za-z0-9+/=]+:")


class NoProof(Exception):
    """There is no credential to be had here; the text is for people."""


def digest(run: str, attempt: int, ticket: str, session: str) -> str:
    """Return what a proof of a claim is of, as ``PermitRequest`` describes it."""
    hashes = [hashlib.sha256(text.encode()).hexdigest() for text in (ticket, session)]
    lines = ["jupyterlab-batch claim 1", run, str(attempt), *hashes]
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def credential(payload: str, socket: str) -> str:
    """Return a new credential of this process, on this host; one is good for one use.

    Raises
    ------
    NoProof
        There is no program ``munge``, or it makes none: munged does not run.
    """
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/bin", "/usr/bin"])
    program = shutil.which("munge", path=path)
    if program is None:
        raise NoProof("the program munge is not on this node")
    argv = [program, *([f"--socket={socket}"] if socket else [])]
    try:
        # by a pipe: what is in an argument, everybody on the node may read
        done = subprocess.run(
            argv,
            input=payload,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoProof(f"munge failed: {error}") from error
    made = done.stdout.strip()
    if done.returncode != 0 or not _FORM.fullmatch(made):
        said = done.stderr.strip()[:300] or f"it ended with {done.returncode}"
        raise NoProof(f"munge failed: {said}")
    return made
