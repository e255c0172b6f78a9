"""Files of a run, to be saved: what its cells wrote, and what the run is made of."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyter_server.auth.decorator import authorized
from tornado import web
from tornado.iostream import StreamClosedError

from jupyterlab_batch.submission import SubmissionError

from .base import BatchHandler

#: of the run folder itself
PAPERS = re.compile(
    r"input\.ipynb|output\.ipynb|runner\.log|record\.json|events\.jsonl|spill-\d+\.txt"
)
CHUNK = 1 << 20


class FileGone(SubmissionError):
    """There is no such file of this run."""

    code = "not_found"


def open_inside(folder: Path, path: str) -> tuple[int, int]:
    """Open a regular file below a folder; no link leads out of it.

    Returns
    -------
    tuple
        Descriptor and size in bytes.
    """
    gone = f"{path} is no file of this run, or not there any more."
    try:
        real = (folder / path).resolve(strict=True)
        # a FIFO would wait for a writer for ever
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        if not real.is_relative_to(folder.resolve()):
            raise FileGone(gone)
        descriptor = os.open(real, flags)
    except (OSError, ValueError) as error:
        raise FileGone(gone) from error
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise FileGone(gone)
    return descriptor, found.st_size


class DownloadHandler(BatchHandler):
    """One file as an attachment, in pieces."""

    @web.authenticated
    @authorized
    async def get(self, run: str) -> None:
        path = self.get_query_argument("path", "")
        folder = await self._folder(run, path, self.get_query_argument("of", "files"))
        descriptor, size = await self.broker.run(lambda: open_inside(folder, path))
        try:
            # Never shown in the page's origin: a run may have written anything.
            name = quote(path.rpartition("/")[2])
            self.set_header("Content-Type", "application/octet-stream")
            self.set_header(
                "Content-Disposition", f"attachment; filename*=UTF-8''{name}"
            )
            self.set_header("Content-Length", str(size))
            left = size
            while left > 0:
                wanted = min(CHUNK, left)
                piece = await self.broker.run(lambda n=wanted: os.read(descriptor, n))  # type: ignore[misc]
                if not piece:
                    break  # it became shorter: the browser sees that bytes are missing
                left -= len(piece)
                self.write(piece)
                await self.flush()
        except StreamClosedError:
            return
        finally:
            os.close(descriptor)

    async def _folder(self, run: str, path: str, of: str) -> Path:
        """Say below which folder a file is, if it is one that a page may name."""
        target = f"/v1/runs/{quote(run, safe='')}"
        if of == "run" and PAPERS.fullmatch(path):
            detail = await self.broker.request("GET", target)
            return Path(detail["run"]["run_folder"])
        listed: dict[str, Any] = await self.broker.request("GET", f"{target}/files")
        if of != "files" or all(entry["path"] != path for entry in listed["files"]):
            raise FileGone(f"{path} is no file that this run made.")
        return Path(listed["folder"])
