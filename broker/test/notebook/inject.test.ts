import type { BaseType } from '@jupyterlab-batch/protocol';
import { describe, expect, test } from 'vitest';

import { checkName } from '../../src/notebook/index.ts';
import { inject, notebook, sources, tagged, type Cell } from './build.ts';

type Given = [name: string, type: BaseType, text: string];

function put(
  cells: readonly Cell[],
  given: readonly Given[],
  metadata: Record<string, unknown> = {}
): string[] {
  const parameters = given.map(([name, type, text]) => ({ name, type, text }));
  return sources(inject(notebook(cells, metadata), parameters));
}

const OS = 'import os\n';
const JOB = 'from jupyterlab_batch.job import params\n';
const W = 'import ipywidgets as w\n';

/** source, value → the source that the kernel gets */
const PLACES: [string, Given, string][] = [
  ['AMP = 3.0  # m', ['AMP', 'float', '4.0'], 'AMP = 4.0  # m'],
  ['AMP = 3.0', ['AMP', 'float', '3.0'], 'AMP = 3.0'],
  ['AMP = 3', ['AMP', 'float', '3.0'], 'AMP = 3.0'],
  ['AMP: float = 3', ['AMP', 'float', '-2.5'], 'AMP: float = -2.5'],
  ['a = b = 3', ['a', 'int', '4'], 'a = b = 3; a = 4'],
  ['x = 1; y = 2', ['x', 'int', '5'], 'x = 5; y = 2'],
  ['x, y = 1, 2', ['y', 'int', '5'], 'x, y = 1, 5'],
  ['s = "é😀"; x = 1', ['x', 'int', '5'], 's = "é😀"; x = 5'],
  ['!echo 😀\nx = 1', ['x', 'int', '5'], '!echo 😀\nx = 5'],
  ['x = 3.\ny = 1', ['x', 'float', '5.0'], 'x = 5.0\ny = 1'],
  ['x = 1\ny = x\nx = 1', ['x', 'int', '5'], 'x = 5\ny = x\nx = 5'],
  ['x = (1, 2)', ['x', 'list', '[3]'], 'x = (3,)'],
  ['x = ("a"\n  "b")  # c', ['x', 'str', 'c'], 'x = "c"  # c'],
  ['p = Path("a")', ['p', 'path', 'b"'], 'p = Path("b\\"")'],
  ['d = date(2026, 1, 2)', ['d', 'date', '2027-03-04'], 'd = date(2027, 3, 4)'],
  ['x = None', ['x', 'int', '3'], 'x = 3'],
  ['x = 3', ['x', 'null', 'null'], 'x = None'],
  ['x = 0x10', ['x', 'int', '16'], 'x = 0x10'],
  // in a run, params() answers with the values of the run
  [
    `${JOB}p = params("F", A=1)`,
    ['A', 'int', '2'],
    `${JOB}p = params("F", A=1)`
  ],
  [
    `${JOB}A = params("F", A=1).A`,
    ['A', 'int', '2'],
    `${JOB}A = params("F", A=1).A`
  ],
  [
    `${JOB}A = 1\np = params("F", A=A)`,
    ['A', 'int', '2'],
    `${JOB}A = 2\np = params("F", A=A)`
  ],
  [`${OS}x = os.environ.get("X", "d")`, ['X', 'str', 'e'], `${OS}x = "e"`],
  [
    `${OS}x = os.environ.get("X", "d")`,
    ['X', 'str', 'd'],
    `${OS}x = os.environ.get("X", "d")`
  ],
  [
    `${OS}x = float(os.getenv("X", "3"))`,
    ['X', 'float', '4.0'],
    `${OS}x = float("4.0")`
  ],
  [
    `${OS}x = float(os.getenv("X", "3"))`,
    ['X', 'float', '3.0'],
    `${OS}x = float(os.getenv("X", "3"))`
  ],
  [`${OS}x = os.getenv("X", 3) ** 2`, ['X', 'int', '-4'], `${OS}x = (-4) ** 2`],
  [`${OS}x = os.getenv("X", 3)`, ['X', 'int', '-4'], `${OS}x = -4`],
  [`${OS}x = int(os.environ["X"])`, ['X', 'int', '4'], `${OS}x = int("4")`],
  [
    `${OS}os.getenv("X"); os.getenv("X", "a")`,
    ['X', 'str', 'b'],
    `${OS}"b"; "b"`
  ],
  [`${OS}os.getenv("X")`, ['X', 'null', 'null'], `${OS}os.getenv("X")`],
  [
    `${OS}print(f"{os.getenv('X')}")`,
    ['X', 'str', 'b'],
    `${OS}print(f"{'b'}")`
  ],
  [
    `${OS}print(f"{os.getenv('X')}")`,
    ['X', 'str', '\'"\\'],
    `${OS}print(f"{bytes([39, 34, 92]).decode()}")`
  ],
  [
    `${W}a = w.FloatSlider(value=3.0, min=0)`,
    ['a', 'float', '4.5'],
    `${W}a = w.FloatSlider(value=4.5, min=0)`
  ],
  [
    `${W}a = w.FloatSlider(value=3)`,
    ['a', 'float', '3.0'],
    `${W}a = w.FloatSlider(value=3)`
  ],
  [
    `${W}a = w.FloatSlider(min=0)`,
    ['a', 'float', '4.5'],
    `${W}a = w.FloatSlider(value=4.5, min=0)`
  ],
  [
    `${W}a = w.FloatSlider()`,
    ['a', 'float', '4.5'],
    `${W}a = w.FloatSlider(value=4.5)`
  ],
  [
    `${W}a = w.IntSlider(3, 1, 9)`,
    ['a', 'int', '4'],
    `${W}a = w.IntSlider(4, 1, 9)`
  ],
  [
    `${W}a = w.Dropdown(options=["x", "y"])`,
    ['a', 'str', 'y'],
    `${W}a = w.Dropdown(value="y", options=["x", "y"])`
  ],
  [
    `${W}a = w.Dropdown(options=[("X", 1), ("Y", 2)], index=1)`,
    ['a', 'int', '1'],
    `${W}a = w.Dropdown(options=[("X", 1), ("Y", 2)], value=1)`
  ],
  [
    `${W}a = w.Dropdown(options=["x", "y"])`,
    ['a', 'str', 'x'],
    `${W}a = w.Dropdown(options=["x", "y"])`
  ]
];

describe('a value goes where the code has its name', () => {
  test.each(PLACES)('%j %j', (source, given, expected) => {
    expect(put([source], [given])).toEqual([expected]);
  });

  test('both names of one literal', () => {
    expect(
      put(
        ['a = b = 3'],
        [
          ['a', 'int', '4'],
          ['b', 'int', '4']
        ]
      )
    ).toEqual(['a = b = 4']);
    expect(
      put(
        ['a = b = 3'],
        [
          ['a', 'int', '4'],
          ['b', 'int', '5']
        ]
      )
    ).toEqual(['a = b = 3; a = 4; b = 5']);
  });

  test('an expression that metadata name is replaced, unless it needs the name', () => {
    expect(put(['x = f(1)'], [['x', 'int', '4']])).toEqual(['x = 4']);
    expect(put(['x = f(x)'], [['x', 'int', '4']])).toEqual([
      '# Parameters\nx = 4\n',
      'x = f(x)'
    ]);
  });

  test('a widget in a tagged cell stays a widget', () => {
    expect(put([W, tagged('a = w.IntText(1)')], [['a', 'int', '2']])).toEqual([
      W,
      'a = w.IntText(2)'
    ]);
  });
});

describe('injected cells', () => {
  test('follow the tagged one, and carry what differs only', () => {
    const content = notebook(['import a', tagged('A = 1\nB = 2'), 'A']);
    const prepared = inject(content, [
      { name: 'A', type: 'int', text: '5' },
      { name: 'B', type: 'int', text: '2' }
    ]);
    expect(sources(prepared)).toEqual([
      'import a',
      'A = 1\nB = 2',
      '# Parameters\nA = 5\n',
      'A'
    ]);
    expect(prepared.cells[2]).toEqual({
      cell_type: 'code',
      execution_count: null,
      id: 'injected-parameters',
      metadata: { tags: ['injected-parameters'] },
      outputs: [],
      source: '# Parameters\nA = 5\n'
    });
  });

  test('are renewed, keeping what nobody gives anew', () => {
    const cells = [
      tagged('A = 1\nB = 2\nC = 3'),
      { source: '# Parameters\nA = 5\nB = 6\n', tags: ['injected-parameters'] },
      'A'
    ];
    expect(
      put(cells, [
        ['A', 'int', '7'],
        ['C', 'int', '9']
      ])
    ).toEqual([
      'A = 1\nB = 2\nC = 3',
      '# Parameters\nB = 6\nA = 7\nC = 9\n',
      'A'
    ]);
    expect(put(cells, [['A', 'int', '5']])).toEqual(sources(notebook(cells)));
  });

  test('come first where the code does not know the name', () => {
    expect(put(['print(N)'], [['N', 'int', '3']])).toEqual([
      '# Parameters\nN = 3\n',
      'print(N)'
    ]);
  });

  test('have an id of their own, or none in an old format', () => {
    const content = notebook(['print(N)']);
    Reflect.set(content.cells[0], 'id', 'injected-parameters');
    const given = [{ name: 'N', type: 'int' as const, text: '3' }];
    expect(inject(content, given).cells[0]).toHaveProperty(
      'id',
      'injected-parameters-2'
    );
    expect(
      inject({ ...content, nbformat_minor: 4 }, given).cells[0]
    ).not.toHaveProperty('id');
  });
});

test('the given notebook is left alone, lines stay lines', () => {
  const content = notebook([{ source: ['x = 1\n', 'y = 2'], tags: [] }]);
  const before = structuredClone(content);
  const prepared = inject(content, [{ name: 'x', type: 'int', text: '3' }]);
  expect(content).toEqual(before);
  expect(prepared.cells[0]).toHaveProperty('source', ['x = 3\n', 'y = 2']);
  expect(inject(content, [])).toEqual(content);
});

test('an expression stays the notebook’s own', () => {
  const given = [
    { name: 'E', type: 'str' as const, text: 'A**2', expression: true }
  ];
  expect(sources(inject(notebook([tagged('E = A**2')]), given))).toEqual([
    'E = A**2'
  ]);
});

describe('names', () => {
  test.each([
    'class',
    'None',
    'a b',
    '1a',
    'a;b',
    'a\n',
    '',
    '__name__',
    'a=1\nb',
    'a.b',
    'get_ipython'
  ])('%j is refused in Python', name => {
    expect(() => put(['x'], [[name, 'int', '1']])).toThrow(
      expect.objectContaining({ code: 'invalid_parameter_name' })
    );
  });

  test.each(['match', 'type', 'größe', '_a', 'x1'])('%j is taken', name => {
    expect(() => checkName(name, 'python')).not.toThrow();
  });

  test.each(['PATH', 'IFS', 'LD_PRELOAD', 'BASH_ENV', 'a-b', 'größe', 'if'])(
    '%j is refused in Bash',
    name => {
      expect(() => checkName(name, 'bash')).toThrow(
        expect.objectContaining({ code: 'invalid_parameter_name' })
      );
    }
  );
});

describe('Bash', () => {
  const bash = { kernelspec: { name: 'bash', language: 'bash' } };
  test.each<[Given, string]>([
    [['A', 'int', '4'], "A='4'"],
    [['A', 'str', "it's $(rm)"], "A='it'\\''s $(rm)'"],
    [['A', 'str', 'a\nb\\'], "A=$'a\\012b\\\\'"],
    [['A', 'null', 'null'], "A=''"],
    [
      ['A', 'list', '[1, 2.50, "a b", null, true]'],
      "declare -a A=('1' '2.50' 'a b' '' 'true')"
    ],
    [
      ['A', 'dict', '{"k]": 12345678901234567890}'],
      "declare -A A=(['k]']='12345678901234567890')"
    ]
  ])('%j', (given, line) => {
    expect(put([tagged('A=3'), 'echo $A'], [given], bash)).toEqual([
      'A=3',
      `# Parameters\n${line}\n`,
      'echo $A'
    ]);
  });

  test('leaves what is the same', () => {
    expect(put([tagged('A=3')], [['A', 'int', '3']], bash)).toEqual(['A=3']);
  });

  test.each<Given>([
    ['A', 'list', '[[1]]'],
    ['A', 'dict', '{"": 1}'],
    ['A', 'str', '\0']
  ])('%j cannot be held', (...given) => {
    expect(() => put(['x'], [given], bash)).toThrow(
      expect.objectContaining({ code: 'invalid_value' })
    );
  });
});

test('a language without a translator says so', () => {
  const r = { kernelspec: { name: 'ir', language: 'R' } };
  expect(() => put(['x <- 1'], [['x', 'int', '2']], r)).toThrow(
    expect.objectContaining({ code: 'invalid_request' })
  );
  expect(put(['x <- 1'], [], r)).toEqual(['x <- 1']);
});
