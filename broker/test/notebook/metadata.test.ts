import { describe, expect, test } from 'vitest';

import { inspect, look, names, notebook, tagged } from './build.ts';

describe('metadata', () => {
  test('declare, code says where, and the author’s words win', () => {
    const found = look(['print()', 'AMP = 3.0'], {
      jupyterlab_batch: {
        prefix: 'FUN',
        parameters: [
          { name: 'AMP', type: 'float', max: '9', description: 'height' },
          { name: 'N', type: 'int', default: '5' },
          { name: 'MODE', choices: ['a', 'b'], default: 'b' },
          { name: 'FREE' }
        ],
        outputs: [{ glob: '*.csv' }],
        files: 'none',
        deliver_to: '../out',
        environment: ['CASE']
      }
    });
    expect(names(found)).toEqual([
      'N=5:int',
      'MODE=b:enum',
      'FREE=∅:?',
      'AMP=3.0:float'
    ]);
    expect(found.parameters[3]).toMatchObject({
      evidence: 'metadata',
      max: '9',
      description: 'height',
      cell: 1,
      line: 1
    });
    expect(found).toMatchObject({
      prefix: 'FUN',
      outputs: [{ glob: '*.csv', min_bytes: 0 }],
      files_mode: 'none',
      deliver_to: '../out',
      environment: ['CASE'],
      lints: []
    });
  });

  test('choices have the type of the code’s own value', () => {
    const parameters = [{ name: 'N', choices: ['1', '2'] }];
    const found = look(['N = 2'], { jupyterlab_batch: { parameters } });
    expect(found.parameters[0]).toMatchObject({
      type: 'enum',
      default: { type: 'int', text: '2' },
      choices: [
        { type: 'int', text: '1' },
        { type: 'int', text: '2' }
      ]
    });
  });

  test('that do not fit are named, and the rest counts', () => {
    const found = look(['print()'], {
      jupyterlab_batch: {
        prefix: 3,
        paramters: [],
        parameters: [{ name: 'A', type: 'int' }, { type: 'int' }, 'B'],
        outputs: 'x',
        deliver_to: ' ',
        environment: ['A', 3]
      }
    });
    expect(names(found)).toEqual(['A=∅:int']);
    expect(found.lints.map(({ code }) => code).toSorted()).toEqual([
      ...Array<string>(6).fill('invalid_metadata'),
      'unknown_metadata_key'
    ]);
  });
});

describe('what is no notebook to run', () => {
  test.each([[[]], [['']], [[' \n']]])('%j: nothing to run', cells => {
    expect(() => look(cells)).toThrow(
      expect.objectContaining({ code: 'nothing_to_run' })
    );
  });

  test.each([
    {},
    { cell_type: 'code' },
    { source: 'x' },
    { cell_type: 'code', source: [3] }
  ])('a cell that is %j', cell => {
    const content = { ...notebook(['x']), cells: [cell] };
    expect(() => inspect(content, 'x.ipynb')).toThrow(
      expect.objectContaining({ code: 'invalid_notebook' })
    );
  });

  test('an unknown language has what its metadata say', () => {
    const found = look(['x <- 3'], {
      kernelspec: { name: 'ir', language: 'R' },
      jupyterlab_batch: { parameters: [{ name: 'x', type: 'int' }] }
    });
    expect(found.language).toBe('r');
    expect(names(found)).toEqual(['x=∅:int']);
  });

  test('Bash: tagged assignments that hold no code', () => {
    const source = `A=3\nB='x y' # text\nC=$(rm x)\nexport D=2.5\nPATH=x\nE="$A"`;
    const found = look([tagged(source)], {
      kernelspec: { name: 'bash', language: 'bash' }
    });
    expect(names(found)).toEqual(['A=3:int', 'B=x y:str', 'D=2.5:float']);
  });

  test('Bash: what the notebook sets again is lost, and said', () => {
    const bash = { kernelspec: { name: 'bash', language: 'bash' } };
    const parameters = ['A', 'B', 'C', 'a b'].map(name => ({
      name,
      type: 'str' as const
    }));
    const lints = (...cells: Parameters<typeof look>[0]) =>
      look(cells, { ...bash, jupyterlab_batch: { parameters } }).lints.filter(
        ({ code }) => code === 'reassigned_parameter'
      );
    expect(lints('A=3\necho $A', 'cd x\n  export -n B="$Y"')).toMatchObject([
      { parameter: 'A', cell: 0, line: 1 },
      { parameter: 'B', cell: 1, line: 2 }
    ]);
    expect(lints(tagged('A=3'), 'echo $A', 'A=4')).toMatchObject([
      { parameter: 'A', cell: 2, line: 1, severity: 'warning' }
    ]);
    expect(
      lints(tagged('A=3'), 'C=${C:-3}\nB="${B:=x}"', 'AA=1; echo A=1', '# A=1')
    ).toEqual([]);
  });

  test.each(['class', 'a b', '__all__', 'get_ipython'])(
    'a parameter %j that no variable can be is an error before a run',
    name => {
      const found = look(['print()'], {
        jupyterlab_batch: { parameters: [{ name, type: 'float' }] }
      });
      expect(found.lints).toMatchObject([
        { code: 'invalid_parameter_name', severity: 'error', parameter: name }
      ]);
    }
  );
});
