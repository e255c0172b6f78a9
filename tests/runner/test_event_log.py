"""`events.jsonl`: whole lines, no more than are needed, whatever the disk says."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest

from jupyterlab_batch.runner import events
from jupyterlab_batch.runner.events import DiskFull

from .test_outputs import lines, log_of


def test_pieces_of_a_stream_are_one_event(tmp_path: Any) -> None:
    log = log_of(tmp_path)
    for word in ("a", "b", "c"):
        log.stream(0, "stdout", word)
    log.stream(0, "stderr", "d")
    log.stream(0, "stdout", "e")
    log.close()
    assert [(e["name"], e["text"]) for e in lines(tmp_path)] == [
        ("stdout", "abc"),
        ("stderr", "d"),
        ("stdout", "e"),
    ]


def test_what_is_cleared_before_it_was_written_is_not_written(tmp_path: Any) -> None:
    log = log_of(tmp_path)
    log.stream(0, "stdout", "x" * 1000)
    log.stream(1, "stdout", "other cell")
    log.clear(0)
    log.stream(0, "stdout", "last")
    log.close()
    assert [e.get("text") for e in lines(tmp_path)] == ["other cell", None, "last"]
    assert [e["seq"] for e in lines(tmp_path)] == [1, 2, 3]


def test_nan_and_broken_text_are_still_json(tmp_path: Any) -> None:
    log = log_of(tmp_path)
    log.append("warning", code="x", message="\ud800", cell=float("nan"))
    log.close()
    assert lines(tmp_path)[0]["cell"] is None


def test_an_older_log_is_kept(tmp_path: Any) -> None:
    (tmp_path / "events.jsonl").write_text("old\n")
    log_of(tmp_path).close()
    kept = [path for path in tmp_path.iterdir() if path.name != "events.jsonl"]
    assert [path.read_text() for path in kept] == ["old\n"]


def test_a_full_disk_keeps_whole_lines_and_the_last_words(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = log_of(tmp_path)
    log.stream(0, "stdout", "kept")
    log.flush()
    real = os.write

    def torn(fd: int, chunk: bytes) -> int:
        if len(chunk) > 500:
            real(fd, chunk[:20])
            raise OSError(28, "No space left on device")
        return real(fd, chunk)

    monkeypatch.setattr(os, "write", torn)
    log.stream(0, "stdout", "x" * 5000)
    with pytest.raises(DiskFull):
        log.flush()
    log.stream(0, "stdout", "not any more")
    log.append("run_ended", outcome="failed")
    log.close()
    assert [e["op"] for e in lines(tmp_path)] == ["stream", "run_ended"]
    assert [e["seq"] for e in lines(tmp_path)] == [1, 2]


def test_last_words_that_met_a_full_disk_are_written_when_there_is_room(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = log_of(tmp_path)
    real, full = os.write, [True]

    def once(fd: int, chunk: bytes) -> int:
        if full.pop() if full else False:
            raise OSError(28, "No space left on device")
        return real(fd, chunk)

    monkeypatch.setattr(os, "write", once)
    log.stream(0, "stdout", "lost")
    log.append("run_ended", outcome="failed")
    log.close()
    (said,) = lines(tmp_path)
    assert (said["seq"], said["op"]) == (1, "run_ended") and said["at"]


@pytest.mark.parametrize("size", [100, 5000])
@pytest.mark.parametrize("way", ["update", "clear"])
def test_a_plot_that_is_redrawn_all_night_fills_no_disk(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, way: str, size: int
) -> None:
    monkeypatch.setattr(events, "_REDRAWS", 20_000)
    monkeypatch.setattr(events, "_FLUSH_BYTES", 2_000)
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    log = log_of(tmp_path)

    def draw(picture: str) -> None:
        data = {"data": {"text/plain": picture}, "metadata": {}}
        if way == "update":
            log.update_display("plot", data, len(picture))
        else:
            log.clear(0)
            log.output(0, {"output_type": "display_data", **data}, len(picture))

    for number in range(20_000):
        now[0] += 0.1
        draw(f"{number} ".ljust(size, "x"))
        due = log.due()
        if due is not None and now[0] >= due:
            log.flush()
    log.append("cell_ended", cell=0)
    log.close()
    written = lines(tmp_path)
    assert (tmp_path / "events.jsonl").stat().st_size < 300_000
    drawn = [one for one in written if one["op"] in ("update_display", "output")]
    last = drawn[-1]["data"] if way == "update" else drawn[-1]["output"]["data"]
    assert last["text/plain"].startswith("19999 "), "the last one is there"
    # at first as live as ever
    assert len([one for one in drawn if one["at"]][:10]) == 10
