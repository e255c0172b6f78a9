import { describe, expect, test } from 'vitest';

import { look, names } from './build.ts';

describe('params() of a notebook that runs by hand too', () => {
  const FROM = 'from jupyterlab_batch.job import params\n';
  test.each([
    ['p = params("FUN", AMP=3.0)', ['AMP=3.0:float']],
    ['params("FUN", AMP=3.0).AMP', ['AMP=3.0:float']],
    [
      'p = params("FUN", N=1, S="a", B=True, L=[1.0], D={"a": 1}, Z=None)',
      [
        'N=1:int',
        'S=a:str',
        'B=true:bool',
        'L=[1.0]:list',
        'D={"a": 1}:dict',
        'Z=null:?|null'
      ]
    ],
    [
      'p = params("FUN", F=-1.5, P=Path("a"), T=2 * pi)',
      ['F=-1.5:float', 'P=a:path', 'T=«2 * pi»:?']
    ],
    ['def load():\n    return params("FUN", AMP=3.0)', ['AMP=3.0:float']],
    ['p = params("FUN", AMP=3.0', ['AMP=3.0:float']],
    ['AMP = 3.0\np = params("FUN", AMP=AMP)', ['AMP=3.0:float']],
    ['p = params("FUN", AMP=AMP)', ['AMP=«AMP»:?']],
    ['p = params("FUN", AMP=3.0)\nAMP = p.AMP', ['AMP=3.0:float']],
    ['p = params("FUN", AMP=3.0, API_TOKEN="x")', ['AMP=3.0:float']]
  ])('%j', (source, expected) => {
    const found = look([FROM + source, 'pass']);
    expect(found.prefix).toBe('FUN');
    expect(names(found)).toEqual(expected);
    const [first] = found.parameters;
    expect(first).toMatchObject({ declared: true, evidence: 'params' });
  });

  test.each([
    'from jupyterlab_batch.job import params as q\nq("FUN", A=1)',
    'from jupyterlab_batch.job import *\nparams("FUN", A=1)',
    'from jupyterlab_batch import job\njob.params("FUN", A=1)',
    'import jupyterlab_batch.job as j\nj.params("FUN", A=1)',
    'import jupyterlab_batch.job\njupyterlab_batch.job.params("FUN", A=1)'
  ])('%j', source => {
    const found = look([source]);
    expect([found.prefix, names(found)]).toEqual(['FUN', ['A=1:int']]);
  });

  test.each([
    'params("FUN", A=1)',
    'from lmfit import params\nparams("FUN", A=1)',
    'import torch\ntorch.params("FUN", A=1)'
  ])('of another library: %j', source => {
    const found = look([source]);
    expect([found.prefix, names(found)]).toEqual([null, []]);
  });

  test('says what the comments say, and where', () => {
    const { parameters } = look([
      'from jupyterlab_batch.job import params\n' +
        'p = params(\n    "FUN",\n    A=1.0,  # height, 0 to 5\n    # width\n    B=2,\n)'
    ]);
    expect(parameters).toMatchObject([
      { name: 'A', description: 'height, 0 to 5', max: '5', cell: 0, line: 4 },
      { name: 'B', description: 'width', cell: 0, line: 6 }
    ]);
  });

  test('of another prefix than the notebook are not offered, and said', () => {
    const found = look(
      [`${FROM}params("OTHER", A=1)\nparams("FUN", B=2, PASSWORD="")`],
      { jupyterlab_batch: { prefix: 'FUN' } }
    );
    expect(names(found)).toEqual(['B=2:int']);
    expect(found.lints.map(({ code, line }) => [code, line])).toEqual([
      ['other_prefix', 2],
      ['secret_parameter', 3]
    ]);
  });
});
