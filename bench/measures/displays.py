"""Whether all of 20,000 displays are in the result."""

from __future__ import annotations

import statistics
import subprocess
from pathlib import Path

from .. import notebooks, peers
from ..figures import Figure, clocked, interleaved
from ..options import Options
from ..place import Place

DISPLAYS = 20_000


def measure(options: Options) -> list[Figure]:
    """Count what each has kept; nobody says that it lost any."""
    execute = peers.programs("nbclient") / "jupyter-execute"
    kept: dict[str, list[int]] = {"ours": [], "nbclient": []}
    with Place() as place:
        notebook = notebooks.showing(place.work / "shows.ipynb", DISPLAYS)
        theirs = notebooks.showing(place.folder / "theirs.ipynb", DISPLAYS)

        def ours() -> None:
            run = place.batch("run", notebook, "--wait")
            output = Path(run["run_folder"]) / "output.ipynb"
            kept["ours"].append(notebooks.outputs(output))

        def nbclient() -> None:
            subprocess.run(
                [execute, "--inplace", theirs],
                env=place.environ,
                check=True,
                stderr=subprocess.DEVNULL,
            )
            kept["nbclient"].append(notebooks.outputs(theirs))

        taken = interleaved(
            options.count(3),
            {"ours": lambda: clocked(ours), "nbclient": lambda: clocked(nbclient)},
        )
    lost = {name: DISPLAYS - min(counts) for name, counts in kept.items()}
    return [
        Figure(f"{DISPLAYS:,} displays, lost by ours", lost["ours"], "", 0),
        Figure(f"{DISPLAYS:,} displays, lost by nbclient", lost["nbclient"], ""),
        *(
            Figure(f"{DISPLAYS:,} displays, {name}", statistics.median(each), "s")
            for name, each in taken.items()
        ),
    ]
