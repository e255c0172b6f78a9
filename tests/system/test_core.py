"""A core of the broker holds hardly anything once its credentials are closed."""

from __future__ import annotations

import time

from platform_process import Platform

from .core import count
from .place import Place
from .scenes import TOKEN

RUNS = 3
REMAINS = 4
"""What the parser of HTTP answers was fed last: the engine's WebAssembly memory,
which the next answers overwrite."""


def test_memory_forgets_closed_credentials(secured: Place, platform: Platform) -> None:
    registration = set(platform.secrets())
    runs = [secured.submit(secured.notebook(TOKEN)) for _ in range(RUNS)]
    for run in runs:
        secured.ended(run)
    pid = secured.broker
    assert pid is not None
    given = [each for each in platform.secrets() if each not in registration]
    # client secret, registration access token, access token
    assert len(given) == 3 * RUNS
    _, often = count(pid, given)
    # or nothing is being looked at: they were only just closed
    assert often > 3 * REMAINS
    deadline = time.monotonic() + 60
    while often > REMAINS and time.monotonic() < deadline:
        time.sleep(1)
        _, often = count(pid, given)
    assert often <= REMAINS
