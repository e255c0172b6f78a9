"""Every word of the settings editor's section of ours can be said in any language."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from jupyterlab_server.translation_utils import translator

SCHEMAS = sorted((Path(__file__).resolve().parents[1] / "schema").glob("*.json"))
LOCALE = "fr_FR"
#: where JupyterLab's server looks for a language
PACK = f"jupyterlab_language_pack_{LOCALE}"
#: keys whose values people read; what stands in `const` or `command` is for machines
WORDS = ("title", "description", "label", "caption", "jupyter.lab.setting-icon-label")


def words(schema: Any) -> Iterator[str]:
    """Find what people read, however deep."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key in WORDS and isinstance(value, str):
                yield value
            else:
                yield from words(value)
    elif isinstance(schema, list):
        for each in schema:
            yield from words(each)


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install a language pack that says each of our words in brackets."""
    catalogue = Catalog(locale=LOCALE, domain="jupyterlab_batch")
    for schema in SCHEMAS:
        for word in words(json.loads(schema.read_text())):
            for context in ("schema", "settings", "menu", "toolbar"):
                catalogue.add(word, f"[{word}]", context=context)
    folder = tmp_path / PACK / "locale" / LOCALE / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (tmp_path / PACK / "__init__.py").touch()
    with (folder / "jupyterlab_batch.mo").open("wb") as out:
        write_mo(out, catalogue)
    monkeypatch.syspath_prepend(str(tmp_path))
    translator.set_locale(LOCALE)
    yield
    translator.set_locale("en")
    sys.modules.pop(PACK, None)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_each_word_is_translated(path: Path, pack: None) -> None:
    """By JupyterLab's own server, which is where schemas are translated."""
    ours = json.loads(path.read_text())
    plain = list(words(ours))
    assert plain
    shown = list(words(translator.translate_schema(json.loads(path.read_text()))))
    assert shown == [f"[{word}]" for word in plain]
