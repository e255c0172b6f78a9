import {
  expectation,
  GRAMMAR,
  type BaseType
} from '@jupyterlab-batch/protocol';

import { trans } from '../../__tests__/world';
import { expectedWords } from '../expected';

const plain = {
  items: null,
  choices: null,
  min: null,
  max: null,
  nullable: false
};

describe('what fits a parameter', () => {
  it.each(Object.keys(GRAMMAR) as BaseType[])(
    'is said of %s as the contract says it',
    type => {
      const declared = { ...plain, type, min: '0', max: '5', nullable: true };
      expect(expectedWords(trans, declared)).toBe(expectation(declared));
    }
  );

  it('names the choices, and what each element of a list is', () => {
    const calm = { type: 'str' as const, text: 'calm' };
    const chosen = { ...plain, type: 'str' as const, choices: [calm] };
    expect(expectedWords(trans, chosen)).toBe('one of calm');
    const list = { ...plain, type: 'list' as const, items: 'int' as const };
    expect(expectedWords(trans, list)).toBe(expectation(list));
  });
});
