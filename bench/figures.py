"""A figure, its bar from DESIGN §14, and whether it is met."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of the report.

    Attributes
    ----------
    bar : float or None
        The value must not be above it; None: told for comparison.
    floor : float or None
        The value must not be below it.
    note : str
        What it was measured against, or what has to be known to read it.
    """

    what: str
    value: float
    unit: str
    bar: float | None = None
    note: str = ""
    floor: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the bar is met; None where there is none."""
        if self.floor is not None:
            return self.value >= self.floor
        return None if self.bar is None else self.value <= self.bar

    def __str__(self) -> str:
        told = f"{self.what:<58}{number(self.value):>10} {self.unit:<5}"
        verdict = "met" if self.met else "MISSED"
        if self.floor is not None:
            told += f" bar ≥ {number(self.floor)}: {verdict}"
        elif self.bar is not None:
            told += f" bar ≤ {number(self.bar)}: {verdict}"
        return f"{told}  ({self.note})" if self.note else told.rstrip()


def number(value: float) -> str:
    """Write a value with three significant digits, or as the count that it is."""
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def quantile(samples: Sequence[float], part: float) -> float:
    """Return the sample below which `part` of them lie (nearest rank)."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def clocked(work: Callable[[], object]) -> float:
    """Return the seconds that `work` takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def interleaved(
    count: int, contenders: Mapping[str, Callable[[], float]]
) -> dict[str, list[float]]:
    """Let the contenders measure themselves in turn: A B A B.

    What else the machine does then falls on all of them alike.
    """
    samples: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(count):
        for name, measure in contenders.items():
            samples[name].append(measure())
    return samples


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the pairwise ratios, each from the same moments."""
    return statistics.median(
        mine / other for mine, other in zip(ours, theirs, strict=True)
    )


def blocks(who: str, probe: Mapping[str, float], bar: float | None = None) -> Figure:
    """Tell the longest time for which a loop did nothing else."""
    note = f"{number(probe['cpu'])} ms of it its own CPU time"
    return Figure(f"longest loop block, {who}", probe["wall"], "ms", bar, note)
