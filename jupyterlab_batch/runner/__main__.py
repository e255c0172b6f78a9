"""``python -m jupyterlab_batch.runner [rebuild] FOLDER``."""

from __future__ import annotations

import os
import sys

USAGE = "usage: python -m jupyterlab_batch.runner [rebuild] RUN_FOLDER"


def _rebuild(folder: str) -> int:
    import json

    from . import fold

    try:
        summary = fold.rebuild(folder)
    except (OSError, ValueError, KeyError) as error:
        print(f"{folder} cannot be rebuilt: {error}", file=sys.stderr)
        return 2
    print(json.dumps(summary))
    return 0


def main(arguments: list[str]) -> int:
    """Dispatch; return the exit code."""
    if len(arguments) == 2 and arguments[0] == "rebuild":
        return _rebuild(os.path.abspath(arguments[1]))
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
