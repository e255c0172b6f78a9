import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';

import type { Value } from '@jupyterlab-batch/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { toBash } from '../../src/notebook/bash/translate.ts';
import { toPython } from '../../src/notebook/python/translate.ts';
import { inject, inspect, look, notebook, sources, tagged } from './build.ts';

const SEED = { seed: 20261123 };

/** Texts with everything that could end a literal, in every script. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }).map(it => it.replaceAll('\0', '')),
  fc
    .array(
      fc.constantFrom(
        ...['"', "'", '\\', '\n', '\r', '\t', '$', '`', '$(id)', '#', '{', '}'],
        ...[
          '"""',
          "'''",
          '\u2028',
          '\u202e',
          '\ufeff',
          'é',
          '😀',
          '%',
          '!',
          '?'
        ],
        ...['\\x', '\\N{', '\x7f', '\x85', ';', ' ', 'a', '\\\n', "$'"]
      )
    )
    .map(parts => parts.join(''))
);
const int = fc.bigInt(-(10n ** 30n), 10n ** 30n).map(String);
const float = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map(it =>
    Number.isInteger(it) && Math.abs(it) < 1e21 ? it.toFixed(1) : String(it)
  );
const json = fc.jsonValue({ maxDepth: 3 });
const value: fc.Arbitrary<Value> = fc.oneof(
  text.map((it): Value => ({ type: 'str', text: it })),
  int.map((it): Value => ({ type: 'int', text: it })),
  float.map((it): Value => ({ type: 'float', text: it })),
  fc.boolean().map((it): Value => ({ type: 'bool', text: String(it) })),
  fc
    .array(json)
    .map((it): Value => ({ type: 'list', text: JSON.stringify(it) })),
  fc
    .dictionary(fc.string(), json)
    .map((it): Value => ({ type: 'dict', text: JSON.stringify(it) })),
  fc.constant<Value>({ type: 'null', text: 'null' })
);

/** Runs a program with a text on stdin; its output as text. */
function run(argv: readonly string[], input: string): string {
  const [program, ...args] = argv;
  const ended = spawnSync(program, args, {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 26
  });
  expect(ended.stderr).toBe('');
  expect(ended.status).toBe(0);
  return ended.stdout;
}

const READ_BACK = `
import ast, json, sys
for literal, value in json.load(sys.stdin):
    assert "\\n" not in literal and "\\r" not in literal, literal
    got = ast.literal_eval(literal)
    kind, text = value["type"], value["text"]
    want = {
        "str": lambda: text, "int": lambda: int(text), "float": lambda: float(text),
        "bool": lambda: text == "true", "null": lambda: None,
        "list": lambda: json.loads(text), "dict": lambda: json.loads(text),
    }[kind]()
    assert type(got) is type(want) and repr(got) == repr(want), (literal, value)
print("ok")
`;

describe('translators', () => {
  test('Python reads every literal back as the value it was', () => {
    const values = fc.sample(value, { ...SEED, numRuns: 3000 });
    const pairs = values.map(it => [toPython(it), it]);
    expect(run(['python3', '-c', READ_BACK], JSON.stringify(pairs))).toBe(
      'ok\n'
    );
  });

  test.each<[Value, string]>([
    [{ type: 'float', text: 'nan' }, 'nan'],
    [{ type: 'float', text: '-inf' }, '-inf'],
    [{ type: 'float', text: '3' }, '3.0'],
    [{ type: 'int', text: `-1${'0'.repeat(5000)}` }, 'long'],
    [{ type: 'date', text: '2026-01-02' }, 'datetime.date(2026, 1, 2)'],
    [
      { type: 'date', text: '2026-01-02T03:04:05.25' },
      'datetime.datetime(2026, 1, 2, 3, 4, 5, 250000)'
    ],
    [
      { type: 'date', text: '2026-01-02T03:04Z' },
      'datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.timezone.utc)'
    ],
    [
      { type: 'date', text: '2026-01-02T03:04-01:30' },
      'datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=81000)))'
    ]
  ])('%j', (given, expected) => {
    const code = `x = eval(input())\nprint("long" if isinstance(x, int) and x == -(10 ** 5000) else repr(x))`;
    expect(run(['python3', '-c', code], `${toPython(given)}\n`)).toBe(
      `${expected}\n`
    );
  });

  test.each<Value>([
    { type: 'int', text: '__import__("os")' },
    { type: 'float', text: '1.0; import os' },
    { type: 'bool', text: 'x' },
    { type: 'list', text: '[x]' },
    { type: 'date', text: '2026-01-02); f(' },
    { type: 'str', text: '\0' }
  ])('%j is refused: code is no value', given => {
    expect(() => toPython(given)).toThrow(
      expect.objectContaining({ code: 'invalid_value' })
    );
  });

  test('Bash reads every word back as the text it was', () => {
    const texts = fc
      .sample(text, { ...SEED, numRuns: 1000 })
      .map(it => Buffer.from(it).toString());
    const script = texts
      .map(
        it => `${toBash('A', { type: 'str', text: it })}\nprintf '%s\\0' "$A"`
      )
      .join('\n');
    expect(run(['bash'], script).split('\0').slice(0, -1)).toEqual(texts);
  });
});

test('what was injected is what is inspected next', () => {
  const scalars = value.filter(
    ({ type, text: it }) =>
      !/^(null|list|dict)$/.test(type) && !/\p{Surrogate}/u.test(it)
  );
  fc.assert(
    fc.property(
      scalars,
      fc.constantFrom('plain', 'tagged', 'widget'),
      (it, kind) => {
        const source =
          kind === 'widget'
            ? 'import ipywidgets as w\nA = w.Text("é")'
            : 'A = "é"';
        fc.pre(kind !== 'widget' || it.type === 'str');
        const content = notebook([
          kind === 'tagged' ? tagged(source) : source,
          'B'
        ]);
        const [given] = [{ name: 'A', ...it }];
        const prepared = inject(content, [given]);
        const [found] = inspect(prepared, 'x').parameters;
        expect(found.default).toEqual(it);
        expect(inject(prepared, [given])).toEqual(prepared);
      }
    ),
    { ...SEED, numRuns: 500 }
  );
});

describe('any text at all', () => {
  const noise = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          ...[
            'A = 3.0',
            '\n',
            ' ',
            '(',
            ')',
            '[',
            ']',
            '{',
            '}',
            '"',
            "'",
            '"""'
          ],
          ...[
            '\\',
            '#',
            '%',
            '!',
            '?',
            '=',
            ':',
            ',',
            ';',
            'def f():',
            'if x:'
          ],
          ...[
            'os.getenv("X", 1)',
            'import os',
            'w.IntText(',
            'f"{',
            '😀',
            '\r\n'
          ],
          ...[
            'a, b = 1,',
            '@',
            'lambda',
            '3.',
            '*',
            '**',
            '\t',
            'from . import *'
          ]
        ),
        fc.string({ unit: 'binary', maxLength: 4 })
      ),
      { maxLength: 40 }
    )
    .map(parts => parts.join(''));

  test('is inspected and injected without a crash', () => {
    fc.assert(
      fc.property(noise, fc.boolean(), (source, isTagged) => {
        const cell = isTagged ? tagged(source) : source;
        const cells = ['pass', cell];
        const { parameters } = look(cells);
        const given = parameters.map(({ name, type }) => ({
          name,
          type: type ?? ('int' as const),
          text:
            type === 'float'
              ? '7.5'
              : type === 'list'
                ? '[7]'
                : type === 'dict'
                  ? '{"a":7}'
                  : type === 'bool'
                    ? 'true'
                    : type === 'date'
                      ? '2026-01-01'
                      : '7'
        }));
        const before = sources(notebook(cells));
        const after = sources(inject(notebook(cells), given));
        expect(after.length).toBeGreaterThanOrEqual(before.length);
      }),
      { ...SEED, numRuns: 2000 }
    );
  });

  test.each([
    `x = ${'['.repeat(20_000)}`,
    `x = ${'('.repeat(20_000)}1${')'.repeat(20_000)}`,
    `x = ${'-'.repeat(20_000)}1`,
    `x: ${'Optional['.repeat(5000)}int${']'.repeat(5000)} = 1`,
    `x = a${'.b'.repeat(20_000)}("y")`,
    `x = ${'f('.repeat(5000)}1${')'.repeat(5000)}`,
    'x = [\n'.repeat(3000),
    'x = "'.repeat(3000),
    'if x:\n '.repeat(300)
  ])('however deep or torn (case %#)', source => {
    const start = performance.now();
    look(['pass', source]);
    look(['pass', tagged(source)]);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test('keeps every offset where magics are masked', async () => {
    const { maskMagics } = await import('../../src/notebook/python/magics.ts');
    fc.assert(
      fc.property(noise, source => {
        const masked = maskMagics(source);
        expect(masked.length).toBe(source.length);
        expect(masked.replace(/[^\n]/g, '.')).toBe(
          source.replace(/[^\n]/g, '.')
        );
      }),
      { ...SEED, numRuns: 2000 }
    );
  });
});
