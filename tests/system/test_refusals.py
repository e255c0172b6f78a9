"""What is refused in the terminal before anything is made."""

from __future__ import annotations

from typing import Any

from .place import Place


def metadata(**section: Any) -> dict[str, Any]:
    return {"jupyterlab_batch": section}


def test_what_no_run_could_do_makes_no_run(place: Place) -> None:
    parameters = [{"name": "class", "type": "float"}]
    named = place.notebook("print(1)", **metadata(parameters=parameters))
    done = place.batch("run", named, "-p", "class=3", code=2)
    assert '"class" cannot be set' in done.stderr
    assert "(invalid_parameter_name)" in done.stderr

    outputs = [{"glob": "/etc/passwd"}, {"glob": "ok*"}, {"glob": "../../x"}]
    placed = place.notebook("print(1)", name="o.ipynb", **metadata(outputs=outputs))
    done = place.batch("run", placed, code=2)
    told = [line for line in done.stderr.splitlines() if "(impossible_output)" in line]
    assert ["/etc/passwd" in told[0], "../../x" in told[1]] == [True, True]
    assert place.json("list")["runs"] == []


def test_words_that_fit_nothing_are_refused(place: Place) -> None:
    assert (
        '"foo" is not a state' in place.batch("list", "--state", "foo", code=2).stderr
    )
    limit = place.batch("list", "--limit", "0", code=2)
    assert limit.stderr.startswith("error: limit: ")
    label = place.batch("run", place.notebook("1"), "--label", "x" * 5000, code=2)
    assert label.stderr.startswith("error: label: ")
    run = place.json("run", place.notebook("1"), "--wait")["id"]
    again = place.batch("rerun", run, "-p", "X=1", code=2)
    assert "It has none at all." in again.stderr
    assert len(place.json("list")["runs"]) == 1
