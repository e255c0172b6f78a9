"""What a run made, for a user whose project is not where it was any more."""

from __future__ import annotations

import shutil

import nbformat

from .place import Place, until
from .scenes import WAIT


def test_a_result_that_cannot_be_delivered_is_fetched(place: Place) -> None:
    gate = place.folder / "gate"
    notebook = place.notebook(
        "print('before')", WAIT.format(str(gate)), "print('after', 41 + 1)\n'é'"
    )
    run = place.submit(notebook)
    short = run[-8:]
    until(lambda: "before" in place.events(run), "the first cell's output")
    early = place.batch("fetch", short, code=2)
    assert "still going on" in early.stderr
    assert "before" in place.batch("logs", short).stdout

    moved = place.folder / "moved"
    place.project.rename(moved)
    gate.touch()
    done = place.ended(run)
    assert (done["state"], done["output"]) == ("succeeded", None), done
    assert "jupyter batch fetch" in done["message"]

    place.project = moved
    assert "output.ipynb" in place.batch("show", short).stdout
    place.batch("fetch", short)
    folder = moved / f"wave-{short}"
    assert (folder / "record.json").is_file()
    executed = nbformat.read(folder / "wave.ipynb", as_version=4)
    assert executed.cells[-1].outputs[0].text == "after 42\n"

    log = place.batch("logs", short, "-f").stdout
    for words in ("── cell 1 ──\nbefore\n", "── cell 3 ──\nafter 42\n'é'\n"):
        assert words in log

    refused = place.batch("rerun", short, code=2)
    assert "waves is not there any more" in refused.stderr
    assert "--files none" in refused.stderr
    again = place.json("rerun", short, "--files", "none", "--wait")
    assert again["state"] == "succeeded"

    shutil.rmtree(done["run_folder"])
    gone = place.batch("fetch", short, "--force", code=2)
    assert "is gone" in gone.stderr


def test_a_traceback_is_in_the_log(place: Place) -> None:
    done = place.json("run", place.notebook("1 / 0"), "--wait", code=1)
    log = place.batch("logs", done["id"]).stdout
    assert "ZeroDivisionError: division by zero" in log
