import { describe, expect, test } from 'vitest';

import { look, names, tagged } from './build.ts';

/** code of one plain cell → what is suggested */
const ASSIGNMENTS: [string, string[]][] = [
  ['AMP = 3.0', ['AMP=3.0:float']],
  ['URL = "http://h/#frag"', ['URL=http://h/#frag:str']],
  ['x = -1\nif x < 0:\n    y = 2', ['x=-1:int']],
  ['if True:\n    y = 2', []],
  ['def f():\n    z = 1\n', []],
  ['a = b = 3', ['a=3:int', 'b=3:int']],
  ['y = 3\nx = y == 3', ['y=3:int']],
  ['x = f(a=3)', []],
  ['f(a=3)', []],
  ['f(\na=3,\nb=4)', []],
  ['%matplotlib inline\nx = 3', ['x=3:int']],
  ['!ls -x = 3\nx = 4', ['x=4:int']],
  ['!ls \\\n x = 3\ny = 4', ['y=4:int']],
  ['%%bash\nx=3', []],
  ['%%time\nx = 3', ['x=3:int']],
  ['\n%%writefile a.py\nx = 3', []],
  ['foo?\nx = 3', ['x=3:int']],
  ['?foo\nx = 3', ['x=3:int']],
  ['x = !ls\ny = 2', ['y=2:int']],
  ['x = %env HOME\ny = 2', ['y=2:int']],
  ['x = (5\n%3)\ny = 2', ['y=2:int']],
  [
    'x = """\n%magic\ny = 3\n"""\nz = 1',
    ['x=\n%magic\ny = 3\n:str', 'z=1:int']
  ],
  ['s = "why?"', ['s=why?:str']],
  ['x = 3 # a? b', ['x=3:int']],
  ['x = 1_000', ['x=1000:int']],
  ['x = 0x1F', ['x=31:int']],
  ['x = 0b101; y = 0o17', ['x=5:int', 'y=15:int']],
  ['x = 1e3', ['x=1e3:float']],
  ['x = 1_000.5', ['x=1000.5:float']],
  ['x = 3.', ['x=3.0:float']],
  ['x = .5', ['x=0.5:float']],
  ['x = -.5e-3', ['x=-0.5e-3:float']],
  ['x = +7', ['x=7:int']],
  ['x = - -7', []],
  ['x = 3j', []],
  ['x = 9007199254740993', ['x=9007199254740993:int']],
  ['x = float("nan")', ['x=nan:float']],
  ["x = float('-inf')", ['x=-inf:float']],
  ['x = -math.inf', ['x=-inf:float']],
  ['x = math.pi', []],
  ['x = 60 * 60', []],
  ['x = True', ['x=true:bool']],
  ['x = None', ['x=null:?|null']],
  ["x = 'it\\'s'", ["x=it's:str"]],
  ['x = \'a\' "b"', ['x=ab:str']],
  ["x = ('a'\n 'b')", ['x=ab:str']],
  ["x = 'a' \\\n 'b'", ['x=ab:str']],
  ["x = r'a\\n'", ['x=a\\n:str']],
  ["x = 'a\\n\\t\\x41\\u00e9\\U0001F600\\101'", ['x=a\n\tAé😀A:str']],
  ["x = '\\d'", ['x=\\d:str']],
  ["x = 'a\\\nb'", ['x=ab:str']],
  ["x = '\\N{BULLET}'", []],
  ["x = '\\ud83d'", []],
  ["x = b'a'", []],
  ["x = f'a{1}'", []],
  ["x = u'a'", ['x=a:str']],
  ["x = ''", ['x=:str']],
  ['x = [1, 2.0, "a", None, True]', ['x=[1, 2.0, "a", null, true]:list']],
  ['x = [1, 2]', ['x=[1, 2]:list']],
  ['x = [1, 2.5]', ['x=[1.0, 2.5]:list']],
  ['x = (1, 2)', ['x=[1, 2]:list']],
  ['x = {"a": 1, \'b\': [2]}', ['x={"a": 1, "b": [2]}:dict']],
  ['x = {1: 2}', []],
  ['x = {"a": 1, "a": 2}', []],
  ['x = {**y, "a": 1}', []],
  ['x = {1, 2}', []],
  ['x = []\ny = {}', []],
  ['x = [i for i in y]', []],
  ['x = 3,', []],
  ['x, y = 1, 2.0', ['x=1:int', 'y=2.0:float']],
  ['x, y = f()', []],
  ['x, *y = 1, 2', []],
  ['x[0] = 3', []],
  ['a.b = 3', []],
  ['_x = 3', []],
  ['__x__ = 3', []],
  ['x += 3', []],
  ['x = 3\nx += 1', []],
  ['x = 3\nfor i in y:\n    x = 4', []],
  ['x = 3\nx = 3', ['x=3:int']],
  ['x = 3\nx = 4', []],
  ['x: float = 3', ['x=3.0:float']],
  ['x: "float" = 3', ['x=3.0:float']],
  ['x: int | None = None', ['x=null:int|null']],
  ['x: Optional[int] = 4', ['x=4:int|null']],
  ['x: typing.Optional[float] = None', ['x=null:float|null']],
  ['x: Union[int, float] = 4', ['x=4.0:float']],
  ['x: Union[int, str] = 4', ['x=4:int']],
  ['x: Literal["a", "b"] = "b"', ['x=b:enum']],
  ['x: Literal[1, 2] = 3', ['x=3:int']],
  ['x: list[float] = [1, 2]', ['x=[1.0, 2.0]:list']],
  ['x: dict[str, int] = {"a": 1}', ['x={"a": 1}:dict']],
  ['x: Path = "a.csv"', ['x=a.csv:path']],
  ['x = Path("a.csv")', ['x=a.csv:path']],
  ['x = Path("a") / "b"', []],
  ['x: datetime.date = datetime.date(2026, 1, 2)', ['x=2026-01-02:date']],
  ['x = datetime(2026, 1, 2, 3)', ['x=2026-01-02T03:00:00:date']],
  ['x: int = "a"', ['x=a:str']],
  ['x: Frame = 3', ['x=3:int']],
  ['ﬁ = 3', ['fi=3:int']],
  ['größe = 3', ['größe=3:int']],
  ['x = 3; y = 4', ['x=3:int', 'y=4:int']],
  ['print "old"\nx = 3', ['x=3:int']],
  ['x = = 3\ny = 4', ['y=4:int']],
  ['f(\n\ny = 4', ['y=4:int']],
  ['x = "torn\ny = 4', ['y=4:int']],
  ['x = 3\r\ny = 4\r\n', ['x=3:int', 'y=4:int']],
  ['lambda x=3: x\ny = 4', ['y=4:int']],
  ['with a as b:\n    x = 1\n', []],
  ['import os; x = 3', ['x=3:int']]
];

describe('bare assignments', () => {
  test.each(ASSIGNMENTS)('%j', (source, expected) => {
    const found = look([source, 'pass']);
    expect(names(found)).toEqual(expected);
    expect(found.parameters.every(({ declared }) => !declared)).toBe(true);
  });

  test.each([
    [['import x', 'def f(): pass', 'A = 1', 'B = 2'], ['A=1:int']],
    [
      ['A = 1', 'B = 2', 'for i in x: pass', 'C = 3'],
      ['A=1:int', 'B=2:int']
    ],
    [
      ['A = 1', 'B = 2\nwith x: pass\nC = 3'],
      ['A=1:int', 'B=2:int']
    ],
    [['A = 1\nwhile x: pass\nB = 2'], ['A=1:int', 'B=2:int']],
    [['A = 1', 'A = 2'], []]
  ])('early cells of %j', (cells, expected) => {
    expect(names(look(cells))).toEqual(expected);
  });

  test('know their elements and choices', () => {
    const { parameters } = look([
      'x: Literal["a", 2] = 2\ny = [1, 2]\nz: list[float] = [1]'
    ]);
    expect(parameters[0]).toMatchObject({
      choices: [
        { type: 'str', text: 'a' },
        { type: 'int', text: '2' }
      ],
      default: { type: 'int', text: '2' }
    });
    expect(parameters[1].items).toBe('int');
    expect(parameters[2].items).toBe('float');
  });
});

describe('comments', () => {
  test.each([
    ['A = 1  # amplitude in m', 'amplitude in m'],
    ['# amplitude\nA = 1', 'amplitude'],
    ['# amplitude\n# in m\nA = 1', 'amplitude in m'],
    ['# amplitude\n\nA = 1', null],
    ['# Parameters\nA = 1', null],
    ['# %% cell\nA = 1', null],
    ['A = 1  # noqa: E501', null],
    ['A = 1  # type: int', null],
    ['# ------\nA = 1', null],
    ['# A = 5\nA = 1', null],
    ['#: height\nA = 1', 'height'],
    ['A = "#no"  # yes', 'yes'],
    ['A = (1,\n 2)  # pair', 'pair'],
    ['A = float(os.getenv("A", "1"))  # height', 'height']
  ])('%j', (source, expected) => {
    expect(look([source]).parameters[0].description).toBe(expected);
  });

  test.each([
    ['A = 1.0  # in m, [0, 5]', '0', '5', null],
    ['A = 1.0  # 0..5', '0', '5', null],
    ['A = 1.0  # from 0 to 5.5 m, step 0.5', '0', '5.5', '0.5'],
    ['A = 1  # between -3 and 3', '-3', '3', null],
    ['A = 9.0  # 0 to 5', null, null, null],
    ['A = "x"  # 0 to 5', null, null, null],
    ['A = 1  # version 1.2.3', null, null, null]
  ])('range of %j', (source, min, max, step) => {
    expect(look([source]).parameters[0]).toMatchObject({ min, max, step });
  });
});

describe('a tagged cell', () => {
  test.each([
    ['A = 3.0', ['A=3.0:float']],
    ['A = 3\nE = A**2', ['A=3:int', 'E=«A**2»:?']],
    ['A: int', ['A=∅:int']],
    ['A = None', ['A=null:?|null']],
    ['_a = 1', ['_a=1:int']],
    ['x = !ls', ['x=«!ls»:?']],
    ['x = b"a"', ['x=«b"a"»:?']],
    ['A = float(os.environ.get("A", "3"))', ['A=3.0:float']],
    ['A = 1\nA = 2', ['A=2:int']],
    ['x = []', ['x=[]:list']]
  ])('%j', (source, expected) => {
    const { parameters } = look(['import os', tagged(source)]);
    expect(parameters.map(({ declared }) => declared)).not.toContain(false);
    expect(names(look(['import os', tagged(source)]))).toEqual(expected);
    expect(parameters[0]).toMatchObject({ evidence: 'tagged', cell: 1 });
  });

  test('is overruled by what an earlier injection left', () => {
    const cells = [
      tagged('A = 1\nB = 2'),
      { source: '# Parameters\nA = 5\n', tags: ['injected-parameters'] }
    ];
    expect(names(look(cells)).toSorted()).toEqual(['A=5:int', 'B=2:int']);
  });
});

describe('the environment', () => {
  test.each([
    ['import os\nos.environ.get("X", "d")', ['X=d:str']],
    ['import os\nos.environ.get("X")', ['X=null:str|null']],
    ['import os\nos.environ["X"]', ['X=∅:str']],
    ['import os\nos.environ["X"] = "3"', []],
    ['import os\ndel os.environ["X"]', []],
    ['import os\nos.getenv("X", 3.0)', ['X=3.0:float']],
    ['import os\nfloat(os.getenv("X", "3"))', ['X=3.0:float']],
    ['import os\nint(os.environ["X"])', ['X=∅:int']],
    ['import os\nos.getenv("X", y)', ['X=«y»:str']],
    ['import os as o\no.getenv("X", "d")', ['X=d:str']],
    [
      'from os import environ, getenv\nenviron["X"]; getenv("Y", "d")',
      ['X=∅:str', 'Y=d:str']
    ],
    ['from os import environ as e\ne.get("X", default="d")', ['X=d:str']],
    ['from os import (getenv as g)\ng(key="X")', ['X=null:str|null']],
    ['import os\ndef f():\n    return os.getenv("X", "d")', ['X=d:str']],
    ["import os\nprint(f\"{os.getenv('X', 'd')}\")", ['X=d:str']],
    ['import os\nos.environ["HOME"]; os.getenv("SLURM_JOB_ID")', []],
    ['import os\nos.environ["API_TOKEN"]', []],
    ['import os\nos.environ[name]', []],
    ['import os\nos.environ["not-a-name"]', []],
    ['d.get("X", "d")', []],
    ['!echo os.getenv("X")', []]
  ])('%j', (source, expected) => {
    expect(names(look([source]))).toEqual(expected);
  });

  test('lists what is read, parameter or not', () => {
    const { reads_environment } = look([
      'import os\nos.environ["HOME"]; os.getenv("X"); os.getenv("X")'
    ]);
    expect(reads_environment).toEqual(['HOME', 'X']);
  });

  test('takes the prefix off, and leaves the settings out', () => {
    const found = look([
      "Location.from_env_path('FUN_SETTINGS')",
      'import os\nos.getenv("FUN_AMP", "1"); os.getenv("FUN_SETTINGS")'
    ]);
    expect(found.prefix).toBe('FUN');
    expect(names(found)).toEqual(['AMP=1:str']);
  });

  test('from_env_keys declares nothing by itself', () => {
    const found = look(["L.from_env_keys(['A', 'B'])\nA = 1", 'pass']);
    expect(names(found)).toEqual(['A=1:int']);
    expect(found.parameters[0].declared).toBe(true);
  });
});

describe('widgets', () => {
  const AS = 'import ipywidgets as w\n';
  test.each([
    [
      'a = w.FloatSlider(value=3, min=0, max=5, step=.5)',
      'a=3.0:float',
      ['0', '5', '0.5']
    ],
    ['a = w.FloatSlider()', 'a=0.0:float', ['0.0', '10.0', null]],
    ['a = w.IntSlider(value=3)', 'a=3:int', ['0', '100', null]],
    ['a = w.IntSlider(3, 1, 9)', 'a=3:int', ['1', '9', null]],
    ['a = w.IntSlider(3, max=n)', 'a=3:int', ['0', null, null]],
    ['a = w.FloatText(2.5)', 'a=2.5:float', [null, null, null]],
    ['a = w.Checkbox(True)', 'a=true:bool', [null, null, null]],
    ['a = w.Text("x")', 'a=x:str', [null, null, null]],
    [
      'a = w.Dropdown(options=["x", "y"], value="y")',
      'a=y:enum',
      [null, null, null]
    ],
    ['a = w.Dropdown(options=["x", "y"])', 'a=x:enum', [null, null, null]],
    [
      'a = w.Dropdown(options=[("X", 1), ("Y", 2)], index=1)',
      'a=2:enum',
      [null, null, null]
    ],
    [
      'a = w.Dropdown(options={"X": 1, "Y": 2}, value=2)',
      'a=2:enum',
      [null, null, null]
    ],
    ['a = w.DatePicker()', 'a=null:date|null', [null, null, null]],
    [
      'a = w.DatePicker(value=date(2026, 1, 2))',
      'a=2026-01-02:date|null',
      [null, null, null]
    ],
    [
      'a = w.SelectMultiple(options=[1, 2], value=(1,))',
      'a=[1]:list',
      [null, null, null]
    ],
    ['a = w.IntRangeSlider(value=[1, 5])', 'a=[1, 5]:list', [null, null, null]],
    ['a = w.IntText(value=n)', 'a=«n»:int', [null, null, null]]
  ])('%j', (source, expected, [min, max, step]) => {
    const found = look([AS + source]);
    expect(names(found)).toEqual([expected]);
    expect(found.parameters[0]).toMatchObject({
      evidence: 'widget',
      declared: true,
      min,
      max,
      step
    });
  });

  test.each([
    'from ipywidgets import FloatSlider\na = FloatSlider(3.0)',
    'from ipywidgets import FloatSlider as F\na = F(3.0)',
    'from ipywidgets import *\na = FloatSlider(3.0)',
    'from ipywidgets import widgets\na = widgets.FloatSlider(3.0)',
    'import ipywidgets\na = ipywidgets.FloatSlider(3.0)'
  ])('%j', source => {
    expect(names(look([source]))).toEqual(['a=3.0:float']);
  });

  test('of another library are none', () => {
    expect(names(look(['from bokeh import Dropdown\na = Dropdown()']))).toEqual(
      []
    );
  });
});
