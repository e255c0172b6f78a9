"""What goes to the screen, and what to a program that reads it."""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console

Row = Sequence[str]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# all control but tab, line feed and carriage return, and what starts a colour
_STRAY = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]|\x1b(?!\[[0-9;]*m)"
)


def shown(text: str) -> str:
    """Make a text from outside safe to show in one line.

    A label or value may hold escape sequences that would move the cursor, or say
    something in our name.
    """
    told = text.replace("\n", "\\n").replace("\t", "\\t")
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", told)


def log_text(text: str) -> str:
    """Make a log safe to show: colours stay, all other control goes."""
    told = _ESCAPE.sub(lambda f: f[0] if _COLOUR.fullmatch(f[0]) else "", text)
    return _STRAY.sub("", told)


def _width(text: str) -> int:
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    marks = sum(unicodedata.combining(sign) > 0 for sign in text)
    return len(text) + wide - marks


def _field(error: Mapping[str, Any]) -> str:
    """Name the field of a request that an error is about.

    (An error of a parameter names it in its own words.)
    """
    pointer = error.get("pointer") or ""
    if error.get("parameter") or not pointer.startswith("/"):
        return ""
    return f"{shown(pointer[1:].replace('/', '.'))}: "


def _lenient(stream: TextIO | None) -> TextIO:
    """Have a stream show a sign for a letter that it cannot show, and not fail.

    (One that the shell closed, with ``>&-``, is None: what is said goes nowhere.)
    """
    if stream is None:
        return io.StringIO()
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    return stream


class Terminal:
    """Standard output and standard error of one command.

    Parameters
    ----------
    as_json : bool
        Nothing goes to standard output but one document.
    """

    def __init__(
        self,
        as_json: bool,
        out: TextIO | None = None,
        err: TextIO | None = None,
        stdin: TextIO | None = None,
    ) -> None:
        self.as_json = as_json
        self.out = _lenient(out or sys.stdout)
        self.err = _lenient(err or sys.stderr)
        self.stdin = stdin or sys.stdin or io.StringIO()

    @property
    def live(self) -> bool:
        """Whether a person watches standard output."""
        return not self.as_json and self.out.isatty()

    @property
    def can_ask(self) -> bool:
        """Whether a person can be asked."""
        return self.stdin.isatty() and self.err.isatty()

    def console(self) -> Console:
        """Return rich's console on standard output; NO_COLOR is its business."""
        from rich.console import Console

        return Console(file=self.out, highlight=False, markup=False, emoji=False)

    def document(self, content: Mapping[str, Any]) -> None:
        """Print the one JSON document."""
        # a program gets every letter, whatever the terminal can show
        narrow = (self.out.encoding or "utf-8").lower().replace("-", "") != "utf8"
        json.dump(content, self.out, indent=2, ensure_ascii=narrow)
        self.out.write("\n")
        self.out.flush()

    def line(self, text: str = "") -> None:
        """Print a line for a person."""
        if not self.as_json:
            self.out.write(text + "\n")
            self.out.flush()

    def note(self, text: str) -> None:
        """Print a line that is not the result: on standard error, always."""
        self.err.write(text + "\n")
        self.err.flush()

    def error(self, problem: Mapping[str, Any]) -> None:
        """Tell why not: to a person on standard error, to a program as a document."""
        if self.as_json:
            self.document({"error": problem})
            return
        told = problem["errors"] if problem["code"] != "values_changed" else []
        for error in told or [problem]:
            # several lines are several mistakes: each has a line of its own
            lines = [shown(line) for line in str(error["detail"]).splitlines()]
            detail = "\n       ".join(lines)
            self.err.write(f"error: {_field(error)}{detail}  ({error['code']})\n")
        self.err.flush()

    def ask(self, question: str) -> bool:
        """Ask a person; anything but a yes is a no."""
        self.err.write(f"{question} [y/N] ")
        self.err.flush()
        return self.stdin.readline().strip().lower() in ("y", "yes")

    def table(self, head: Row, rows: Sequence[Row]) -> None:
        """Print columns: dim heads for a person, plain text for a pipe."""
        if self.as_json:
            return
        safe = [[shown(cell) for cell in row] for row in rows]
        if self.live:
            self._rich_table(head, safe)
            return
        widths = [max(map(_width, column)) for column in zip(head, *safe, strict=True)]
        for row in [head, *safe]:
            padded = (
                cell + " " * (width - _width(cell))
                for cell, width in zip(row, widths, strict=True)
            )
            self.line(("  " + "  ".join(padded)).rstrip())

    def _rich_table(self, head: Row, rows: Sequence[Row]) -> None:
        from rich.table import Table
        from rich.text import Text

        table = Table(
            box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0)
        )
        for name in head:
            table.add_column(name, overflow="fold")
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        from rich.padding import Padding

        self.console().print(Padding(table, (0, 0, 0, 2)))

    @contextlib.contextmanager
    def status_line(self) -> Iterator[StatusLine]:
        """Keep one line up to date while a person watches; else print changes."""
        line = StatusLine(self)
        try:
            yield line
        finally:
            line.clear()


class StatusLine:
    """The line that a wait rewrites."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._last = ""
        self._drawn = False

    def draw(self, head: str, share: float | None, tail: str) -> None:
        """Draw ``head ━━━━ tail``; only a new head is printed to a pipe."""
        if self._terminal.live:
            self._draw_live(head, share, tail)
        elif head != self._last:
            self._terminal.line(f"  {shown(head)}")
        self._last = head

    def _draw_live(self, head: str, share: float | None, tail: str) -> None:
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        grid = Table.grid(padding=(0, 2, 0, 0))
        cells: list[Any] = [Text(f"  {shown(head)}")]
        if share is not None:
            cells.append(ProgressBar(total=1.0, completed=share, width=20))
        grid.add_row(*cells, Text(tail))
        console = self._terminal.console()
        with console.capture() as drawn:
            console.print(grid, end="", no_wrap=True, crop=True)
        self.clear()
        self._terminal.out.write(drawn.get().rstrip("\n").split("\n")[0])
        self._terminal.out.flush()
        self._drawn = True

    def clear(self) -> None:
        if self._drawn:
            self._terminal.out.write("\r\x1b[2K")
            self._terminal.out.flush()
            self._drawn = False
