"""Pages of the list with 100,000 runs stored."""

from __future__ import annotations

import statistics
from urllib.parse import urlencode

from ..figures import Figure, clocked, interleaved, quantile
from ..options import Options
from ..place import Place

BAR = 10.0
BARE = "for comparison: a call that reads two counters"
OLDEST = "51"
"""Cursor of the last page: the rows are numbered from 1."""
TIME = {"after": "2025-12-01T00:00:00Z", "before": "2025-12-08T00:00:00Z"}
"""A week, a while before the last of the stored runs: 10,080 of them."""


def measure(options: Options) -> list[Figure]:
    """Ask the broker for pages, over its socket, as the Jupyter server does."""
    count = 100_000
    with Place(runs=count) as place:
        broker = place.broker
        some = broker.request("GET", "/v1/runs?limit=1")["runs"][0]
        queries: dict[str, dict[str, str]] = {
            "first": {},
            "last": {"cursor": OLDEST},
            "filter: state, last page": {"state": "failed", "cursor": "300"},
            "filter: notebook and state": {
                "notebook": some["notebook"],
                "state": "failed",
            },
            "filter: label, no such state": {"label": "series 3", "state": "lost"},
            "search: in every run": {"q": "funwave"},
            "search: in one run": {"q": some["id"][3:]},
            "search: two words, last page": {"q": "amp=9.760 swell", "cursor": "9999"},
            "search: in no run": {"q": "nowhere to be found"},
            "filter: time": TIME,
            "filter: time and state": {**TIME, "state": "failed"},
        }
        folded: dict[str, dict[str, str]] = {
            "folded by notebook": {},
            "folded by notebook, filter: state": {"state": "failed"},
            "folded by notebook, filter: time": TIME,
        }
        paths = {
            name: f"/v1/{route}?" + urlencode({"limit": "50", **query})
            for route, asked in (("runs", queries), ("notebooks", folded))
            for name, query in asked.items()
        }

        def page(path: str) -> float:
            return clocked(lambda: broker.request("GET", path)) * 1000

        contenders = {
            name: lambda path=path: page(path) for name, path in paths.items()
        }
        samples = interleaved(
            options.count(50),
            {BARE: lambda: page("/v1/health"), **contenders},
        )
    return [
        Figure(
            name if name == BARE else f"list at {count:,}, {name}",
            statistics.median(taken),
            "ms",
            None if name == BARE else BAR,
            f"p50; p95 {quantile(taken, 0.95):.1f}",
        )
        for name, taken in samples.items()
    ]
