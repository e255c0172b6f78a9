"""One file for each group of commands; each adds its own words to the grammar."""

from __future__ import annotations

from . import (
    audit,
    broker,
    change,
    doctor,
    eject,
    kernels,
    launch,
    leases,
    places,
    results,
    runs,
)

REGISTER = (
    launch.register,
    runs.register,
    results.register,
    eject.register,
    change.register,
    places.register,
    kernels.register,
    leases.register,
    audit.register,
    doctor.register,
    broker.register,
)
