"""The broker dies at each stage of a run on a cluster, and its disk is full."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.system.place import Place, marked, until
from tests.system.scenes import small_disk
from tests.system.test_crash_points import PHASES

from .cluster import Cluster
from .conftest import TARGET
from .test_runs import COUNT, only

POINTS = [
    *(f"submit:{phase}" for phase in PHASES),
    "copy:after_effect",
    "arm:after_effect",
    "rebuild:after_effect",
    "deliver:after_effect",
]
AT_ONCE = 4


def dies(folder: Path, cluster: Cluster, point: str) -> None:
    """From an empty folder over a crash to the end: one job, and one execution."""
    with Place(folder / point.replace(":", "-")) as place:
        place.configure(TARGET.format(conf=cluster.conf, work=place.work))
        counter = place.folder / "counter"
        place.batch("list", JUPYTERLAB_BATCH_FAIL_POINT=point)
        run = place.submit(place.notebook(COUNT.format(str(counter))))
        log = place.data / "broker.log"
        until(
            lambda: log.read_text().count("listens") > 1 or place.broker is None,
            f"the end of the broker at {point}",
        )
        place.batch("list")
        done = place.ended(run)
        assert done["state"] == "succeeded", f"{point}: {json.dumps(done)}"
        assert counter.read_text() == "once\n", point
        assert [job[1] for job in only(cluster, run)] == [f"{run}.1"], point
        assert not (Path(done["run_folder"]) / "ticket").exists(), point


@pytest.mark.timeout(240)
def test_a_broker_that_dies_at_any_stage(cluster: Cluster, open_folder: Path) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(dies, open_folder, cluster, each) for each in POINTS]:
            done.result()


def test_a_full_work_folder(place: Place, cluster: Cluster) -> None:
    assert cluster
    notebook = place.notebook(
        "print('before')", "for _ in range(400):\n    print('x' * 50_000)"
    )
    with small_disk(place.work, "5m"):
        run = place.json("run", notebook, "--files", "none", "--wait", code=1)["id"]
        done = place.run(run)
        assert (done["state"], done["reason"]) == ("failed", "disk_full"), done
        until(lambda: not marked(run), "no process of the run")
        place.batch("broker", "stop")
