import { spawnSync } from 'node:child_process';

import type {
  BaseType,
  NotebookContent,
  Value
} from '@jupyterlab-batch/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { atOnce, inject, type IInjection } from '../../src/notebook/index.ts';
import { notebook, tagged, type Cell } from './build.ts';

const SEED = { seed: 20261127 };
const COUNT = 60;

/** What could end a literal, run as code, or be folded away on its way. */
const HOSTILE = [
  '"',
  "'",
  '"""',
  "'''",
  '\\',
  '\\n',
  '\n',
  '\r\n',
  '\t',
  '$HOME',
  '$(touch /tmp/x)',
  '`id`',
  '${A}',
  '"; import os; os._exit(3)  #',
  "'); raise SystemExit(3)  #",
  '{x}',
  '%d',
  '!ls',
  '%%bash',
  '\u2028',
  '\u202e',
  '\ufeff',
  'é',
  'e\u0301',
  '😀',
  ' ',
  '#',
  ';',
  '\x1b[31m',
  '\x7f'
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 3 })), {
    maxLength: 12
  })
  .map(parts => parts.join('').replaceAll('\0', ''));
const int = fc.oneof(
  fc.constantFrom('9007199254740993', '-9007199254740993', '0'),
  fc.bigInt(-(10n ** 30n), 10n ** 30n).map(String)
);
const float = fc.oneof(
  fc.constantFrom('nan', 'inf', '-inf', '3', '1e3', '-0.0'),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map(it => (Number.isInteger(it) ? it.toFixed(1) : String(it)))
);
const TEXTS: Partial<Record<BaseType, fc.Arbitrary<string>>> = {
  str: text,
  int,
  float,
  bool: fc.constantFrom('true', 'false'),
  list: fc.array(fc.jsonValue({ maxDepth: 2 })).map(it => JSON.stringify(it))
};
const DEFAULT: Partial<Record<BaseType, string>> = {
  str: '"x"',
  int: '1',
  float: '1.5',
  bool: 'True',
  list: '[]'
};

/** One run's worth: what is written in the notebook, and what is injected. */
interface IStory {
  readonly cells: readonly Cell[];
  readonly metadata: Record<string, unknown>;
  readonly given: readonly IInjection[];
  readonly print: string;
}

/** Names with a value each, of types that the kind of evidence knows. */
function values(types: readonly BaseType[]): IInjection[] {
  const one = fc
    .constantFrom(...types)
    .chain(type =>
      (TEXTS[type] ?? text).map((it): Value => ({ type, text: it }))
    );
  return fc
    .sample(one, { ...SEED, numRuns: COUNT })
    .map((it, index) => ({ name: `P${index}`, ...it }));
}

const PRINT = `
import json
print("<<" + json.dumps({n: [type(v).__name__, repr(v)] for n, v in list(globals().items()) if n[:1] == "P" and n[1:].isdigit()}) + ">>")
`;

const assigned = (given: readonly IInjection[]) =>
  given.map(it => `${it.name} = ${DEFAULT[it.type] ?? '""'}`).join('\n');

const ALL: readonly BaseType[] = ['str', 'int', 'float', 'bool', 'list'];
const READERS: Partial<Record<BaseType, (name: string) => string>> = {
  str: name => `os.environ.get("${name}", "x")`,
  int: name => `int(os.environ.get("${name}", "1"))`,
  float: name => `float(os.environ.get("${name}", "1.5"))`
};
const WIDGETS: Partial<Record<BaseType, string>> = {
  str: 'Text(value="x")',
  bool: 'Checkbox(value=True)',
  float: 'FloatText(value=1.5)'
};

const PYTHON: Record<string, () => IStory> = {
  literal: () => {
    const given = values(ALL);
    return { cells: [assigned(given)], metadata: {}, given, print: PRINT };
  },
  'tagged cell': () => {
    const given = values(ALL);
    const cells = [tagged(assigned(given))];
    return { cells, metadata: {}, given, print: PRINT };
  },
  metadata: () => {
    const given = values(ALL);
    const parameters = given.map(({ name, type }) => ({ name, type }));
    const metadata = { jupyterlab_batch: { parameters } };
    return { cells: ['pass'], metadata, given, print: PRINT };
  },
  environment: () => {
    const given = values(['str', 'int', 'float']);
    const lines = given.map(
      ({ name, type }) => `${name} = ${READERS[type]?.(name) ?? ''}`
    );
    const cells = [['import os', ...lines].join('\n')];
    return { cells, metadata: {}, given, print: PRINT };
  },
  widget: () => {
    const given = values(['str', 'bool', 'float']).filter(
      it => !/nan|inf/.test(it.text) || it.type === 'str'
    );
    const lines = given.map(
      ({ name, type }) => `${name} = w.${WIDGETS[type] ?? ''}`
    );
    const print = PRINT.replaceAll('(v)', '(v.value)');
    const cells = [['import ipywidgets as w', ...lines].join('\n')];
    return { cells, metadata: {}, given, print };
  }
};

/** Executes notebooks in kernels of their own; what each printed. */
const EXECUTE = `
import json, sys
import nbformat
from concurrent.futures import ThreadPoolExecutor
from nbclient import NotebookClient
def execute(content):
    book = nbformat.from_dict(content)
    NotebookClient(book, timeout=60, kernel_name="python3").execute()
    return "".join(o.text for c in book.cells for o in c.outputs if o.output_type == "stream")
with ThreadPoolExecutor(3) as pool:
    print(json.dumps(list(pool.map(execute, json.load(sys.stdin)))))
`;

/** The wanted \`[type, repr]\` of values, as Python itself writes them. */
const WANTED = `
import json, sys
make = {"str": str, "int": int, "float": float, "bool": lambda t: t == "true", "list": json.loads}
def want(given):
    return {g["name"]: [type(v).__name__, repr(v)] for g in given for v in [make[g["type"]](g["text"])]}
print(json.dumps([want(given) for given in json.load(sys.stdin)]))
`;

function python(code: string, input: unknown): unknown {
  const ended = spawnSync('python3', ['-c', code], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 1 << 26
  });
  expect(ended.status, ended.stderr).toBe(0);
  return JSON.parse(ended.stdout);
}

/** Printed with the real injection between the markers. */
const between = (printed: string) =>
  /<<(.*)>>/.exec(printed)?.[1] ?? printed.slice(-500);

test('kernels see exactly the values that were injected, for every evidence', () => {
  const stories = Object.values(PYTHON).map(make => make());
  const prepared = stories.map(({ cells, metadata, given, print }) =>
    atOnce(inject(notebook([...cells, print], metadata), given))
  );
  const printed = python(EXECUTE, prepared) as string[];
  const wanted = python(
    WANTED,
    stories.map(({ given }) => given)
  ) as Record<string, unknown>[];
  Object.keys(PYTHON).forEach((kind, index) => {
    const seen: unknown = JSON.parse(between(printed[index] ?? ''));
    expect(seen, kind).toEqual(wanted[index]);
    expect(Object.keys(wanted[index] ?? {}).length).toBeGreaterThan(30);
  });
}, 60_000);

const BASH: NotebookContent['metadata'] = {
  kernelspec: { name: 'bash', display_name: 'Bash', language: 'bash' },
  language_info: { name: 'bash' }
};

test.each<[string, (names: readonly IInjection[]) => Cell[]]>([
  [
    'tagged cell',
    given => [tagged(given.map(it => `${it.name}=x`).join('\n'))]
  ],
  [
    'environment',
    given => [given.map(it => `${it.name}="\${${it.name}:-x}"`).join('\n')]
  ],
  ['metadata', () => [':']]
])('bash sees exactly the texts that were injected: %s', (kind, cells) => {
  const given = values(['str', 'int']);
  const parameters = given.map(({ name, type }) => ({ name, type }));
  const content = notebook(cells(given), {
    ...BASH,
    ...(kind === 'metadata' ? { jupyterlab_batch: { parameters } } : {})
  });
  const prepared = atOnce(inject(content, given));
  const code = prepared.cells.map(cell => {
    const source: unknown = Reflect.get(cell, 'source');
    return Array.isArray(source) ? source.join('') : String(source);
  });
  const print = given.map(it => `printf '%s\\0' "$${it.name}"`);
  const ended = spawnSync('bash', ['--norc'], {
    input: [...code, ...print].join('\n'),
    encoding: 'utf8'
  });
  expect([ended.stderr, ended.status]).toEqual(['', 0]);
  expect(ended.stdout.split('\0').slice(0, -1)).toEqual(
    given.map(it =>
      // `:-` is the notebook's own rule for what is empty
      kind === 'environment' && it.text === ''
        ? 'x'
        : Buffer.from(it.text).toString()
    )
  );
});
