"""Layer ``notebook``: the defaults that the notebook itself has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..base import Finding, Place
from ..formats import Scalar

if TYPE_CHECKING:
    from ..._generated.wire import Declaration


class Notebook(Place):
    """The bottom of the chain. A default never declares a suggested name."""

    layer = "notebook"

    def findings(self) -> Iterator[Finding]:
        """Yield the literal defaults; an expression is not a value."""
        for name, declaration in self.request.declarations.items():
            default = declaration["default"]
            if default is not None:
                node = Scalar(default["text"], 0)
                origin = origin_in(declaration)
                yield Finding(name, node, self.layer, origin, declares=False)

    def where(self) -> str | None:
        """Say that the notebook itself is looked at."""
        notebook = self.request.notebook
        return "the notebook" if notebook is None else notebook.name


def origin_in(declaration: Declaration) -> str:
    """Name the cell, counted from 1 as people do."""
    cell = declaration["cell"]
    return "metadata" if cell is None else f"cell {cell + 1}"
