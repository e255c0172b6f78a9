import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

import type { BatchError, FilesPlan } from '@jupyterlab-batch/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';

import { LIMITS } from '../../src/files/entry.ts';
import { plan, type IPlanned } from '../../src/files/plan.ts';
import { projectRoot, slug } from '../../src/files/root.ts';
import { RUN, tree } from './tree.ts';

const HOME = '/nowhere/home';

async function planned(
  notebook: string | null,
  more: {
    mode?: FilesPlan['mode'];
    names?: string[];
    limits?: Partial<typeof LIMITS>;
    home?: string;
    whole?: boolean;
  } = {}
): Promise<IPlanned> {
  return plan(
    { notebook, mode: more.mode ?? 'snapshot', names: more.names ?? [] },
    {
      home: more.home ?? HOME,
      limits: { ...LIMITS, ...more.limits },
      whole: more.whole
    }
  );
}

function paths({ entries }: IPlanned): string[] {
  return entries.map(({ path }) => path);
}

async function refusal(work: Promise<unknown>): Promise<BatchError> {
  return work.then(
    () => expect.unreachable('was not refused'),
    (error: BatchError) => error
  );
}

describe('the project root', () => {
  it.each([
    ['p/.git/', 'p/a/b/', 'p'],
    ['p/jupyterlab-batch.toml', 'p/a/b/', 'p'],
    ['p/a/jupyterlab-batch.yaml', 'p/a/b/', 'p/a'],
    ['p/other.toml', 'p/a/b/', 'p/a/b'],
    ['p/a/b/.git/', 'p/a/b/', 'p/a/b']
  ])('with %s a notebook in %s belongs to %s', async (mark, folder, root) => {
    const at = await tree({ [mark]: '', [folder]: '' });
    expect(await projectRoot(join(at, folder))).toBe(join(at, root));
  });

  it.each([
    ['Tsunami 2024 (é)', 'Tsunami-2024-e'],
    ['..', 'project'],
    ['../../etc', 'etc'],
    ['', 'project'],
    ['.hidden', 'hidden'],
    ['海', 'project'],
    ['x'.repeat(300), 'x'.repeat(64)]
  ])('%j becomes the path component %j', (name, expected) => {
    expect(slug(name)).toBe(expected);
  });
});

describe('a snapshot', () => {
  it('takes the project and says where the notebook lies in it', async () => {
    const root = await tree({
      '.git/HEAD': 'ref',
      'nb/run.ipynb': '{}',
      'nb/model.py': 'x = 1',
      'data/wave.csv': '1,2,3',
      'empty/': ''
    });
    const { plan: it, entries } = await planned(join(root, 'nb/run.ipynb'), {
      names: ['model.py', '../data/wave.csv', '../data', 'gone.nc', '/abs']
    });
    expect(it).toMatchObject({
      mode: 'snapshot',
      root,
      cwd: 'nb',
      files: 2,
      bytes: 10,
      missing: ['gone.nc'],
      ask: null
    });
    expect(entries.map(({ path, kind }) => `${path} ${kind}`)).toEqual([
      'data folder',
      'data/wave.csv file',
      'empty folder',
      'nb folder',
      'nb/model.py file'
    ]);
  });

  it('leaves out what a run does not need, with the reason', async () => {
    const root = await tree({
      'jupyterlab-batch.toml': '',
      '.git/HEAD': '',
      'a.ipynb': '{}',
      '.ipynb_checkpoints/a.ipynb': '{}',
      'sub/__pycache__/m.pyc': '',
      'node_modules/x/index.js': '',
      'myenv/pyvenv.cfg': '',
      'myenv/bin/python': '',
      'conda/conda-meta/history': '',
      'a-runs/2026-11-23-8e9f0a1b/record.json': '{}',
      [`work/p/u/${RUN}/plan.json`]: '{}',
      'my-runs/notes.txt': 'mine'
    });
    const done = await planned(join(root, 'a.ipynb'));
    expect(paths(done)).toEqual([
      'jupyterlab-batch.toml',
      'my-runs',
      'my-runs/notes.txt',
      'sub',
      'work',
      'work/p',
      'work/p/u'
    ]);
    const reasons = done.plan.left_out.map(
      ({ path, reason }) => `${path}: ${reason}`
    );
    expect(reasons).toEqual([
      '.git: version control',
      '.ipynb_checkpoints: checkpoints',
      'a-runs: earlier runs',
      'a.ipynb: the notebook itself: it goes as prepared',
      'conda: an environment',
      'myenv: an environment',
      'node_modules: installed packages',
      'sub/__pycache__: compiled Python',
      `work/p/u/${RUN}: earlier runs`
    ]);
  });

  it('reads ignore files as git does, deeper ones last', async () => {
    const root = await tree({
      '.jupyterlab-batch-ignore': '*.nc\n/build/\n!keep.nc\nData\n',
      'sub/.jupyterlab-batch-ignore': '!*.nc\nkeep.nc\n',
      'a.nc': '',
      'keep.nc': '',
      'build/x': '',
      'data/x': '',
      'sub/a.nc': '',
      'sub/keep.nc': '',
      'sub/build/x': ''
    });
    expect(paths(await planned(join(root, 'n.ipynb')))).toEqual([
      '.jupyterlab-batch-ignore',
      'data',
      'data/x',
      'keep.nc',
      'sub',
      'sub/.jupyterlab-batch-ignore',
      'sub/a.nc',
      'sub/build',
      'sub/build/x'
    ]);
  });

  it('keeps links inside the tree and makes absolute ones lead to the copy', async () => {
    const root = await tree({ 'v1/a': 'x', 'sub/': '' });
    await symlink('../v1', join(root, 'sub/relative'));
    await symlink(join(root, 'v1/a'), join(root, 'sub/absolute'));
    await symlink('not-yet', join(root, 'sub/dangling'));
    const { entries } = await planned(join(root, 'n.ipynb'));
    const links = entries.filter(({ kind }) => kind === 'link');
    expect(links.map(({ path, target }) => [path, target])).toEqual([
      ['sub/absolute', '../v1/a'],
      ['sub/dangling', 'not-yet'],
      ['sub/relative', '../v1']
    ]);
  });

  it.each([
    ['/etc/passwd', 'an absolute one'],
    ['../../outside', 'a relative one'],
    ['.venv/python', 'one through what is left out']
  ])('refuses a link to %s, %s, and names it', async target => {
    const root = await tree({ '.venv/': '' });
    await symlink('/usr/bin/env', join(root, '.venv/python'));
    await symlink(target, join(root, 'bad'));
    const error = await refusal(planned(join(root, 'n.ipynb')));
    expect(error.code).toBe('symlink_leaves_tree');
    expect(error.message).toMatch(/^bad leads out.*jupyterlab-batch-ignore/);
    expect(error.problem.errors[0]?.origin).toBe('bad');
  });

  it('refuses files and folders that may not be read, naming all', async () => {
    const root = await tree({ ok: '', 'no/a': '', 'secret.csv': '' });
    await chmod(root, 0o755);
    await chmod(join(root, 'no'), 0);
    await chmod(join(root, 'secret.csv'), 0);
    asNobody();
    const error = await refusal(planned(join(root, 'n.ipynb')));
    expect(error.code).toBe('files_unreadable');
    expect(error.problem.errors.map(({ origin }) => origin)).toEqual([
      'no',
      'secret.csv'
    ]);
  });

  it('refuses an ignore file that may not be read, and waits for no pipe', async () => {
    const root = await tree({ '.jupyterlab-batch-ignore': '*', 'sub/a': '' });
    execFileSync('mkfifo', [join(root, 'sub/.jupyterlab-batch-ignore')]);
    await chmod(root, 0o755);
    const { plan: it } = await planned(join(root, 'sub/n.ipynb'));
    expect(it.files).toBe(1);
    await chmod(join(root, '.jupyterlab-batch-ignore'), 0);
    asNobody();
    const error = await refusal(planned(join(root, 'n.ipynb')));
    expect(error.message).toMatch(/^\.jupyterlab-batch-ignore may not be read/);
  });

  it('leaves out pipes and sockets', async () => {
    const root = await tree({ a: '' });
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const server = createServer().listen(join(root, 'sock'));
    await new Promise(resolve => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    const done = await planned(join(root, 'n.ipynb'));
    expect(paths(done)).toEqual(['a']);
    expect(done.plan.left_out).toEqual([
      { path: 'pipe', reason: 'a pipe' },
      { path: 'sock', reason: 'a socket' }
    ]);
  });

  it('links what is too large to copy and does not count it', async () => {
    const root = await tree({ 'big.h5': 'x'.repeat(100), small: 'x' });
    const done = await planned(join(root, 'n.ipynb'), {
      limits: { copied: 50 }
    });
    expect(done.plan).toMatchObject({
      files: 2,
      bytes: 1,
      linked: [{ path: 'big.h5', bytes: 100 }],
      largest: [{ path: 'small', bytes: 1 }]
    });
    expect(done.entries[0]?.target).toBe(join(root, 'big.h5'));
  });

  it('has the same id for the same files and another for any change', async () => {
    const root = await tree({ a: 'one', b: 'two' });
    const id = async (): Promise<string> =>
      (await planned(join(root, 'n.ipynb'))).plan.id;
    const seen = [await id()];
    expect(await id()).toBe(seen[0]);
    await writeFile(join(root, 'n.ipynb'), 'saved meanwhile');
    expect(await id()).toBe(seen[0]);
    await utimes(join(root, 'a'), 1, 1);
    seen.push(await id());
    await chmod(join(root, 'a'), 0o755);
    seen.push(await id());
    await writeFile(join(root, 'c'), '');
    seen.push(await id());
    expect(new Set(seen).size).toBe(4);
  });
});

describe('a plan that a person has to see', () => {
  const many = Object.fromEntries(
    Array.from({ length: 60 }, (_, n) => [`d${n % 3}/f${n}`, 'xxxxx'])
  );

  it('asks when there are too many files or bytes', async () => {
    const root = await tree(many);
    const of = async (limits: object): Promise<FilesPlan['ask']> =>
      (await planned(join(root, 'n.ipynb'), { limits })).plan.ask;
    expect(await of({ files: 59 })).toBe('too_many');
    expect(await of({ files: 60 })).toBeNull();
    expect(await of({ bytes: 299 })).toBe('too_large');
    expect(await of({ bytes: 300 })).toBeNull();
  });

  it('stops counting far above the limit; the whole walk has the same id', async () => {
    const root = await tree(many);
    const notebook = join(root, 'n.ipynb');
    const limits = { files: 10 };
    const shown = await planned(notebook, { limits });
    expect(shown.entries).toHaveLength(20);
    expect(shown.plan.ask).toBe('too_many');
    expect(shown.plan.left_out[0]?.reason).toMatch(/^more than 20 /);
    const whole = await planned(notebook, { limits, whole: true });
    expect(whole.plan.files).toBe(60);
    expect(whole.plan.id).toBe(shown.plan.id);
  });

  it('cuts at the same place, though an environment lies on the border', async () => {
    const root = await tree({ a: '', b: '', 'c/pyvenv.cfg': '', 'c/x': '' });
    const notebook = join(root, 'n.ipynb');
    const limits = { files: 1 };
    const shown = await planned(notebook, { limits });
    const whole = await planned(notebook, { limits, whole: true });
    expect(paths(whole)).toEqual(['a', 'b']);
    expect(whole.plan.id).toBe(shown.plan.id);
  });

  it.each(['', '..'])('asks when the root holds $HOME (%j of it)', async up => {
    const root = await tree({ '.git/': '', 'me/x': '', y: '' });
    const home = up === '' ? root : join(root, 'me');
    const { plan: it } = await planned(join(root, 'n.ipynb'), { home });
    expect(it.ask).toBe('root_is_home');
  });
});

describe('names', () => {
  it('that are not UTF-8, have newlines or any script survive', async () => {
    const root = await tree({ 'line\nbreak': '', '海/é.txt': '' });
    const raw = Buffer.concat([
      Buffer.from(`${root}/caf`),
      Buffer.from([0xe9, 0xff]),
      Buffer.from('.txt')
    ]);
    await writeFile(raw, 'latin');
    const done = await planned(join(root, 'n.ipynb'));
    expect(paths(done)).toEqual([
      'caf\udce9\udcff.txt',
      'line\nbreak',
      '海',
      '海/é.txt'
    ]);
    expect(JSON.stringify(done.plan)).not.toMatch(/\\udc/);
    expect(done.plan.bytes).toBe(5);
  });
});

describe('the other modes', () => {
  it('in place: nothing is copied, the folder is the real one', async () => {
    const root = await tree({ '.git/': '', 'sub/a.csv': '' });
    await mkdir(join(root, 'sub/data'));
    const done = await planned(join(root, 'sub/n.ipynb'), {
      mode: 'in-place',
      names: ['a.csv', 'data', 'b.csv']
    });
    expect(done.entries).toEqual([]);
    expect(done.plan).toMatchObject({
      mode: 'in-place',
      root,
      cwd: 'sub',
      files: 0,
      missing: ['b.csv'],
      ask: null
    });
  });

  it('needs the folder of the notebook, or to go without files', async () => {
    const gone = join(await tree(), 'moved', 'n.ipynb');
    for (const mode of ['snapshot', 'in-place'] as const) {
      await expect(planned(gone, { mode })).rejects.toMatchObject({
        problem: {
          code: 'not_found',
          detail: expect.stringMatching(
            /moved is not there.*--files none/
          ) as string
        }
      });
    }
    expect((await planned(gone, { mode: 'none' })).entries).toEqual([]);
  });

  it('none, and a notebook without a path: an empty folder', async () => {
    const root = await tree({ a: '' });
    for (const [notebook, mode] of [
      [join(root, 'n.ipynb'), 'none'],
      [null, 'snapshot']
    ] as const) {
      const done = await planned(notebook, { mode, names: ['a'] });
      expect(done.entries).toEqual([]);
      expect(done.plan).toMatchObject({
        mode: 'none',
        root: null,
        cwd: '.',
        missing: ['a']
      });
    }
  });
});

/** Root reads everything; give that up until the test is over. */
function asNobody(): void {
  if (process.geteuid?.() === 0) {
    process.seteuid?.(65534);
    onTestFinished(() => process.seteuid?.(0));
  }
}
