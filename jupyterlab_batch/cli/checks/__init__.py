"""What `doctor` looks at; each check is one function that tells, and never raises."""

from __future__ import annotations

from . import around, broker, parts

ALL = (
    parts.python,
    parts.platform,
    parts.node,
    parts.bundle,
    around.data_folder,
    around.disk_space,
    broker.sockets,
    broker.answers,
    broker.lock,
    broker.configuration,
    broker.targets,
    broker.credentials,
    around.kernels,
    around.life,
)
