"""What JupyterLab loads of the extension at its start, and what only at first use."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
#: what the build reads beside `package.json`
PARTS = ("lib", "style", "schema", "node_modules", "install.json")
#: bytes of JavaScript at the start, before the server compresses them, and of style
SCRIPT = 105_000
STYLE = 125_000
#: by which folder or package what is dear and not needed at once is known
LATE = re.compile(
    r"""
      lib/(cells|compare/(document|widget|choose)|dialog/(dialog|session|form|fields))
    | lib/runview/(document|widget|cells|timeline|again|command\.js)
    | lib/panel/(list|line|rundetail|runitem|runlist|filter)
    | lib/parts/(runmodel|log)
    | lib/notebooktools/tool
    | protocol/lib/(client|routes|runs|lab|grammar|values)\.
    | node_modules/(typebox|@tanstack|@lezer|@codemirror|ajv|d3|marked|lodash)
    """,
    re.VERBOSE,
)


@pytest.fixture(scope="module")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build `lib/` as it is released, with the maps that tell what is in a chunk."""
    place = tmp_path_factory.mktemp("bundle")
    for part in PARTS:
        (place / part).symlink_to(ROOT / part)
    package = json.loads((ROOT / "package.json").read_text())
    package["jupyterlab"]["outputDir"] = "built"
    (place / "package.json").write_text(json.dumps(package))
    done = subprocess.run(
        [
            Path(sys.executable).parent / "jupyter-builder", "build",
            "--source-map=True", ".",
        ],
        cwd=place, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return place / "built" / "static"


def chunks(static: Path, exposed: str) -> list[Path]:
    """Find what the page fetches for a module that the extension exposes."""
    (remote,) = static.glob("remoteEntry.*.js")
    found = re.search(rf'"\./{exposed}":\(\)=>(.*?)\.then', remote.read_text())
    assert found, f"nothing exposes {exposed}"
    names = re.findall(r"\.e\((\d+)\)", found[1])
    assert names
    return [remote, *(next(static.glob(f"{name}.*.js")) for name in names)]


def modules(chunk: Path) -> list[str]:
    """Name the modules in a chunk."""
    sources = json.loads(Path(f"{chunk}.map").read_text())["sources"]
    return [str(source) for source in sources]


def size(found: list[Path]) -> int:
    """Measure what goes over the wire; a map is fetched by developers only."""
    return sum(chunk.stat().st_size for chunk in found)


def test_nothing_heavy_is_loaded_before_its_first_use(static: Path) -> None:
    start = chunks(static, "index")
    at_once = [name for chunk in start for name in modules(chunk)]
    assert any(name.endswith("/lib/index.js") for name in at_once)
    assert [name for name in at_once if LATE.search(name)] == []


def test_what_is_late_is_there(static: Path) -> None:
    """Else a folder that was renamed would be looked for in vain, and praised."""
    late = {
        match[0]
        for chunk in static.glob("*.js")
        if Path(f"{chunk}.map").exists()
        for name in modules(chunk)
        if (match := LATE.search(name))
    }
    for wanted in (
        "lib/dialog/dialog", "lib/runview/document", "lib/compare/document",
        "lib/panel/list", "lib/cells", "lib/notebooktools/tool",
        "protocol/lib/client.", "node_modules/typebox", "node_modules/@tanstack",
    ):  # fmt: skip
        assert wanted in late


def test_the_start_stays_small(static: Path) -> None:
    assert size(chunks(static, "index")) < SCRIPT
    style = chunks(static, "style")[1:]
    assert size(style) < STYLE
