"""What `docs/developers/extending.md` shows to other extensions."""

from __future__ import annotations

import re
import subprocess

from tests.wheel import ROOT

PAGE = ROOT / "docs" / "developers" / "extending.md"
FILES = ROOT / "docs" / "developers" / "examples"


def test_each_block_of_the_page_is_a_file_and_each_file_is_shown() -> None:
    blocks = re.findall(r"```ts\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    files = [path.read_text("utf-8") for path in FILES.glob("*.ts")]
    assert len(files) > 0
    assert sorted(blocks) == sorted(files)


def test_they_compile_against_what_is_published() -> None:
    """Needs `jlpm build:lib`."""
    done = subprocess.run(
        [ROOT / "node_modules" / ".bin" / "tsc", "-p", FILES],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout
