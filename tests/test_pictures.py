"""The pictures of the documentation are those that the browser tests take."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
CATALOGUE = [
    ROOT / "ui-tests" / "tests" / "screenshots.spec.ts",
    ROOT / "ui-tests" / "hosts" / "notebook.spec.ts",
]
WIDEST = 1280


def shown() -> set[Path]:
    """Find the local pictures that pages show."""
    return {
        (page.parent / target).resolve()
        for page in PAGES
        for target in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.read_text())
        if "://" not in target
    }


def taken() -> set[Path]:
    """Find the pictures that the catalogue writes."""
    names = [
        name
        for spec in CATALOGUE
        for name in re.findall(r"\bshoot\('([\w-]+)'[,)]", spec.read_text())
    ]
    assert names
    return {IMAGES / f"{name}.png" for name in names}


def test_each_picture_is_taken_by_the_suite_and_shown_somewhere() -> None:
    """A picture that nobody takes goes stale; one that nobody shows is waste."""
    assert shown() == taken() == set(IMAGES.iterdir())


def test_no_picture_is_wider_than_a_page() -> None:
    """The header of a PNG tells its width."""
    for picture in taken():
        header = picture.read_bytes()[:24]
        assert header[:8] == b"\x89PNG\r\n\x1a\n"
        assert int.from_bytes(header[16:20], "big") <= WIDEST, picture.name
