import { stepped, type IStepping } from '../step';

const free: IStepping = {
  type: 'float',
  min: null,
  max: null,
  step: null,
  unit: '0.0'
};

describe('a step', () => {
  it.each([
    ['0.2', 1, { step: '0.1' }, '0.3'],
    ['0.3', -1, { step: '0.1' }, '0.2'],
    ['-0.1', 1, { step: '0.1' }, '0.0'],
    ['0.05', -1, { step: '0.1' }, '-0.05'],
    ['3.0', 1, { step: '0.25' }, '3.25'],
    ['1e3', 1, { step: '10' }, '1010'],
    ['.5', 1, { step: '.5' }, '1.0'],
    ['1e-3', 1, { step: '1e-3' }, '0.002'],
    ['99999999999999999999', 1, { type: 'int' }, '100000000000000000000'],
    ['3', 1, { type: 'int', unit: '3' }, '4'],
    // without a step: one unit of the last digit that the author wrote
    ['250.0', 1, { unit: '250.0' }, '250.1'],
    ['250', -1, { unit: '250' }, '249'],
    // a step of zero or less leads nowhere, and does not count
    ['3.0', 1, { step: '0', unit: '3.0' }, '3.1']
  ] as const)('from %s by %d with %j is %s', (text, by, more, expected) => {
    expect(stepped(text, by, { ...free, ...more })).toBe(expected);
  });

  it('stops at the bounds, as they are written', () => {
    const bounded = { ...free, min: '0', max: '5', step: '2' };
    expect(stepped('4.0', 1, bounded)).toBe('5');
    expect(stepped('5', 1, bounded)).toBe('5');
    expect(stepped('1.0', -1, bounded)).toBe('0');
  });

  it('comes back into the bounds, and does not go further out', () => {
    const bounded = { ...free, min: '0', max: '5', step: '2' };
    expect(stepped('9', 1, bounded)).toBe('9');
    expect(stepped('9', -1, bounded)).toBe('5');
    expect(stepped('6', -1, bounded)).toBe('4');
    expect(stepped('-9', 1, bounded)).toBe('0');
  });

  it.each(['', 'abc', 'inf', 'nan', '.', '1e999', '0x10', '1_000'])(
    'is not made from %j',
    text => {
      expect(stepped(text, 1, free)).toBeNull();
    }
  );
});
