"""Layer ``admin``: what the site forces; the broker read it and checks it again."""

from __future__ import annotations

from collections.abc import Iterator

from ..base import Finding, Place
from ..formats import Scalar


class Pins(Place):
    """``[pins.PREFIX]`` of the site's configuration.

    A pin for a name that this notebook has not is none of its business: several
    notebooks share a prefix.
    """

    layer = "admin"

    def findings(self) -> Iterator[Finding]:
        """Yield the pins of the notebook's names."""
        known = self.request.declarations
        for pin in self.request.inspection["pins"]:
            if pin["name"] in known:
                node = Scalar(pin["text"], 0)
                yield Finding(pin["name"], node, self.layer, pin["origin"])
