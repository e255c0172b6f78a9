"""No source file has more than 400 lines; generated ones do not count."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 400
SOURCES = {".ts", ".tsx", ".js", ".mjs", ".py", ".css"}
GENERATED = ("jupyterlab_batch/_generated/",)


def too_long() -> list[str]:
    """Name every tracked source file over the limit, with its length."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    found = []
    for name in listed:
        path = ROOT / name
        if path.suffix not in SOURCES or name.startswith(GENERATED):
            continue
        if path.is_file():
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > LONGEST:
                found.append(f"{name}: {lines} lines")
    return found


if __name__ == "__main__":
    long = too_long()
    print("\n".join(long) or f"no source file over {LONGEST} lines")
    sys.exit(1 if long else 0)
