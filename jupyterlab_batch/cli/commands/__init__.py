"""One file for each group of commands; each adds its own words to the grammar."""

from __future__ import annotations

from . import broker, change, doctor, launch, places, results, runs

REGISTER = (
    launch.register,
    runs.register,
    results.register,
    change.register,
    places.register,
    doctor.register,
    broker.register,
)
