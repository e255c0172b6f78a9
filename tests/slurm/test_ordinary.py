"""The same cluster and the same runs where nobody is root."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from .ordinary import NUMBER, run

#: what differs for an ordinary user: how it all is started, who may look into a runner,
#: whose accounts are offered, and that Slurm itself looks at a job's memory
SUBSET = (
    "tests/slurm/test_cluster.py",
    "tests/slurm/test_runs.py::test_a_run_holds_its_credential_on_the_cluster",
    "tests/slurm/test_runs.py"
    "::test_what_a_killed_runner_leaves_on_its_node_goes_with_the_next_one",
    "tests/slurm/test_resources.py::test_the_accounts_offered_are_the_users_own",
    "tests/slurm/test_faults.py::test_out_of_memory",
)


@pytest.mark.timeout(300)
def test_the_suite_does_it_as_an_ordinary_user(open_folder: Path) -> None:
    home = open_folder / "home"
    home.mkdir(mode=0o700)
    report = home / "report.xml"
    asked = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    assert run([*asked, f"--junitxml={report}", *SUBSET], home) == 0
    assert report.stat().st_uid == (os.getuid() or NUMBER)
    (suite,) = ElementTree.parse(report).getroot().iter("testsuite")
    told = {name: int(suite.get(name, "-1")) for name in ("tests", "skipped")}
    assert told["tests"] >= len(SUBSET) and told["skipped"] == 0
