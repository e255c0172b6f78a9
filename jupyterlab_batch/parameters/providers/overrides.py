"""Layer ``override``: what the user gave in the dialog or with ``-p``."""

from __future__ import annotations

from collections.abc import Iterator

from ..base import Finding, Place
from ..formats import Scalar
from ..spelling import did_you_mean


class Overrides(Place):
    """The user's own texts for this run."""

    layer = "override"

    def findings(self) -> Iterator[Finding]:
        """Yield what the user gave."""
        known = self.request.declarations
        origin = self.request.override_origin
        for name, text in self.request.overrides.items():
            if name in known:
                yield Finding(name, Scalar(text, 0), self.layer, origin)
            else:
                self._unknown(name)
        for name in (*self.request.types, *self.request.ticked):
            if name not in known and name not in self.request.overrides:
                self._unknown(name)

    def where(self) -> str | None:
        """Say where the user gave them."""
        return self.request.override_origin

    def _unknown(self, name: str) -> None:
        self.report(
            "unknown_parameter",
            f"The notebook has no parameter {name}."
            + did_you_mean(name, self.request.declarations),
            parameter=name,
            origin=self.request.override_origin,
        )
