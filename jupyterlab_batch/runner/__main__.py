"""``python -m jupyterlab_batch.runner FOLDER``, ``rebuild``, ``view``.

``rebuild [--secrets] FOLDER``: with ``--secrets`` a JSON array of strings comes on
stdin: what a killed runner can no longer look for itself. ``view FOLDER`` answers
questions about the cells (`pages`).
"""

from __future__ import annotations

import os
import sys

#: exit code of a rebuild for which there is no room; `broker/src/runs/rebuild.ts`
NO_ROOM = 4
USAGE = (
    "usage: python -m jupyterlab_batch.runner [rebuild [--secrets] | view] RUN_FOLDER"
)


def _rebuild(folder: str, secrets: bool) -> int:
    import json

    from . import events, fold, processes, redaction, scrub

    if secrets:
        processes.harden()
    vault = redaction.Vault()
    try:
        for secret in json.load(sys.stdin) if secrets else ():
            vault.add(secret)
        hits = scrub.scrub_folder(folder, vault)
        summary = fold.rebuild(folder, vault, hits)
    except (OSError, ValueError, KeyError) as error:
        print(f"{folder} cannot be rebuilt: {error}", file=sys.stderr)
        return NO_ROOM if events.is_full(error) else 2
    print(json.dumps(summary))
    return 0


def main(arguments: list[str]) -> int:
    """Dispatch; return the exit code."""
    if arguments[:1] == ["rebuild"] and len(arguments) > 1:
        options, folder = arguments[1:-1], os.path.abspath(arguments[-1])
        if options in ([], ["--secrets"]):
            return _rebuild(folder, bool(options))
    if arguments[:1] == ["view"] and len(arguments) == 2:
        from . import pages

        pages.serve(os.path.abspath(arguments[1]), sys.stdin.buffer, sys.stdout.buffer)
        return 0
    if len(arguments) != 1:
        print(USAGE, file=sys.stderr)
        return 2
    from . import jobfile, run

    try:
        job = jobfile.read_job(os.path.abspath(arguments[0]))
    except jobfile.BadJobFile as error:
        print(error, file=sys.stderr)
        return run.BAD_JOB
    return run.main(job)


if __name__ == "__main__":
    # straight out: no thread that still waits may hold the process back
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)
