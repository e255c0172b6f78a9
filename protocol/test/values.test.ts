import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { checkText, type BaseType, type Value } from '../src/index.js';
import type { Declared } from '../src/values.js';

interface IRow extends Partial<Declared> {
  type: BaseType | null;
  text: string;
  canonical: string | null;
  as?: BaseType;
}

const golden = JSON.parse(
  readFileSync(new URL('../grammar/golden.json', import.meta.url), 'utf8')
) as { rows: IRow[] };

const anything: Declared = {
  type: null,
  nullable: false,
  items: null,
  choices: null,
  min: null,
  max: null
};

function ofType(type: BaseType): Declared {
  return { ...anything, type };
}

describe('the golden table', () => {
  test('is large enough to mean something', () => {
    expect(golden.rows.length).toBeGreaterThan(150);
  });

  test.each(golden.rows.map(row => [JSON.stringify(row), row] as const))(
    '%s',
    (_, { text, canonical, as, ...declared }) => {
      const checked = checkText({ ...anything, ...declared }, text);
      if (canonical === null) {
        expect(checked.ok).toBe(false);
      } else {
        const value = { type: as ?? declared.type, text: canonical };
        expect(checked).toEqual({ ok: true, value });
      }
    }
  );
});

const types: BaseType[] = [
  'bool',
  'int',
  'float',
  'str',
  'null',
  'list',
  'dict',
  'date',
  'path'
];
const fragments = fc
  .array(
    fc.constantFrom(
      ...['0', '3', '.', '-', '+', 'e', '[', ']', '{', '}', '"', ':', ',', ' '],
      ...['true', 'null', 'nan', 'inf', 'no', '2026-02-28', '\n', 'a', 'é']
    ),
    { maxLength: 8 }
  )
  .map(parts => parts.join(''));

describe('for any text', () => {
  test('a canonical text is its own canonical text', () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.constantFrom(...types), fragments, (type, text) => {
        const first = checkText(ofType(type), text);
        if (first.ok) {
          accepted += 1;
          expect(checkText(ofType(type), first.value.text)).toEqual(first);
        }
      }),
      { numRuns: 3000 }
    );
    expect(accepted).toBeGreaterThan(300);
  });

  test('a float keeps its value, and says that it is one', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), number => {
        const text = String(number).replace('Infinity', 'inf');
        const checked = checkText(ofType('float'), text);
        const back = checked.ok ? checked.value.text : '';
        expect(Number(back.replace('inf', 'Infinity'))).toBe(
          Object.is(number, -0) ? 0 : number
        );
        expect(back).toMatch(/[.e]|inf/);
      })
    );
  });

  test('every JSON that a program writes is a list or dict of ours', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), text => {
        const parsed: unknown = JSON.parse(text);
        if (parsed !== null && typeof parsed === 'object') {
          const type = Array.isArray(parsed) ? 'list' : 'dict';
          const checked = checkText(ofType(type), text);
          expect(checked).toEqual({ ok: true, value: { type, text } });
        }
      })
    );
  });

  test('nothing is accepted that JSON.parse refuses', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<BaseType>('list', 'dict'),
        fragments,
        (type, text) => {
          const checked = checkText(ofType(type), text);
          if (checked.ok) {
            expect(() => void JSON.parse(checked.value.text)).not.toThrow();
          }
        }
      ),
      { numRuns: 3000 }
    );
  });
});

test('a refusal says what would fit', () => {
  const choices: Value[] = [
    { type: 'str', text: 'fast' },
    { type: 'str', text: 'exact' }
  ];
  const cases: [Partial<Declared>, string][] = [
    [{ type: 'float' }, 'a number, such as 3.0 or 1e3'],
    [
      { type: 'int', min: '1', max: '9', nullable: true },
      'a whole number without point or leading zeros, such as 3, not below 1, not above 9, or null'
    ],
    [{ type: 'enum', choices }, 'one of fast, exact'],
    [{ type: null }, 'a type first: it has none yet']
  ];
  for (const [declared, expects] of cases) {
    expect(checkText({ ...anything, ...declared }, '?')).toEqual({
      ok: false,
      expects
    });
  }
});
