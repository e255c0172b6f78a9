import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Runtime } from '@jupyterlab-batch/protocol';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { Runtimes } from '../../../src/targets/runtimes/index.ts';

let home = '';
let now = 0;
let runtimes: Runtimes;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'jlb-runtimes-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  now = 0;
  runtimes = new Runtimes({ home, environment: {} }, () => now);
});

/** By layout; what it calls its Python says what a test tells it to. */
function environment(
  name: string,
  kind: Runtime['kind'] = 'virtualenv',
  says: string | null = 'echo 3 11 2 True'
): string {
  const path = join(home, name);
  mkdirSync(join(path, 'bin'), { recursive: true });
  if (kind === 'conda') {
    mkdirSync(join(path, 'conda-meta'));
  } else {
    writeFileSync(join(path, 'pyvenv.cfg'), 'home = /usr/bin\n');
  }
  if (says !== null) {
    writeFileSync(join(path, 'bin', 'python'), `#!/bin/sh\n${says}\n`, {
      mode: 0o755
    });
  }
  return path;
}

function kernel(folder: string, name: string, text: string | object): void {
  const path = join(folder, 'kernels', name);
  mkdirSync(path, { recursive: true });
  writeFileSync(
    join(path, 'kernel.json'),
    typeof text === 'string' ? text : JSON.stringify(text)
  );
}

const look = (kind: Runtime['kind'], path: string, trusted = true) =>
  runtimes.offer({
    runtime: { kind, path },
    trusted,
    python: '/x/python',
    near: null
  });
const told = async (kind: Runtime['kind'], path: string) => {
  const { problems, used } = await look(kind, path);
  expect(used).toBeNull();
  return problems.map(({ code, message }) => `${code}: ${message}`);
};

describe('an environment', () => {
  test.each<[string, Runtime['kind']]>([
    ['plain', 'virtualenv'],
    ['with space and ümlaut 環境', 'virtualenv'],
    ["it's $(id) `id`", 'conda']
  ])('is found: %s', async (name, kind) => {
    const path = environment(name, kind);
    const { used, problems, kernels } = await look(kind, `${path}//`);
    expect(problems).toEqual([]);
    const python = join(path, 'bin', 'python');
    expect(used).toEqual({ kind, path, python, version: '3.11.2' });
    expect(kernels.find(one => one.name === 'python3')?.argv).toEqual([
      python,
      '-m',
      'ipykernel_launcher',
      '-f',
      '{connection_file}'
    ]);
  });

  test('keeps the path of a link, by which it knows itself', async () => {
    const path = join(home, 'link');
    symlinkSync(environment('real'), path);
    expect((await look('virtualenv', path)).used?.path).toBe(path);
  });

  test('that is none is said to be', async () => {
    const venv = environment('venv');
    const conda = environment('conda', 'conda');
    expect(await told('virtualenv', '')).toEqual([
      'unusable_runtime: Name the folder of a virtual environment.'
    ]);
    expect(await told('virtualenv', 'venv')).toEqual([
      expect.stringMatching(/venv is no absolute path/)
    ]);
    expect(await told('virtualenv', join(home, 'gone'))).toEqual([
      expect.stringMatching(/There is no .*\/gone/)
    ]);
    expect(await told('virtualenv', join(venv, 'bin', 'python'))).toEqual([
      expect.stringContaining(`Do you mean ${venv}?`)
    ]);
    expect(await told('conda', venv)).toEqual([
      expect.stringMatching(/is a virtual environment.*Choose virtualenv/)
    ]);
    expect(await told('virtualenv', conda)).toEqual([
      expect.stringMatching(/Choose conda/)
    ]);
    expect(await told('virtualenv', home)).toEqual([
      expect.stringMatching(/it has no pyvenv\.cfg/)
    ]);
    expect(await told('virtualenv', environment('a:b'))).toEqual([
      expect.stringMatching(/colon/)
    ]);
    expect(await told('virtualenv', `${venv}\nx`)).toEqual([
      expect.stringMatching(/venv\\nx cannot be used/)
    ]);
  });

  test('whose Python is gone, or does not do, is named', async () => {
    const conda = environment('bare', 'conda', null);
    expect(await told('conda', conda)).toEqual([
      `unusable_runtime: ${conda} has no Python. Install it there: conda install --prefix ${conda} python ipykernel`
    ]);
    const venv = environment('old', 'virtualenv', null);
    symlinkSync('/gone/python3.8', join(venv, 'bin', 'python'));
    expect(await told('virtualenv', venv)).toEqual([
      expect.stringMatching(/leads to \/gone\/python3\.8\. Make .* anew/)
    ]);
    for (const [says, expected] of [
      ['echo 3 8 9 True', /unusable_python: .*Python 3\.8; a run needs 3\.9/],
      ['echo 3 12 0 False', /unusable_python: .* -m pip install ipykernel/],
      ['exit 1', /unusable_python: .*does not start/],
      ['echo what', /is no Python\. Choose another environment/]
    ] as const) {
      const path = environment(says, 'virtualenv', says);
      expect(await told('virtualenv', path)).toEqual([
        expect.stringMatching(expected)
      ]);
    }
  });

  test('is looked at again after a while, sooner where it did not do', async () => {
    const path = environment('mended', 'virtualenv', 'exit 1');
    expect((await look('virtualenv', path)).used).toBeNull();
    environment('mended');
    expect((await look('virtualenv', path)).used).toBeNull();
    now = 2_001;
    expect((await look('virtualenv', path)).used).not.toBeNull();
  });

  test('of conda may be called by its name, if there is one of it', async () => {
    const [science, twin] = [
      environment('science', 'conda'),
      environment('other/science', 'conda')
    ];
    mkdirSync(join(home, '.conda'));
    const list = join(home, '.conda', 'environments.txt');
    writeFileSync(list, `${science}\n${home}/deleted\nrelative\n`);
    expect((await look('conda', 'science')).used?.path).toBe(science);
    expect(await told('conda', 'deleted')).toEqual([
      expect.stringMatching(/No conda .* called deleted\. Known are science\./)
    ]);
    writeFileSync(list, `${science}\n${twin}\n`);
    now = 20_000;
    expect(await told('conda', 'science')).toEqual([
      expect.stringMatching(/Several conda environments are called science/)
    ]);
  });

  test('of conda with activation scripts says that they are not run', async () => {
    const path = environment('gdal', 'conda');
    mkdirSync(join(path, 'etc', 'conda', 'activate.d'), { recursive: true });
    writeFileSync(join(path, 'etc', 'conda', 'activate.d', 'gdal.sh'), 'exit');
    const { used, problems } = await look('conda', path);
    expect(used).not.toBeNull();
    expect(problems).toMatchObject([
      {
        severity: 'warning',
        message: expect.stringContaining('gdal.sh') as string
      }
    ]);
  });

  test('that only a notebook names is looked at, and nothing of it is started', async () => {
    const ran = join(home, 'ran');
    const path = environment('evil', 'virtualenv', `touch '${ran}'`);
    const python = join(path, 'bin', 'python');
    const cfg = join(path, 'pyvenv.cfg');
    writeFileSync(cfg, 'home = /usr\nversion_info = 3.12.1.final.0\n');
    kernel(join(path, 'share', 'jupyter'), 'evil', {
      argv: [python, '-m', 'evil']
    });
    const { used, kernels, problems } = await look('virtualenv', path, false);
    expect(used).toMatchObject({ path, version: '3.12.1' });
    expect(kernels.map(({ name }) => name)).toContain('evil');
    expect(problems).toEqual([]);
    const wish = {
      resources: {},
      limit: 60,
      timeLimit: null,
      python: '/x/python',
      runtime: { kind: 'virtualenv', path } as const,
      kernel: { name: 'evil', argv: [python, '-m', 'evil'] }
    };
    await runtimes.check({ ...wish, trusted: false });
    expect(existsSync(ran)).toBe(false);
    // the test can fail: who chooses it has it started
    await runtimes.check({ ...wish, trusted: true });
    expect(existsSync(ran)).toBe(true);
  });

  test.each([
    ['version = 3.8.20', /is Python 3\.8; a run needs 3\.9/],
    ['home = /usr', null]
  ])('says by its files alone: %s', async (line, expected) => {
    const path = environment('files');
    writeFileSync(join(path, 'pyvenv.cfg'), `${line}\n`);
    const { used, problems } = await look('virtualenv', path, false);
    expect(used?.version ?? null).toBe(expected === null ? '?' : null);
    expect(problems.map(({ message }) => message)).toEqual(
      expected === null ? [] : [expect.stringMatching(expected)]
    );
    const conda = environment('conda-files', 'conda');
    writeFileSync(join(conda, 'conda-meta', 'python-3.10.4-h1_0.json'), '');
    expect((await look('conda', conda, false)).used?.version).toBe('3.10.4');
  });

  test('near the notebook, and of the user, is offered', async () => {
    const near = join(home, 'project', 'deep');
    const beside = environment('project/.venv');
    const shelved = environment('.virtualenvs/shelved');
    const conda = environment('.conda/envs/one', 'conda');
    const python = '/usr/bin/python3';
    const question = { runtime: null, trusted: false, python, near };
    const { known, used } = await runtimes.offer(question);
    expect(used).toBeNull();
    expect(known).toEqual([
      { kind: 'virtualenv', path: beside },
      { kind: 'virtualenv', path: shelved },
      { kind: 'conda', path: conda }
    ]);
  });
});

describe('the kernels', () => {
  test('of an environment come before those of the user', async () => {
    const path = environment('venv');
    const own = join(path, 'share', 'jupyter');
    const user = join(home, '.local', 'share', 'jupyter');
    kernel(own, 'mine', { argv: ['python', 'a'], display_name: 'Own' });
    kernel(user, 'mine', { argv: ['/b'], display_name: 'Of the user' });
    // an old `ipykernel install --user` of another environment
    kernel(user, 'python3', { argv: ['/other/python', '-m', 'ipykernel'] });
    kernel(user, 'ir', {
      argv: ['/usr/bin/R', '{prefix}/x'],
      language: 'R',
      env: { SECRET: 'v4lue' },
      interrupt_mode: 'message'
    });
    const { kernels } = await look('virtualenv', path);
    const by = new Map(kernels.map(one => [one.name, one]));
    const python = join(path, 'bin', 'python');
    expect(by.get('mine')).toMatchObject({
      display_name: 'Own',
      argv: [python, 'a'],
      resource_dir: join(own, 'kernels', 'mine')
    });
    expect(by.get('python3')?.argv[0]).toBe(python);
    expect(by.get('ir')).toMatchObject({
      argv: ['/usr/bin/R', `${path}/x`],
      language: 'r',
      env_names: ['SECRET'],
      interrupt_mode: 'message'
    });
    expect(JSON.stringify(kernels)).not.toContain('v4lue');
  });

  test('that nobody can start are named, and hide no other', async () => {
    const path = environment('venv');
    const own = join(path, 'share', 'jupyter');
    kernel(own, 'torn', '{"argv": [');
    kernel(own, 'list', '[]');
    kernel(own, 'empty', { argv: [] });
    kernel(own, 'numbers', { argv: [1] });
    kernel(own, 'huge', `{"argv": ["${'x'.repeat(70_000)}"]}`);
    mkdirSync(join(own, 'kernels', 'nothing'));
    mkdirSync(join(own, 'kernels', 'pipe'));
    execFileSync('mkfifo', [join(own, 'kernels', 'pipe', 'kernel.json')]);
    kernel(own, 'good', { argv: ['/bin/true'] });
    const { kernels, broken } = await look('virtualenv', path);
    expect(kernels.map(({ name }) => name)).toContain('good');
    expect(broken.map(({ name }) => name)).toEqual([
      'empty',
      'huge',
      'list',
      'numbers',
      'pipe',
      'torn'
    ]);
    expect(broken.at(-1)?.message).toMatch(/torn\/kernel\.json is no JSON/);
  });

  test('of hostile names are none, and words of theirs stay words', async () => {
    const path = environment('venv');
    const own = join(path, 'share', 'jupyter');
    const spec = { argv: ['/bin/true'], display_name: 'x' };
    for (const name of ['$(id)', 'a b', 'a\nb', '-x;rm', 'ö', '<b>']) {
      kernel(own, name, spec);
    }
    kernel(own, 'Upper', {
      argv: ['/bin/true'],
      display_name: `a\u202eb\u001b[31m${'c'.repeat(300)}`
    });
    const { kernels } = await look('virtualenv', path);
    const names = kernels.map(({ name }) => name);
    expect(names.filter(name => !/^[\w.-]+$/.test(name))).toEqual([]);
    const upper = kernels.find(({ name }) => name === 'upper');
    expect(upper?.display_name).toMatch(/^ab\[31mc+$/);
    expect(upper?.display_name).toHaveLength(200);
  });

  test('are as many as one can choose from', async () => {
    const path = environment('venv');
    for (let n = 0; n < 520; n++) {
      kernel(join(path, 'share', 'jupyter'), `k${n}`, { argv: ['/bin/true'] });
    }
    const { kernels, problems } = await look('virtualenv', path);
    expect(kernels.length).toBeLessThanOrEqual(501);
    expect(kernels.map(({ name }) => name)).toContain('python3');
    expect(problems).toMatchObject([
      { code: 'unknown_kernel', severity: 'warning' }
    ]);
  });

  test('are compared with what a run would be started with', async () => {
    const path = environment('venv');
    const wish = {
      resources: {},
      limit: 60,
      timeLimit: null,
      python: '/x/python',
      runtime: { kind: 'virtualenv', path } as const,
      trusted: true
    };
    const ask = async (name: string, argv: string[]) =>
      (await runtimes.check({ ...wish, kernel: { name, argv } })).problems.map(
        ({ message }) => message
      );
    expect(await ask('python3', ['/bin/true'])).toEqual([]);
    expect(await ask('python3', ['/gone'])).toEqual([
      expect.stringMatching(/starts \/gone, which is not there/)
    ]);
    expect(await ask('ir', ['/bin/true'])).toEqual([
      expect.stringMatching(/has no kernel ir\. It has: .*python3/)
    ]);
  });
});
