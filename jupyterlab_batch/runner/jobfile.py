"""``job.json``: all that the runner needs to know. No secret is in it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

#: before the path of the file that says where a broker on another host is
FAR = "far:"


class BadJobFile(Exception):
    """``job.json`` is missing, or does not fit the contract."""


@dataclass(frozen=True)
class KernelSpec:
    """A kernelspec as the submitter resolved it; environment values stay out."""

    name: str
    argv: list[str]
    env_names: list[str]
    resource_dir: str | None
    interrupt_mode: str


@dataclass(frozen=True)
class JobFile:
    """One attempt, as ``protocol/src/job.ts`` describes it."""

    folder: str
    run: str
    attempt: int
    kernel: KernelSpec
    cwd: str
    runtime_dir: str
    job_socket: str
    data_dir: str
    config_path: list[str]
    broker_environment: dict[str, str | None]
    time_limit: int
    grace: int
    output_cap: int
    has_identity: bool

    @property
    def far(self) -> bool:
        """Whether the broker is on another host."""
        return self.job_socket.startswith(FAR)

    @property
    def notebook(self) -> str:
        """Path of the prepared notebook."""
        return os.path.join(self.folder, "input.ipynb")

    @property
    def events(self) -> str:
        """Path of the event log."""
        return os.path.join(self.folder, "events.jsonl")

    @property
    def agent_socket(self) -> str:
        """Path of the token agent's socket."""
        return os.path.join(self.runtime_dir, "agent.sock")


def read_job(folder: str) -> JobFile:
    """Read ``job.json`` of a run folder.

    Raises
    ------
    BadJobFile
        It is not there, not JSON, or a member is missing.
    """
    path = os.path.join(folder, "job.json")
    try:
        with open(path, encoding="utf-8") as file:
            raw: dict[str, Any] = json.load(file)
    except (OSError, ValueError) as error:
        raise BadJobFile(f"{path} cannot be read: {error}") from error
    if raw.get("version") != 1:
        raise BadJobFile(
            f"{path} is of version {raw.get('version')!r}, this runner reads 1:"
            " install the same version of jupyterlab-batch on both sides"
        )
    try:
        kernel = raw["kernel"]
        return JobFile(
            folder=folder,
            run=raw["run"],
            attempt=raw["attempt"],
            kernel=KernelSpec(
                name=kernel["name"],
                argv=list(kernel["argv"]),
                env_names=list(kernel["env_names"]),
                resource_dir=kernel["resource_dir"],
                interrupt_mode=kernel["interrupt_mode"],
            ),
            cwd=raw["cwd"],
            runtime_dir=raw["runtime_dir"],
            job_socket=raw["job_socket"],
            data_dir=raw["data_dir"],
            config_path=list(raw["config_path"]),
            broker_environment=dict(raw["broker_environment"]),
            time_limit=raw["time_limit"],
            grace=raw["grace"],
            output_cap=raw["output_cap"],
            has_identity=raw["has_identity"],
        )
    except (KeyError, TypeError) as error:
        raise BadJobFile(f"{path} lacks {error}") from error
