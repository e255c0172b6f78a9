"""The whole path of one run, with real processes."""

from __future__ import annotations

from .harness import code, run_of, text


def test_a_notebook_is_executed_and_released_after_the_fold() -> None:
    with run_of(
        text("# Wave\n"), "print('hello'); 1 + 1", code("  "), "# sum\nx = 3"
    ) as run:
        made = run.go()
        assert run.process is not None and run.process.returncode == 0, run.log()
        stream, result = made.cells[1].outputs
        assert (stream.text, result.data["text/plain"]) == ("hello\n", "2")
        assert made.cells[1].execution_count == 1
        assert made.metadata.language_info.name == "python"
        started = run.events("cell_started")
        assert [(e["number"], e["title"]) for e in started] == [(1, "Wave"), (2, "sum")]
        events = run.events()
        assert [e["seq"] for e in events] == list(range(1, len(events) + 1))
        assert events[-1]["op"] == "run_ended"
        assert events[-1]["outcome"] == "succeeded"
        assert run.broker.asked[-1][1] == {"outcome": "succeeded", "exit_code": 0}
        assert run.broker.count("/v1/release") == 2, "asked again until closed"
        assert run.broker.seen_at_release is not None, "the fold comes first"
        summary = run.summary()
        assert (summary["cells"], summary["done"]) == (2, 2)
        assert run.rebuild() == summary
