import { expect, test } from 'vitest';

import { variables } from '../../../src/targets/runtimes/index.ts';

const OWN = {
  PATH: '/lab/bin:/usr/bin:/base/bin:/home/me/bin',
  VIRTUAL_ENV: '/lab',
  CONDA_PREFIX: '/base',
  CONDA_DEFAULT_ENV: 'base',
  LANG: 'C'
};

test('as-is is what was submitted', () => {
  expect(variables(OWN, null)).toEqual(OWN);
});

test("a virtual environment takes the place of the submitter's", () => {
  const runtime = { kind: 'virtualenv', path: '/my env' } as const;
  expect(variables(OWN, runtime)).toEqual({
    PATH: '/my env/bin:/usr/bin:/home/me/bin',
    VIRTUAL_ENV: '/my env',
    LANG: 'C'
  });
  // the same again changes nothing
  expect(variables(variables(OWN, runtime), runtime)).toEqual(
    variables(OWN, runtime)
  );
});

test('so does one of conda, also where there was no PATH', () => {
  const runtime = { kind: 'conda', path: '/c' } as const;
  expect(variables({ LANG: 'C' }, runtime)).toEqual({
    PATH: '/c/bin:/usr/local/bin:/usr/bin:/bin',
    CONDA_PREFIX: '/c',
    CONDA_DEFAULT_ENV: '/c',
    LANG: 'C'
  });
});
