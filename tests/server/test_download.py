"""What a run has written, as a file to save."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

import nbformat
import pytest

from jupyterlab_batch.server.handlers.download import FileGone, open_inside
from tests.contract import check_problem, check_reply
from tests.orders import order, wanted

from .conftest import Call, ended

CELL = """
import os
with open("data é.bin", "wb") as file:
    file.write(bytes(range(256)) * 8192)
os.symlink("/etc/passwd", "link.txt")
os.mkfifo("pipe")
"""


async def made(call: Call, root: Path, cell: str) -> dict[str, Any]:
    (root / "jupyterlab-batch.toml").touch()
    content = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    content.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(content, root / "make.ipynb")
    request = wanted("make.ipynb")
    _, prepared = await call("POST", "prepare", body=request)
    _, run = await call("POST", "submit", body=order(request, prepared))
    detail = await ended(call, run["id"])
    assert detail["run"]["state"] == "succeeded", detail
    return detail


async def test_what_a_run_wrote_is_saved_byte_for_byte(
    call: Call, jp_root_dir: Path, jp_fetch: Any
) -> None:
    detail = await made(call, jp_root_dir, CELL)
    run = detail["run"]
    names = [entry["path"] for entry in detail["files"]]
    assert names == ["data é.bin"]
    route = ("jupyterlab-batch", "runs", run["id"], "file")
    reply = await jp_fetch(*route, params={"path": "data é.bin"})
    assert reply.body == bytes(range(256)) * 8192
    assert reply.headers["Content-Type"] == "application/octet-stream"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    place = reply.headers["Content-Disposition"]
    assert place == "attachment; filename*=UTF-8''data%20%C3%A9.bin"

    paper = await jp_fetch(*route, params={"path": "record.json", "of": "run"})
    status, record = await call("GET", "v1", "runs", run["id"], "record")
    assert status == 200
    assert check_reply("record", record) == json.loads(paper.body)
    status, source = await call("GET", "v1", "runs", run["id"], "source")
    assert status == 200
    check_reply("source", source)
    assert "os.mkfifo" in "".join(source["cells"][0]["source"])

    for query in [
        {"path": "link.txt"},
        {"path": "pipe"},
        {"path": "../job.json"},
        {"path": "/etc/passwd"},
        {"path": ""},
        {"path": "job.json", "of": "run"},
        {"path": "../record.json", "of": "run"},
        {"path": "data é.bin", "of": "elsewhere"},
    ]:
        status, problem = await call("GET", "runs", run["id"], "file", params=query)
        assert status == 404, query
        check_problem(problem, "not_found")
    status, problem = await call("GET", "runs", "00000000", "file", params=query)
    assert status == 404


async def test_there_is_no_record_before_the_end(call: Call, jp_root_dir: Path) -> None:
    gate = jp_root_dir / "gate"
    os.mkfifo(gate)
    (jp_root_dir / "jupyterlab-batch.toml").touch()
    cell = nbformat.v4.new_code_cell(f"open({str(gate)!r}).read()")
    content = nbformat.v4.new_notebook(cells=[cell])
    content.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(content, jp_root_dir / "make.ipynb")
    request = wanted("make.ipynb", files_mode="none")
    _, prepared = await call("POST", "prepare", body=request)
    _, run = await call("POST", "submit", body=order(request, prepared))
    status, problem = await call("GET", "v1", "runs", run["id"], "record")
    assert status == 404
    assert "when the run has ended" in problem["detail"]
    await call("POST", "v1", "runs", run["id"], "cancel")
    await ended(call, run["id"])


@pytest.mark.parametrize("name", ["link", "folder", "pipe", "socket", "../out", "a\0b"])
def test_only_regular_files_inside_are_opened(short_folder: Path, name: str) -> None:
    inside = short_folder / "in"
    (inside / "folder").mkdir(parents=True)
    (short_folder / "out").write_text("outside")
    (inside / "link").symlink_to(short_folder / "out")
    os.mkfifo(inside / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(inside / "socket"))
        with pytest.raises(FileGone):
            open_inside(inside, name)
