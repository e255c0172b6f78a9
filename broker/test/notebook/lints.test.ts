import { describe, expect, test } from 'vitest';

import { look, tagged, type Cell } from './build.ts';

const W = 'import ipywidgets as w\n';

/** cells → code, cell, line, parameter of each lint */
const LINTS: [
  Cell[],
  [string, number | null, number | null, string | null][]
][] = [
  [['x = 1\ninput("?")'], [['input_call', 0, 2, null]]],
  [['from getpass import getpass\ngetpass()'], [['input_call', 0, 2, null]]],
  [['import getpass\ngetpass.getpass()'], [['input_call', 0, 2, null]]],
  [['def f():\n  breakpoint()'], [['debugger_call', 0, 2, null]]],
  [['import pdb; pdb.set_trace()'], [['debugger_call', 0, 1, null]]],
  [['%debug'], [['debugger_call', 0, 1, null]]],
  [['import sys\nsys.exit(0)'], [['exit_call', 0, 2, null]]],
  [['quit()'], [['exit_call', 0, 1, null]]],
  [['open("/home/me/a.txt")'], [['absolute_path', 0, 1, null]]],
  [['open("~/a.txt")'], [['absolute_path', 0, 1, null]]],
  [['open("/tmp/a.txt", "w")'], []],
  [[`${W}w.interact(f, x=3)`], [['interactive_widget', 0, 2, null]]],
  [[`${W}b.on_click(f)`], [['interactive_widget', 0, 2, null]]],
  [['f(\n\ny = 1'], [['syntax_error', 0, 3, null]]],
  [[tagged('A = 1\nE = A**2')], [['derived_value', 0, 2, 'E']]],
  [[tagged('A = 1'), 'E = A**2'], []],
  [[tagged('A = 1'), 'A = 2'], [['reassigned_parameter', 1, 1, 'A']]],
  [['A = 1', 'A = 2'], [['reassigned_parameter', 1, 1, 'A']]],
  [['A = 1', 'A = 1'], []],
  [[tagged('input = "a.csv"')], [['shadows_builtin', 0, 1, 'input']]],
  [['import os\nos.environ["X"]'], [['missing_default', 0, 2, 'X']]],
  [
    ['import os\nos.environ["DB_PASSWORD"]'],
    [['secret_parameter', 0, 2, null]]
  ],
  [['print("input()")  # exit()'], []],
  [['d.get("x"); my.input()'], []]
];

describe('lints', () => {
  test.each(LINTS)('%j', (cells, expected) => {
    expect(
      look(cells).lints.map(({ code, cell, line, parameter }) => [
        code,
        cell,
        line,
        parameter
      ])
    ).toEqual(expected);
  });

  test('say what to do', () => {
    const { lints } = look(['input()', tagged('A = 1\nE = A')]);
    for (const { message } of lints) {
      expect(message).toMatch(/[.] (Make|Move|Remove|Use|Take|Give)/);
    }
  });

  test('a declaration that comes twice', () => {
    const parameters = [{ name: 'A' }, { name: 'A' }];
    const { lints } = look(['x'], { jupyterlab_batch: { parameters } });
    expect(lints).toMatchObject([
      { code: 'duplicate_declaration', parameter: 'A' }
    ]);
  });
});

describe('files that the code names', () => {
  test.each([
    ['open("a.txt")', ['a.txt']],
    ['open("./d/a.txt", "rb")', ['d/a.txt']],
    ['open("a.txt", "w")', []],
    ['open("a.txt", mode="a")', []],
    ['open(name)', []],
    ['import numpy as np\nnp.loadtxt("a.csv", delimiter=",")', ['a.csv']],
    ['import numpy\nnumpy.load(file)', []],
    [
      'import pandas as pd\npd.read_csv("a.csv"); pd.read_csv("https://h/a")',
      ['a.csv']
    ],
    ['from pathlib import Path\nPath("a.txt").read_text()', ['a.txt']],
    ['from pathlib import Path\nPath("a.txt").write_text("a")', []],
    ['import pathlib\npathlib.Path("a").mkdir(exist_ok=True)', []],
    ['from pathlib import Path\nPath("a").glob("*.csv")', ['a']],
    ['import h5py\nwith h5py.File("a.h5", "r") as f: pass', ['a.h5']],
    ['import pandas as pd\npd.read_csv(open("a.csv"))', ['a.csv']],
    ['print("a.csv")', []]
  ])('%j', (source, expected) => {
    expect(look([source]).files).toEqual(expected);
  });
});
