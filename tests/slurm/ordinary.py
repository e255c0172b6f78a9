"""Runs a command as an ordinary user, whoever is asked to: root becomes one.

``python -m tests.slurm.ordinary COMMAND…``. Root does it in a mount namespace of its
own, so that nothing on the machine is changed: there the user is in ``/etc/passwd``,
and may enter the folders above the interpreter and this checkout.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME, NUMBER = "jlb-ordinary", 54321
SCRIPT = """\
set -e
mount --bind "$1/passwd" /etc/passwd
mount --bind "$1/group" /etc/group
# each line: a folder that only root may enter, and one below it that is needed
while read -r closed needed; do
    mkdir -p "$1/kept"
    mount --rbind "$needed" "$1/kept"
    mount -t tmpfs -o mode=755 tmpfs "$closed"
    mkdir -p "$needed"
    mount --rbind "$1/kept" "$needed"
    umount --lazy "$1/kept"
done < "$1/needed"
number=$2
shift 2
exec setpriv --reuid="$number" --regid="$number" --clear-groups -- "$@"
"""


def closed_above(needed: Path) -> Path | None:
    """Return the first folder on the way that others may not enter."""
    for folder in reversed(needed.parents):
        if not folder.stat().st_mode & 0o001:
            return folder
    return None


def run(argv: list[str], home: Path) -> int:
    """Run a command as an ordinary user, with a home of its own; return its code."""
    environment = {
        **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
        "HOME": str(home),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    if os.getuid() != 0:
        return subprocess.run(argv, env=environment, cwd=ROOT, check=False).returncode
    with tempfile.TemporaryDirectory(prefix="jlb-ordinary-", dir="/tmp") as name:
        folder = Path(name)
        for file, line in (
            ("passwd", f"{NAME}:x:{NUMBER}:{NUMBER}::{home}:/bin/sh\n"),
            ("group", f"{NAME}:x:{NUMBER}:\n"),
        ):
            (folder / file).write_text(Path("/etc", file).read_text() + line)
            (folder / file).chmod(0o644)
        ways = {Path(sys.base_prefix).resolve(), ROOT}
        pairs = [f"{above} {way}\n" for way in ways if (above := closed_above(way))]
        (folder / "needed").write_text("".join(pairs))
        os.chown(home, NUMBER, NUMBER)
        return subprocess.run(
            ["unshare", "--mount", "--propagation=private", "sh", "-c", SCRIPT,
             "sh", name, str(NUMBER), *argv],
            env={**environment, "LOGNAME": NAME, "USER": NAME},
            cwd=ROOT,
            check=False,
        ).returncode  # fmt: skip


def main(argv: list[str]) -> int:
    """Run it in a home that goes with it."""
    with tempfile.TemporaryDirectory(prefix="jlb-home-", dir="/tmp") as home:
        return run(argv, Path(home))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
