"""The golden table of the chain. Run it through any entry::

    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
    def test_rest(row: Row, tmp_path: Path) -> None:
        layout = lay_out(row, tmp_path)
        check(row, ask_the_server(layout))

An entry that inspects the notebook itself takes ``layout.notebook`` and the rows
with ``row.inspected``; one that has no broker takes ``layout.inspection()``. Pins of
a row belong into the site's configuration; an entry that cannot set one leaves rows
with ``row.pins`` out.
"""

from __future__ import annotations

from . import golden_precedence, golden_types
from .layout import Entry, Layout, Row, check, lay_out

ROWS: tuple[Row, ...] = (*golden_precedence.ROWS, *golden_types.ROWS)

__all__ = ["ROWS", "Entry", "Layout", "Row", "check", "lay_out"]
