import { createHash } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile
} from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { copy } from '../../src/files/copy.ts';
import { deliver, type IDelivery } from '../../src/files/deliver.ts';
import { changedFiles, expectedOutputs } from '../../src/files/outputs.ts';
import { LIMITS } from '../../src/files/entry.ts';
import { plan } from '../../src/files/plan.ts';
import { RUN, tmpfs, tree } from './tree.ts';

const SHORT = RUN.slice(-8);
const NAME = '2026-11-23-' + SHORT;
const signal = new AbortController().signal;

/** A run that has ended: its files copied in, then written to. */
async function ended(
  project: Record<string, string>,
  written: Record<string, string>,
  more: Partial<IDelivery> & { globs?: string[]; cwd?: string; min?: number }
): Promise<IDelivery> {
  const source = await tree(project);
  for (const name of Object.keys(project)) {
    if (!name.endsWith('/')) {
      await utimes(join(source, name), 1e9, 1e9);
    }
  }
  const request = { mode: 'snapshot' as const, names: [] };
  const notebook = join(source, 'wave.ipynb');
  const { entries } = await plan(
    { ...request, notebook },
    { home: '/nowhere', limits: { ...LIMITS } }
  );
  const folder = await tree({ 'output.ipynb': '{"executed": true}' });
  const root = join(folder, 'files');
  await copy(entries, source, root, { signal });
  const start = new Date(2026, 10, 23, 12, 3, 11);
  for (const [name, text] of Object.entries(written)) {
    const path = join(root, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, text);
    await utimes(path, start.getTime() / 1e3 + 9, start.getTime() / 1e3 + 9);
  }
  return {
    run: RUN,
    executed: join(folder, 'output.ipynb'),
    name: 'wave.ipynb',
    into: source,
    produced: {
      root,
      cwd: more.cwd ?? '.',
      rules: (more.globs ?? []).map(glob => ({
        glob,
        min_bytes: more.min ?? 1
      })),
      startedAt: start.getTime(),
      entries
    },
    record: { kernel: 'python3' },
    signal,
    ...more
  };
}

/** What a run has made, whether it is delivered or not. */
async function listed({ produced }: IDelivery) {
  const { outputs } = await expectedOutputs(produced);
  return changedFiles(produced, outputs);
}

describe('a delivery', () => {
  it('brings notebook, declared outputs and record, and lists the rest', async () => {
    const delivery = await ended(
      { 'in.csv': '1', 'changed.txt': 'old' },
      { 'out/eta.nc': 'eta', 'changed.txt': 'new!', 'other.log': 'log' },
      { globs: ['out/*.nc'] }
    );
    const done = await deliver(delivery);
    const folder = join(delivery.into ?? '', 'wave-runs', NAME);
    const text = '{"executed": true}';
    expect(done).toEqual({
      folder,
      notebook: join(folder, 'wave.ipynb'),
      sha256: createHash('sha256').update(text).digest('hex'),
      outputs: ['out/eta.nc'],
      missing: [],
      refused: null
    });
    expect(await listed(delivery)).toEqual([
      { path: 'changed.txt', size: 4, delivered: false, declared: false },
      { path: 'other.log', size: 3, delivered: false, declared: false },
      { path: 'out/eta.nc', size: 3, delivered: false, declared: true }
    ]);
    expect(await readFile(join(folder, 'wave.ipynb'), 'utf8')).toBe(text);
    expect(await readFile(join(folder, 'out/eta.nc'), 'utf8')).toBe('eta');
    const record: unknown = JSON.parse(
      await readFile(join(folder, 'record.json'), 'utf8')
    );
    expect(record).toMatchObject({ run_id: RUN, kernel: 'python3' });
    expect(await readdir(join(folder, '..'))).toEqual([NAME]);
    expect((await lstat(folder)).mode & 0o777).toBe(0o700);
  });

  it('of the same run twice is one delivery, also on another day', async () => {
    const delivery = await ended({}, { a: 'a' }, { globs: ['a'] });
    const first = await deliver(delivery);
    await writeFile(first.notebook ?? '', 'the user worked on it');
    const produced = { ...delivery.produced, startedAt: Date.now() - 1e9 };
    const again = await deliver({ ...delivery, produced });
    expect(again.folder).toBe(first.folder);
    expect(again.sha256).toBe(first.sha256);
    expect(await readFile(first.notebook ?? '', 'utf8')).toBe(
      'the user worked on it'
    );
  });

  it('never overwrites what another has put there', async () => {
    const delivery = await ended({}, {}, {});
    const taken = join(delivery.into ?? '', 'wave-runs', NAME);
    await mkdir(taken, { recursive: true });
    await writeFile(join(taken, 'mine'), 'precious');
    const done = await deliver(delivery);
    expect(done.folder).toBe(join(taken, '..', `2026-11-23-${RUN}`));
    expect(await readdir(taken)).toEqual(['mine']);
  });

  it('takes up what a crash left half done', async () => {
    const delivery = await ended({}, {}, {});
    const runs = join(delivery.into ?? '', 'wave-runs');
    await mkdir(join(runs, `.2026-11-23-${RUN}.part`), { recursive: true });
    await writeFile(join(runs, `.2026-11-23-${RUN}.part/wave.ipynb`), '{');
    expect((await deliver(delivery)).folder).toBe(join(runs, NAME));
    expect(await readdir(runs)).toEqual([NAME]);
  });

  it('into a folder that cannot be written to is kept, and says so', async () => {
    const delivery = await ended({}, { a: 'a' }, { globs: ['a'] });
    const into = join(await tree(), 'gone');
    const done = await deliver({ ...delivery, into });
    expect(done).toMatchObject({ folder: null, notebook: null, outputs: [] });
    expect(await listed(delivery)).toEqual([
      { path: 'a', size: 1, delivered: false, declared: true }
    ]);
    expect(done.refused?.code).toBe('delivery_failed');
    expect(done.refused?.message).toContain('kept in the run folder');
  });

  it('into a folder of somebody else', async () => {
    const delivery = await ended({}, {}, {});
    for (const path of [delivery.into ?? '', join(delivery.executed, '..')]) {
      await chmod(path, 0o755);
    }
    await chmod(delivery.executed, 0o644);
    asNobody();
    const done = await deliver(delivery);
    expect(done.refused?.message).toMatch(/permission denied/);
  });

  it('without an output that cannot be read still brings the notebook', async () => {
    const delivery = await ended(
      {},
      { good: 'x', bad: 'x' },
      { globs: ['good', 'bad'] }
    );
    for (const path of [delivery.into ?? '', join(delivery.executed, '..')]) {
      await chmod(path, 0o777);
    }
    for (const path of [delivery.produced.root, delivery.executed]) {
      await chmod(path, 0o755);
    }
    await chmod(join(delivery.produced.root, 'good'), 0o644);
    await chmod(join(delivery.produced.root, 'bad'), 0);
    asNobody();
    const done = await deliver(delivery);
    expect(done.folder).not.toBeNull();
    expect(done.outputs).toEqual(['good']);
    expect(done.missing).toEqual([{ glob: 'bad', why: 'it cannot be read' }]);
  });

  it('of a run whose folder is gone says so', async () => {
    const delivery = await ended({}, {}, {});
    await rm(join(delivery.executed, '..'), { recursive: true });
    const done = await deliver(delivery);
    expect(done.refused?.message).toContain('not in the run folder any more');
    const runs = join(delivery.into ?? '', 'wave-runs');
    expect(await readdir(runs)).toEqual([]);
  });

  it('onto a full disk leaves nothing half there', async () => {
    const delivery = await ended(
      {},
      { small: 'x', big: 'x'.repeat(300_000) },
      { globs: ['small', 'big'] }
    );
    const into = await tmpfs('128k');
    const done = await deliver({ ...delivery, into });
    expect(done.refused?.code).toBe('disk_full');
    expect(done.folder).toBeNull();
    expect(await readdir(join(into, 'wave-runs'))).toEqual([]);
  });

  it('by somebody else: only looks', async () => {
    const delivery = await ended({}, { a: 'a' }, { globs: ['a', 'b'] });
    const done = await deliver({ ...delivery, into: null });
    expect(done).toMatchObject({
      folder: null,
      refused: null,
      missing: [{ glob: 'b', why: 'there is no such file' }]
    });
  });

  it('keeps outputs apart that are called like notebook or record', async () => {
    const delivery = await ended(
      {},
      { 'record.json': 'mine', 'wave.ipynb': 'mine', 'nb/../../files/x': 'x' },
      { globs: ['*'] }
    );
    const done = await deliver(delivery);
    expect([...done.outputs].sort()).toEqual([
      'files/record.json',
      'files/wave.ipynb',
      'x'
    ]);
    const kept = join(done.folder ?? '', 'files/wave.ipynb');
    expect(await readFile(kept, 'utf8')).toBe('mine');
  });
});

describe('expected outputs', () => {
  it('must be there, large enough and new', async () => {
    const delivery = await ended(
      { 'old.nc': 'from before' },
      { 'small.nc': 'x', 'good.nc': 'xxxx' },
      { globs: ['old.nc', 'small.nc', 'good.nc', 'none-*.nc'], min: 3 }
    );
    const done = await deliver(delivery);
    expect(done.outputs).toEqual(['good.nc']);
    expect(done.missing).toEqual([
      { glob: 'old.nc', why: 'not written by this run: older than its start' },
      { glob: 'small.nc', why: 'smaller than 3 bytes' },
      { glob: 'none-*.nc', why: 'there is no such file' }
    ]);
  });

  it('a copy that was made just before the start is not new', async () => {
    const delivery = await ended({ 'in.csv': '1' }, {}, { globs: ['in.csv'] });
    const produced = { ...delivery.produced, startedAt: 0 };
    const done = await deliver({ ...delivery, produced });
    expect(done.missing.map(({ glob }) => glob)).toEqual(['in.csv']);
  });

  it.each([
    [['*.png'], ['nb/a.png']],
    [['**/*.png'], ['nb/a.png', 'nb/deep/er/b.png', 'nb/.hidden/c.png']],
    [['../top.txt'], ['top.txt']],
    [['deep/{er,else}/b.*'], ['nb/deep/er/b.png']],
    [['a.png', '*.png'], ['nb/a.png']],
    [['../../secret', '/etc/hostname', '../..'], []]
  ])('%j, from the notebook’s folder', async (globs, expected) => {
    const written = {
      'nb/a.png': '1',
      'nb/deep/er/b.png': '1',
      'nb/.hidden/c.png': '1',
      'top.txt': '1',
      '../secret': '1'
    };
    const delivery = await ended({}, written, { globs, cwd: 'nb' });
    const found = await listed(delivery);
    const declared = found.filter(({ declared: is }) => is);
    expect(declared.map(({ path }) => path).sort()).toEqual(expected.sort());
  });

  it('follows links that stay inside, none that leave', async () => {
    const delivery = await ended({}, { 'a.txt': 'inside' }, { globs: ['*'] });
    const { root } = delivery.produced;
    await symlink('a.txt', join(root, 'latest'));
    const outside = join(await tree({ fresh: 'x' }), 'fresh');
    await utimes(outside, Date.now() / 1e3 + 1e9, Date.now() / 1e3 + 1e9);
    await symlink(outside, join(root, 'stolen'));
    const done = await deliver(delivery);
    expect([...done.outputs].sort()).toEqual(['a.txt', 'latest']);
    const folder = done.folder ?? '';
    expect((await lstat(join(folder, 'latest'))).isFile()).toBe(true);
    expect(await readdir(folder)).not.toContain('stolen');
  });
});

function asNobody(): void {
  if (process.geteuid?.() === 0) {
    process.seteuid?.(65534);
    onTestFinished(() => process.seteuid?.(0));
  }
}
