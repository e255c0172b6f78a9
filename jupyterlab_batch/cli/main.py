"""The program ``jupyter batch``."""

from __future__ import annotations

import argparse
import errno
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from . import commands
from .context import Context
from .errors import (
    DETACHED,
    SUCCEEDED,
    UNREACHABLE,
    TerminalError,
    exit_of_problem,
)
from .terminal import Terminal

Command = Callable[[Context], int]


class _Parser(argparse.ArgumentParser):
    """Says what is wrong like every other error does; takes no shortened options.

    (A script that uses one would break when another option gets the same start.)
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **{**more, "allow_abbrev": False})

    def error(self, message: str) -> NoReturn:
        told = f"{message[:1].upper()}{message[1:]}".rstrip(".")
        raise TerminalError(f"{told}. See {self.prog} -h.")


def parser() -> argparse.ArgumentParser:
    """Build the grammar of the command line."""
    # options of every command, before or after its name
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--json", action="store_true", help="print one JSON document and nothing else"
    )
    shared.add_argument("--data", metavar="DIR", help=argparse.SUPPRESS)
    root = _Parser(
        prog="jupyter batch",
        description="Run notebooks as batch jobs, and get back what they made.",
        epilog="IDs may be given by any unique start or end.",
    )
    root.add_argument("--version", action="store_true", help="print the version")
    groups = root.add_subparsers(metavar="COMMAND", dest="command")
    for register in commands.REGISTER:
        register(groups, shared)
    return root


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns
    -------
    int
        0 done or succeeded, 1 the run failed, 2 refused, 3 cancelled, 4 lost,
        5 no broker, or no way to say what there is, 130 detached by Ctrl-C.
    """
    given = list(sys.argv[1:] if argv is None else argv)
    terminal = Terminal("--json" in given)
    try:
        code = _run(given, terminal)
        terminal.out.flush()
        return code
    except KeyboardInterrupt:
        terminal.note("")
        return DETACHED
    except BrokenPipeError:
        # whoever read has enough (`| head`): what is still buffered goes nowhere,
        # or Python would fail on it once more at exit
        _give_up_output()
        return SUCCEEDED
    except Exception as error:
        lost = _lost_output(error)
        if lost is not None:
            _give_up_output()
            terminal.note(f"error: Standard output cannot be written: {lost}.")
            return UNREACHABLE
        problem = _problem_of(error)
        terminal.error(problem)
        return exit_of_problem(problem)


_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)


def _lost_output(error: Exception) -> str | None:
    """Tell why standard output took no more, if that is what went wrong.

    (Only there nothing is named and nobody has made a refusal of it.)
    """
    if not isinstance(error, OSError) or hasattr(error, "problem"):
        return None
    lost = error.filename is None and error.errno in _UNWRITABLE
    return error.strerror if lost else None


def _give_up_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(given: Sequence[str], terminal: Terminal) -> int:
    grammar = parser()
    args = grammar.parse_args(given)
    if args.version:
        from jupyterlab_batch.launcher.program import package_version

        terminal.line(package_version())
        return SUCCEEDED
    if args.command is None:
        grammar.print_help()
        return SUCCEEDED
    command: Command = args.run
    return command(Context(args, terminal))


def _problem_of(error: Exception) -> Mapping[str, Any]:
    """Tell any failure as a Problem; one that is not ours is a defect."""
    told = getattr(error, "problem", None)
    if callable(told):
        problem: Mapping[str, Any] = told()
        return problem
    traceback.print_exception(error)
    detail = (
        f"A defect of jupyterlab-batch ({type(error).__name__}: {error}). "
        "Please report it with the lines above."
    )
    return TerminalError(detail, "internal").problem()
