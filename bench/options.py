"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """What the command line says.

    Attributes
    ----------
    share
        The part of the full number of samples that is taken.
    """

    share: float = 1.0

    def count(self, full: int) -> int:
        """Return how many samples to take where `full` would be all."""
        return max(3, round(full * self.share))
