"""What each place says that it looks at."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from jupyterlab_batch.parameters import ResolveRequest, resolve

INSPECTION = {
    "prefix": "FUNWAVE",
    "parameters": [],
    "reads_environment": [],
    "pins": [],
}


def where(tmp_path: Path, **more: Any) -> dict[str, str | None]:
    request = ResolveRequest(
        inspection=cast(Any, {**INSPECTION, **more}),
        notebook=tmp_path / "home" / "waves" / "wave.ipynb",
        environ={},
        home=tmp_path / "home",
        override_origin="dialog",
    )
    return {place["layer"]: place["where"] for place in resolve(request).places}


def test_every_layer_from_high_to_low(tmp_path: Path) -> None:
    assert list(where(tmp_path).items()) == [
        ("admin", None),
        ("override", "dialog"),
        ("environment", "FUNWAVE_*"),
        ("local_file", "wave.params.*, funwave.*, jupyterlab-batch.*"),
        ("settings_file", "$FUNWAVE_SETTINGS"),
        ("home_file", "~/.config/jupyterlab-batch/funwave.*, ~/.funwave.*"),
        ("notebook", "wave.ipynb"),
    ]


def test_without_a_prefix_what_needs_one_is_off(tmp_path: Path) -> None:
    found = where(tmp_path, prefix=None)
    assert found["local_file"] == "wave.params.*, jupyterlab-batch.*"
    for layer in ("environment", "settings_file", "home_file"):
        assert found[layer] is None
