"""The kernels that are installed, and the one that a run takes with it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .errors import UnknownKernel

if TYPE_CHECKING:
    from jupyterlab_batch._generated.wire import KernelChoice, KernelSpec

# names that a message lists
_LISTED = 12

Specs = Mapping[str, Mapping[str, Any]]
"""What ``KernelSpecManager.get_all_specs`` returns: resource_dir and spec by name."""


def kernel_choices(specs: Specs) -> list[KernelChoice]:
    """List the kernels for a person to choose from."""
    return [
        {
            "name": name,
            "display_name": str(entry["spec"].get("display_name") or name),
            "language": _language(entry),
        }
        for name, entry in sorted(specs.items())
    ]


def _language(entry: Mapping[str, Any]) -> str:
    return str(entry["spec"].get("language") or "").lower()


def choose_kernel(
    specs: Specs, wanted: str | None, language: str, where: str = "installed here"
) -> str:
    """Return the name of the kernel to run with.

    Parameters
    ----------
    wanted : str or None
        Asked for by the user or the notebook. None: one of the language.
    where : str
        Where these kernels are, in words.

    Raises
    ------
    UnknownKernel
        It is not here; the message names those that are, the same language first.
    """
    if wanted is not None and wanted in specs:
        return wanted
    same = sorted(name for name in specs if _language(specs[name]) == language)
    if wanted is None and same:
        return "python3" if "python3" in same else same[0]
    others = [name for name in sorted(specs) if name not in same]
    names = [f"{name} ({_language(specs[name])})" for name in (*same, *others)]
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    place = f"{where[0].upper()}{where[1:]}"
    there = f"{place}: {', '.join(names[:_LISTED]) or 'none'}{more}."
    if wanted is None:
        raise UnknownKernel(f"No kernel for {language} is {where}. {there}")
    advice = f" Take {same[0]}, of the same language?" if same else ""
    raise UnknownKernel(f"The kernel {wanted} is not {where}. {there}{advice}")


def freeze_kernel(specs: Specs, name: str, python: str = sys.executable) -> KernelSpec:
    """Fix what a run starts, so that a later change of kernels does not reach it.

    The values of the kernel's own environment stay in its ``kernel.json``, where the
    runner reads them: only their names are kept.
    """
    entry = specs[name]
    spec, resource_dir = entry["spec"], entry.get("resource_dir")
    argv = [str(part) for part in spec.get("argv") or []]
    if not argv:
        raise UnknownKernel(f"The kernel {name} does not say what to start (argv).")
    # as jupyter_client does: a bare python is the one that submits
    major, minor = sys.version_info[:2]
    if argv[0] in ("python", f"python{major}", f"python{major}.{minor}"):
        argv[0] = python
    if shutil.which(argv[0]) is None:
        where = f" ({resource_dir}/kernel.json)" if resource_dir else ""
        raise UnknownKernel(
            f"The kernel {name} starts {argv[0]}, which is not there{where}. "
            f"Install the kernel again, or remove it: jupyter kernelspec remove {name}"
        )
    return {
        "name": name,
        "display_name": str(spec.get("display_name") or name),
        "language": _language(entry),
        "argv": argv,
        "env_names": sorted(str(key) for key in spec.get("env") or {}),
        "resource_dir": os.fspath(resource_dir) if resource_dir else None,
        "interrupt_mode": (
            "message" if spec.get("interrupt_mode") == "message" else "signal"
        ),
    }
