"""Everything that is checked, stage by stage, and one line at the end.

`python -m tests.suite [STAGE ...]`; without names all stages run. A stage that
cannot start, crashes or reports no test at all has failed: nothing is skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
#: seconds; far above what a stage takes, below what CI allows
LONGEST = 40 * 60

Count = tuple[int, int]


def jest_count(report: Path) -> Count:
    """Passed and failed tests of a jest or vitest JSON report."""
    data = json.loads(report.read_text())
    # A test file that does not even load has no failed test of its own.
    broken = sum(
        1
        for suite in data["testResults"]
        if suite["status"] == "failed" and not suite["assertionResults"]
    )
    return data["numPassedTests"], data["numFailedTests"] + broken


def junit_count(report: Path) -> Count:
    """Passed and failed tests of pytest's JUnit report; a skip is a failure."""
    suites = ElementTree.parse(report).getroot().iter("testsuite")
    total = bad = 0
    for suite in suites:
        total += int(suite.get("tests", "0"))
        bad += sum(int(suite.get(k, "0")) for k in ("failures", "errors", "skipped"))
    return total - bad, bad


def playwright_count(report: Path) -> Count:
    """Passed and failed browser tests; flaky and skipped ones have failed."""
    stats = json.loads(report.read_text())["stats"]
    return stats["expected"], stats["unexpected"] + stats["flaky"] + stats["skipped"]


@dataclass(frozen=True)
class Stage:
    """One command; without `count` it is one check that passes or fails."""

    name: str
    argv: tuple[str, ...]
    count: Callable[[Path], Count] | None = None
    environment: tuple[tuple[str, str], ...] = ()


REPORT = "{report}"
STAGES = (
    Stage("build", ("make", "build")),
    Stage("types", ("jlpm", "types:check")),
    Stage("prettier", ("jlpm", "prettier:check")),
    Stage("eslint", ("jlpm", "eslint:check")),
    Stage("stylelint", ("jlpm", "stylelint:check")),
    Stage("ruff", ("ruff", "check", ".")),
    Stage("ruff format", ("ruff", "format", "--check", ".")),
    Stage("mypy", ("mypy",)),
    Stage("import law", ("lint-imports",)),
    Stage("file length", (sys.executable, "-m", "tests.length")),
    Stage("contract", ("jlpm", "generate:check")),
    Stage(
        "protocol",
        ("jlpm", "test:protocol", "--reporter=default", "--reporter=json",
         f"--outputFile={REPORT}"),
        jest_count,
    ),
    Stage("lab", ("jlpm", "test", "--json", f"--outputFile={REPORT}"), jest_count),
    Stage(
        "broker",
        ("jlpm", "test:broker", "--reporter=default", "--reporter=json",
         f"--outputFile={REPORT}"),
        jest_count,
    ),
    Stage("python", ("pytest", f"--junitxml={REPORT}"), junit_count),
    Stage(
        "browser",
        ("jlpm", "test:ui"),
        playwright_count,
        (("PLAYWRIGHT_JSON_OUTPUT_NAME", REPORT),),
    ),
)  # fmt: skip


def run(stage: Stage, report: Path) -> Count:
    """Run one stage, its output on ours."""
    filled = [part.replace(REPORT, str(report)) for part in stage.argv]
    extra = {k: v.replace(REPORT, str(report)) for k, v in stage.environment}
    try:
        code = subprocess.run(
            filled,
            cwd=ROOT,
            env={**os.environ, **extra},
            stdin=subprocess.DEVNULL,
            timeout=LONGEST,
            check=False,
        ).returncode
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"{stage.name}: {error}", flush=True)
        code = -1
    if stage.count is None:
        return (1, 0) if code == 0 else (0, 1)
    try:
        passed, failed = stage.count(report)
    except (OSError, ValueError, KeyError, ElementTree.ParseError) as error:
        print(f"{stage.name}: no report: {error}", flush=True)
        return 0, 1
    if (code != 0 and failed == 0) or passed + failed == 0:
        failed += 1
    return passed, failed


def main(names: list[str]) -> int:
    """Run the stages and print what a reader, or a machine, wants to know."""
    unknown = set(names) - {stage.name for stage in STAGES}
    if unknown:
        print("no such stage:", ", ".join(sorted(unknown)))
        return 2
    passed = failed = 0
    table: list[str] = []
    with tempfile.TemporaryDirectory(prefix="jlb-suite-") as folder:
        for i, stage in enumerate(STAGES):
            if names and stage.name not in names:
                continue
            print(f"\n== {stage.name}", flush=True)
            start = time.monotonic()
            good, bad = run(stage, Path(folder, f"{i}.report"))
            passed, failed = passed + good, failed + bad
            took = time.monotonic() - start
            table.append(f"{stage.name:<14}{good:>6}{bad:>6}{took:>8.0f} s")
    print(f"\n{'stage':<14}{'passed':>6}{'failed':>6}")
    print("\n".join(table))
    print(f"\n{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
