"""A job that was cancelled at the cluster while no broker looked, and is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.system.place import Place, end

from .cluster import Cluster, until
from .conftest import TARGET
from .test_runs import COUNT, only

pytestmark = pytest.mark.timeout(180)


class Scene:
    """A cluster without accounting, that forgets at once, and one run there."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.cluster = stack.enter_context(Cluster(folder, nodes=1, min_job_age=2))
        self.place = place = stack.enter_context(Place(folder / "place"))
        place.configure(TARGET.format(conf=self.cluster.conf, work=place.work))
        self.counter = place.folder / "counter"
        self.run = ""

    def cancelled_unseen(self, *, restart: bool) -> Scene:
        """Submit, end the broker, cancel the job there, and bring the broker back."""
        place, cluster = self.place, self.cluster
        cluster.ask("scontrol", "update", "PartitionName=main", "State=DOWN")
        run = self.run = place.submit(place.notebook(COUNT.format(str(self.counter))))
        until(lambda: place.run(run)["native_id"], "its job")
        job, broker = place.run(run)["native_id"], place.broker
        assert broker is not None
        end(broker)
        cluster.ask("scancel", job)
        until(lambda: not only(cluster, run), "that the job is forgotten", 90)
        if restart:
            cluster.stop("slurmctld")
            cluster.start("slurmctld")
            until(lambda: cluster.idle() == 1, "the node")
        place.batch("list")
        until(
            lambda: place.run(run)["ended_at"] or place.run(run)["attempt"] == 2,
            "what is made of it",
            60,
        )
        return self


@pytest.fixture(scope="module")
def scenes(open_folder: Path) -> Iterator[dict[bool, Future[Scene]]]:
    """Give what happens, by whether the controller was started again: both at once."""
    with ExitStack() as stack, ThreadPoolExecutor(2) as pool:
        made = {
            again: Scene(open_folder / f"forgets-{again}", stack)
            for again in (False, True)
        }
        yield {
            again: pool.submit(scene.cancelled_unseen, restart=again)
            for again, scene in made.items()
        }


def test_it_ends_and_is_not_begun_again(scenes: dict[bool, Future[Scene]]) -> None:
    scene = scenes[False].result()
    done = scene.place.ended(scene.run)
    assert (done["state"], done["reason"], done["attempt"]) == (
        "failed", "ended_unseen", 1,
    )  # fmt: skip
    assert "it was cancelled there, or failed as it began" in done["message"]
    assert not only(scene.cluster, scene.run)
    assert not scene.counter.exists()


def test_what_may_have_been_lost_is_begun_again_and_told(
    scenes: dict[bool, Future[Scene]],
) -> None:
    """A controller that was started since cannot say which of the two it was."""
    scene = scenes[True].result()
    told = " ".join(scene.place.batch("show", scene.run, "--history").stdout.split())
    assert "attempt 1 ended before it had its permit, and is submitted again" in told
    assert "lost, or cancelled there meanwhile" in told
    scene.cluster.ask("scontrol", "update", "PartitionName=main", "State=UP")
    assert scene.place.ended(scene.run)["state"] == "succeeded"
    assert scene.counter.read_text() == "once\n"
