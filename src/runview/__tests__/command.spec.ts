import { execFileSync } from 'node:child_process';

import { parameter, run } from '../../__tests__/world';
import { startOf } from '../again';
import { commandLine } from '../command';

const chosen = {
  kernel: 'python3',
  exclude: ['big'],
  include: [],
  outputs: []
};

/** The words that a real shell makes of a line. */
function words(line: string): string[] {
  const script = `jupyter() { printf '%s\\0' jupyter "$@"; }; ${line}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
}

const HOSTILE = [
  "it's $(touch /tmp/x) `id`",
  '"; rm -rf ~ #',
  'a\nb',
  '-x',
  '$HOME \\ * ? [a] {b,c} !! ~',
  'Grüße 波'
];

/** The notebook says `END = None`. */
const UNTYPED = {
  name: 'END',
  type: 'int',
  text: '3',
  layer: 'override',
  shadowed: [{ text: 'null', layer: 'notebook', origin: 'cell 1' }]
} as const;

describe('the command of a run', () => {
  it('says the type where the notebook has none', () => {
    const line = commandLine(
      run(1, {
        parameters: [parameter({ ...UNTYPED, shadowed: [...UNTYPED.shadowed] })]
      }),
      chosen
    );
    expect(words(line)).toContain('END:int=3');
  });

  it('is what people would type', () => {
    expect(
      commandLine(
        run(1, {
          parameters: [
            parameter({ text: '4.0', layer: 'override', origin: 'dialog' }),
            parameter({ name: 'WID', text: '20.0' }),
            parameter({ name: 'PIN', text: '1.0', layer: 'admin' }),
            parameter({ name: 'no', declared: false, layer: 'environment' })
          ]
        }),
        chosen
      )
    ).toBe(
      'jupyter batch run /home/me/waves/wave.ipynb -p AMP=4.0 --kernel=python3 --target=local --time-limit=7200s --files=snapshot'
    );
  });

  it('says where results went if it was not beside the notebook', () => {
    const there = run(1, { deliver_to: '/data/out' });
    expect(words(commandLine(there, chosen))).toContain(
      '--deliver-to=/data/out'
    );
    expect(startOf(there, chosen).deliverTo).toBe('/data/out');
    expect(startOf(run(1), chosen).deliverTo).toBeNull();
  });

  it.each(HOSTILE)('keeps %j as one word of a shell', text => {
    const line = commandLine(
      run(1, {
        notebook: `/home/me/${text.replaceAll('/', '')}/n.ipynb`,
        deliver_to: null,
        label: text,
        parameters: [parameter({ type: 'str', text, layer: 'override' })]
      }),
      { ...chosen, kernel: text }
    );
    expect(words(line)).toEqual([
      'jupyter',
      'batch',
      'run',
      `/home/me/${text.replaceAll('/', '')}/n.ipynb`,
      '-p',
      `AMP=${text}`,
      `--kernel=${text}`,
      '--target=local',
      '--time-limit=7200s',
      '--files=snapshot',
      `--label=${text}`
    ]);
  });

  it('asks the cluster for the same', () => {
    const asked = { partition: 'gpu', memory: '2048M', constraint: 'a&b' };
    const line = words(commandLine(run(1, { resources: asked }), chosen));
    expect(line).toEqual(
      expect.arrayContaining([
        '--partition=gpu',
        '--memory=2048M',
        '--constraint=a&b'
      ])
    );
  });

  it('has the same Python', () => {
    const path = "/home/me/it's/.venv";
    const runtime = {
      kind: 'virtualenv',
      path,
      python: `${path}/bin/python`,
      version: '3.11.2'
    } as const;
    expect(words(commandLine(run(1, { runtime }), chosen))).toContain(
      `--runtime=virtualenv:${path}`
    );
  });

  it('of a notebook without a path is no option', () => {
    expect(
      words(commandLine(run(1, { notebook: '-rf.ipynb' }), chosen))[3]
    ).toBe('./-rf.ipynb');
  });
});

test('a re-run begins with what was chosen, not with what the site set', () => {
  const start = startOf(
    run(1, {
      label: 'study',
      parameters: [
        parameter({ text: '4.0', layer: 'override' }),
        parameter({ name: 'WID', text: '18.0', layer: 'environment' }),
        parameter({ name: 'Xc' }),
        parameter({ name: 'PIN', layer: 'admin' }),
        parameter({ ...UNTYPED, shadowed: [...UNTYPED.shadowed] })
      ]
    }),
    chosen
  );
  expect(start).toEqual({
    values: { AMP: '4.0', WID: '18.0', END: '3' },
    types: { END: 'int' },
    chosen,
    target: 'local',
    resources: {},
    runtime: null,
    filesMode: 'snapshot',
    label: 'study',
    deliverTo: null,
    timeLimit: 7200
  });
});
