"""The target `local` from the terminal: queue, limit, cancel, adoption, and after."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

from .place import Place, alive, end, marked, texts, until
from .scenes import WAIT


def gate(place: Place, name: str = "gate") -> tuple[Path, str]:
    """Give a file, and the code of a cell that waits for it."""
    path = place.folder / name
    return path, WAIT.format(str(path))


def test_a_run_goes_on_while_its_broker_is_killed(place: Place) -> None:
    open_gate, wait = gate(place)
    notebook = place.notebook("print('before')", wait, "print('after')")
    run = place.submit(notebook)
    until(lambda: "before" in place.events(run), "the first cell's output")
    runner, broker = place.runner(run), place.broker
    assert runner is not None and broker is not None
    end(broker)
    # nobody asks for it: the runner brings it back and is found again
    until(lambda: place.broker not in (None, broker), "another broker")
    assert place.state(run, "running")["progress"]["cell"] == 2
    assert place.runner(run) == runner
    open_gate.touch()
    done = place.ended(run)
    assert done["state"] == "succeeded"
    assert "before" in texts(done["output"]) and "after" in texts(done["output"])
    until(lambda: not alive(runner), "the end of the runner")


def test_a_queue_has_a_cap_and_positions(short_folder: Path) -> None:
    with Place(short_folder / "p", slots=1) as place:
        open_gate, wait = gate(place)
        notebook = place.notebook(wait, "print('done')")
        runs = [place.submit(notebook, "--label", f"n{n}") for n in range(4)]
        place.state(runs[0], "running")
        for run in runs[1:]:
            place.state(run, "queued")
        seen = {run: place.run(run)["position"] for run in runs}
        assert list(seen.values()) == [None, 1, 2, 3]
        assert sum(place.runner(run) is not None for run in runs) == 1
        target = place.json("targets")["targets"][0]
        assert target["name"] == "local"
        # one in the middle leaves the queue; the others move up
        assert place.json("cancel", runs[2])["runs"][0]["id"] == runs[2]
        assert place.ended(runs[2])["state"] == "cancelled"
        assert [place.run(run)["position"] for run in (runs[1], runs[3])] == [1, 2]
        open_gate.touch()
        ends = [place.ended(run) for run in (runs[0], runs[1], runs[3])]
        assert [run["state"] for run in ends] == ["succeeded"] * 3
        for before, after in pairwise(ends):
            assert before["ended_at"] <= after["started_at"], "one at a time"
        shown = place.json("list")["runs"]
        assert [run["label"] for run in shown] == ["n3", "n2", "n1", "n0"]


def test_a_run_ends_at_its_time_limit(place: Place) -> None:
    notebook = place.notebook("print('before')", "import time\ntime.sleep(600)")
    done = place.json("run", notebook, "--time-limit", "3s", "--wait", code=1)
    assert (done["state"], done["reason"]) == ("failed", "timeout")
    message = place.run(done["id"])["message"]
    assert "cell 2 of 2" in message, message
    assert "before" in texts(done["output"])
    refused = place.batch("run", notebook, "--time-limit", "2h", code=2)
    assert "1 h" in refused.stderr or "1h" in refused.stderr or "3600" in refused.stderr


@pytest.mark.parametrize("state", ["staged", "queued", "running"])
def test_cancel(short_folder: Path, state: str) -> None:
    with Place(short_folder / "p", slots=1) as place:
        _, wait = gate(place)
        if state == "queued":
            first = place.submit(place.notebook(wait, name="first.ipynb"))
            place.state(first, "running")
        if state == "staged":
            big_files(place)
        run = place.submit(place.notebook("print('before')", wait))
        place.state(run, state)
        if state == "running":
            until(lambda: "before" in place.events(run), "the first cell")
        told = place.json("cancel", run)["runs"]
        assert [one["id"] for one in told] == [run]
        done = place.ended(run)
        assert (done["state"], done["reason"]) == ("cancelled", "user")
        if state == "running":
            assert "before" in texts(done["output"])
        else:
            assert done["started_at"] is None and done["output"] is None
        until(lambda: not marked(run), "no process of the run")
        # again is no error, and changes nothing
        place.batch("cancel", run)
        assert place.run(run)["state"] == "cancelled"


def test_cancel_shows_in_the_exit_code_of_who_waits(place: Place) -> None:
    _, wait = gate(place)
    notebook = place.notebook("print('before')", wait)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(
            place.batch, "run", notebook, "--wait", "--json", code=None
        )
        run = until(lambda: (place.ask("/v1/runs") or {}).get("runs"), "the run")[0]
        until(lambda: "before" in place.events(run["id"]), "the first cell")
        place.batch("cancel", run["id"][-8:])
        done = waiting.result()
    assert done.returncode == 3
    assert json.loads(done.stdout)["state"] == "cancelled"


def test_again_with_changes_and_then_away(place: Place) -> None:
    notebook = place.notebook(
        "AMP = 3.0\nXc = 250.0", "print('amplitude', AMP, Xc)",
        "open('surface.txt', 'w').write(str(AMP))",
    )  # fmt: skip
    first = place.json("run", notebook, "-p", "AMP=4", "--wait")
    assert "amplitude 4.0 250.0" in texts(first["output"])
    fetched = place.json("fetch", first["id"])["files"]
    assert any(file["path"].endswith("surface.txt") for file in fetched), fetched
    assert list(place.project.rglob("surface.txt")), "fetched files are in the project"
    # the notebook changes meanwhile; a re-run takes what was frozen
    place.notebook("AMP = 1.0\nXc = 1.0", "print('other')")
    again = place.json("rerun", first["id"], "-p", "AMP=5.5", "--wait")
    assert again["id"] != first["id"]
    assert "amplitude 5.5 250.0" in texts(again["output"])
    assert again["output"] != first["output"] and Path(first["output"]).exists()
    wrong = place.batch("rerun", first["id"], "-p", "AMP=wide", code=2)
    assert "AMP" in wrong.stderr
    missing = place.batch("rerun", first["id"], "-p", "AMQ=1", code=2)
    assert "AMP" in missing.stderr, "did you mean"

    assert place.json("delete", first["id"], "--yes")["runs"][0]["id"] == first["id"]
    until(lambda: not Path(first["run_folder"]).exists(), "the end of the folder")
    assert Path(first["output"]).exists(), "what was delivered stays"
    place.batch("show", first["id"], code=2)
    until(lambda: len(place.json("list")["runs"]) == 1, "one run less")

    assert place.json("prune", "--older-than", "30d", "--yes")["runs"] == []
    prune = ("prune", "--older-than", "1s", "--yes")
    pruned = until(lambda: place.json(*prune)["runs"], "a second after its end")
    assert [run["id"] for run in pruned] == [again["id"]]
    until(lambda: place.json("list")["runs"] == [], "an empty list")


def test_again_with_more_time_and_results_elsewhere(place: Place) -> None:
    notebook = place.notebook("print('once more')")
    first = place.json("run", notebook, "--time-limit", "10m", "--wait")
    results = place.project.parent / "results"
    results.mkdir()
    options = ("--deliver-to", results, "--time-limit", "45m")
    again = place.json("rerun", first["id"], *options, "--wait")
    assert Path(again["output"]).is_relative_to(results)
    job = json.loads(Path(again["run_folder"], "job.json").read_text())
    assert job["time_limit"] == 45 * 60
    # both are kept by the next
    third = place.json("rerun", again["id"], "--wait")
    assert Path(third["output"]).is_relative_to(results)
    wrong = place.batch("rerun", first["id"], "--time-limit", "1000d", code=2)
    assert "at most" in wrong.stderr


def big_files(place: Place) -> None:
    """Put 1 GiB in eight files into the project."""
    for number in range(8):
        path = place.project / f"data{number}.bin"
        with open(path, "wb") as file:
            file.truncate(128 << 20)
            file.seek(64 << 20)
            file.write(b"in the middle")


def test_a_submit_answers_while_a_gigabyte_is_copied_behind_it(place: Place) -> None:
    big_files(place)
    notebook = place.notebook(
        "import os",
        "print(sum(os.path.getsize(f'data{n}.bin') for n in range(8)))",
        "f = open('data7.bin', 'rb'); f.seek(64 << 20); print(f.read(13))",
    )
    place.batch("list")  # a broker runs
    accepted = place.json("run", notebook)
    assert accepted["state"] == "staged", "the copy was waited for"
    run = accepted["id"]
    while place.run(run)["state"] == "staged":
        started = time.monotonic()
        assert place.ask("/v1/health") is not None
        assert time.monotonic() - started < 1, "the broker answers meanwhile"
        time.sleep(0.02)
    done = place.ended(run)
    assert done["state"] == "succeeded", done
    said = texts(done["output"])
    assert str(1 << 30) in said and "in the middle" in said


def test_a_notebook_that_asks_by_hand_gets_the_values_of_its_run(place: Place) -> None:
    code = (
        "from jupyterlab_batch.job import params\n"
        'p = params("WAVE", AMP=3.0, STEPS=1, NAME="x")  # no metadata, no tags\n'
        "print(p.AMP, p.STEPS, p.NAME, p.origins)"
    )
    notebook = place.notebook(code)
    (place.project / "wave.yaml").write_text("STEPS: 5\n")
    done = place.json("run", notebook, "-p", "AMP=4", "--wait", WAVE_NAME="it's")
    assert done["state"] == "succeeded"
    assert [(p["name"], p["text"], p["layer"]) for p in done["parameters"]] == [
        ("AMP", "4.0", "override"),
        ("STEPS", "5", "local_file"),
        ("NAME", "it's", "environment"),
    ]
    said = texts(done["output"])
    assert "4.0 5 it's {'AMP': 'override (-p)'" in said, said
    (cell,) = nbformat.read(done["output"], as_version=4).cells
    assert cell.source == code, "nothing is to be changed for it"
