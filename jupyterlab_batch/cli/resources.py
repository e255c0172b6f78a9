"""Options for what a run asks of a cluster, named as those of `sbatch`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

#: name in the contract: options (the last is sbatch's own), metavar, help
OPTIONS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "partition": (("--partition",), "NAME", "where in the cluster"),
    "account": (("--account",), "NAME", "who pays"),
    "qos": (("--qos",), "NAME", "quality of service"),
    "nodes": (("--nodes",), "N", "how many nodes"),
    "tasks": (("--tasks", "--ntasks"), "N", "how many processes"),
    "cpus": (("--cpus", "--cpus-per-task"), "N", "CPUs for each task"),
    "memory": (("--memory", "--mem"), "4G", "memory on each node"),
    "gpus": (("--gpus",), "[TYPE:]N", "GPUs in all"),
    "constraint": (("--constraint",), "FEATURE", "what the nodes shall have"),
    "reservation": (("--reservation",), "NAME", "one that was made for you"),
}


def sbatch_option(name: str) -> str:
    """Return the long option of sbatch(1) for a resource of the contract."""
    return OPTIONS[name][0][-1]


def add_options(command: argparse.ArgumentParser) -> None:
    """Add one option for each resource; the target checks what is given."""
    group = command.add_argument_group(
        "resources", 'of a target that is a cluster; "" takes the cluster\'s default'
    )
    for name, (options, metavar, told) in OPTIONS.items():
        group.add_argument(
            *options, dest=f"resource_{name}", metavar=metavar, help=told
        )


def offer_of(target: str) -> dict[str, Any]:
    """Return the question what a target has for a run that chooses nothing."""
    unsaid: dict[str, Any] = dict.fromkeys(("time_limit", "python", "kernel"))
    return {"target": target, "resources": {}, **unsaid}


def given(args: argparse.Namespace) -> dict[str, str]:
    """Return what was given, by its name in the contract."""
    found = {name: getattr(args, f"resource_{name}") for name in OPTIONS}
    return {name: text for name, text in found.items() if text is not None}


def words(resources: Mapping[str, Any]) -> str:
    """Tell what a run asks for: ``partition main, nodes 2``; empty: nothing."""
    return ", ".join(
        f"{name} {resources[name]}" for name in OPTIONS if name in resources
    )
