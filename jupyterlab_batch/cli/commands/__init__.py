"""One file for each group of commands; each adds its own words to the grammar."""

from __future__ import annotations

from . import audit, broker, change, doctor, launch, leases, places, results, runs

REGISTER = (
    launch.register,
    runs.register,
    results.register,
    change.register,
    places.register,
    leases.register,
    audit.register,
    doctor.register,
    broker.register,
)
