"""Which kernel a run takes, fixed at submit."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.kernelspec import KernelSpecManager

from jupyterlab_batch.submission import UnknownKernel
from jupyterlab_batch.submission.kernels import (
    choose_kernel,
    freeze_kernel,
    kernel_choices,
)

from .conftest import KERNELS


def test_frozen_without_the_values_of_its_environment() -> None:
    frozen = freeze_kernel(KERNELS, "python3")
    assert frozen["env_names"] == ["SECRET_OF_KERNEL"]
    assert "hush" not in json.dumps(frozen)
    assert frozen["resource_dir"] == "/share/kernels/python3"
    assert frozen["interrupt_mode"] == "signal"
    assert freeze_kernel(KERNELS, "bash")["interrupt_mode"] == "message"


def test_a_bare_python_is_the_submitters() -> None:
    assert freeze_kernel(KERNELS, "python3", sys.executable)["argv"][0] == (
        sys.executable
    )


def test_a_real_kernelspec_manager() -> None:
    specs = KernelSpecManager().get_all_specs()
    name = choose_kernel(specs, None, "python")
    frozen = freeze_kernel(specs, name)
    assert frozen["language"] == "python"
    assert Path(frozen["argv"][0]).exists()
    assert name in [choice["name"] for choice in kernel_choices(specs)]


@pytest.mark.parametrize(
    ("wanted", "language", "words"),
    [
        ("python2", "python", "python2 is not installed.*Take python3, of the same"),
        ("ir", "r", r"Installed here: bash \(bash\), python3 \(python\)\.$"),
        (None, "julia", "No kernel for julia"),
    ],
)
def test_a_kernel_that_is_not_here(wanted: Any, language: str, words: str) -> None:
    with pytest.raises(UnknownKernel, match=words):
        choose_kernel(KERNELS, wanted, language)


@pytest.mark.parametrize("argv", [["/gone/bin/python"], [], None, ["no-such-program"]])
def test_a_kernel_that_cannot_start(argv: Any) -> None:
    specs = {"old": {"resource_dir": "/k", "spec": {"argv": argv, "language": "x"}}}
    with pytest.raises(UnknownKernel, match="old"):
        freeze_kernel(specs, "old")
