import { readFileSync } from 'node:fs';

import { NotebookContent } from '@jupyterlab-batch/protocol';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';

import { inject, inspect, names, notebook, sources } from './build.ts';

const chain = Value.Parse(
  NotebookContent,
  JSON.parse(
    readFileSync(new URL('fixtures/chain.ipynb', import.meta.url), 'utf8')
  )
);
const FOUR = [
  'AMP=3.0:float',
  'Xc=250.0:float',
  'Yc=50.0:float',
  'WID=20.0:float'
];

describe('a cell whose bracket nobody closes', () => {
  test('yields exactly its four floats and the prefix', () => {
    const found = inspect(chain, 'chain.ipynb');
    expect(names(found)).toEqual(FOUR);
    expect(found.prefix).toBe('FUNWAVE');
    expect(found.parameters.map(({ declared }) => declared)).toEqual([
      true,
      false,
      false,
      false
    ]);
    expect(found.parameters[0]).toMatchObject({ cell: 2, line: 11 });
  });

  test.each([';', '', ',', ')', '\n', '  # 2 ^'])('ending in %j', end => {
    const cell = sources(chain)[2].replace("'BAZ']);", `'BAZ'])${end}`);
    const found = inspect(notebook([cell]), 'x');
    expect(names(found)).toEqual(FOUR);
    expect(found.prefix).toBe('FUNWAVE');
  });

  test('is changed at the value and nowhere else', () => {
    const given = [{ name: 'AMP', type: 'float' as const, text: '4.0' }];
    const [before, after] = [sources(chain), sources(inject(chain, given))];
    expect(after[2]).toBe(before[2].replace('AMP = 3.0', 'AMP = 4.0'));
    expect(after.toSpliced(2, 1)).toEqual(before.toSpliced(2, 1));
  });
});
