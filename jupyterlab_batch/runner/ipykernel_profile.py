"""What a run asks of ipykernel: lose nothing, and wait for whoever reads.

Copied into the run's own IPython profile, where ipykernel executes it before it
makes its sockets. Another kernel never sees it.
"""

from __future__ import annotations

from typing import Any

import zmq
from ipykernel.iostream import OutStream
from ipykernel.kernelapp import IPKernelApp

# text that may wait in the kernel; without a limit 1 GiB becomes one message
PENDING = 1 << 20

c = get_config()  # type: ignore[name-defined]  # noqa: F821
c.HistoryManager.hist_file = ":memory:"


def wait_for_readers(application: Any) -> None:
    """Make iopub wait where it would drop; a slow reader then slows the cell."""
    init_iopub = application.init_iopub

    def init_waiting_iopub(self: Any, context: Any) -> None:
        options = {zmq.XPUB_NODROP: 1, zmq.SNDHWM: 32}
        for option, value in options.items():
            context.setsockopt(option, value)
        init_iopub(self, context)
        for option in options:
            # for this socket only
            del context.sockopts[option]

    application.init_iopub = init_waiting_iopub


def flush_long_texts(stream: Any) -> None:
    """Send what was printed as soon as it is much, not only every 0.2 s."""
    write = stream.write

    def write_and_flush(self: Any, text: str) -> Any:
        count = write(self, text)
        pending = getattr(self, "_batch_pending", 0) + len(text)
        self._batch_pending = pending if pending < PENDING else 0
        if pending >= PENDING:
            self.flush()
        return count

    stream.write = write_and_flush


wait_for_readers(IPKernelApp)
flush_long_texts(OutStream)
