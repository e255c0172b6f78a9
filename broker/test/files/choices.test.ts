import { join } from 'node:path';

import type { PlanRequest } from '@jupyterlab-batch/protocol';
import { describe, expect, it } from 'vitest';

import { LIMITS } from '../../src/files/entry.ts';
import { plan, type IPlanned } from '../../src/files/plan.ts';
import { listFolder } from '../../src/files/tree.ts';
import { tree } from './tree.ts';

const FILES = {
  'jupyterlab-batch.toml': '',
  '.jupyterlab-batch-ignore': 'data/\n*.log\n',
  'nb/wave.ipynb': '{}',
  'nb/run.log': 'log',
  'nb/mesh/a.dat': '1234',
  'nb/mesh/fine/b.dat': '123456',
  'data/big.csv': '1',
  'data/raw/one.csv': '12',
  'data/raw/two.csv': '123'
};

async function planned(
  more: Partial<PlanRequest>,
  whole = false
): Promise<IPlanned & { root: string }> {
  const root = await tree(FILES);
  const request: PlanRequest = {
    notebook: join(root, 'nb/wave.ipynb'),
    mode: 'snapshot',
    names: [],
    ...more
  };
  const made = await plan(request, { home: '/nowhere', limits: LIMITS, whole });
  return { ...made, root };
}

const paths = ({ entries }: IPlanned) => entries.map(({ path }) => path);

describe('what the user leaves out', () => {
  it('is in no entry and in another plan, with the reason', async () => {
    const all = await planned({});
    const less = await planned({ exclude: ['nb/mesh/fine'] });
    expect(paths(less)).toEqual(
      paths(all).filter(path => !path.startsWith('nb/mesh/fine'))
    );
    expect(less.plan.id).not.toBe(all.plan.id);
    expect(less.plan.bytes).toBe(all.plan.bytes - 6);
    expect(less.plan.excluded).toEqual(['nb/mesh/fine']);
    expect(less.plan.left_out).toContainEqual({
      path: 'nb/mesh/fine',
      reason: 'left out for this run'
    });
  });

  it('stays out in the walk after a confirmation', async () => {
    const less = await planned({ exclude: ['nb/mesh'] }, true);
    expect(paths(less).some(path => path.startsWith('nb/mesh'))).toBe(false);
  });

  it('wins over what is taken along', async () => {
    const both = await planned({
      exclude: ['data/big.csv'],
      include: ['data/big.csv']
    });
    expect(paths(both)).not.toContain('data/big.csv');
  });
});

describe('what the user takes along', () => {
  it('is one ignored file, and nothing beside it', async () => {
    const more = await planned({ include: ['data/raw/one.csv'] });
    expect(paths(more).filter(path => path.startsWith('data'))).toEqual([
      'data',
      'data/raw',
      'data/raw/one.csv'
    ]);
    expect(more.plan.included).toEqual(['data/raw/one.csv']);
  });

  it('is an ignored folder with all that is in it', async () => {
    const more = await planned({ include: ['data/raw'] });
    expect(paths(more).filter(path => path.startsWith('data/'))).toEqual([
      'data/raw',
      'data/raw/one.csv',
      'data/raw/two.csv'
    ]);
  });

  it.each(['../../etc/passwd', '/etc/passwd', '.', '', 'nb/../..'])(
    'is never %j',
    async path => {
      const all = await planned({});
      const more = await planned({ include: [path], exclude: [path] });
      expect(paths(more)).toEqual(paths(all));
      expect(more.plan).toMatchObject({ included: [], excluded: [] });
    }
  );

  it('is never the notebook as it was saved', async () => {
    const more = await planned({ include: ['nb/wave.ipynb'] });
    expect(paths(more)).not.toContain('nb/wave.ipynb');
  });
});

it('a named file that is only left out can be added, and no other', async () => {
  const { plan: found } = await planned({
    names: ['run.log', '../data/big.csv', 'mesh/a.dat', 'none.csv', '../../x']
  });
  expect(found.missing).toEqual([
    'run.log',
    '../data/big.csv',
    'none.csv',
    '../../x'
  ]);
  expect(found.addable).toEqual(['data/big.csv', 'nb/run.log']);
});

describe('a folder of the tree', () => {
  it('has folders with the sum of what is in them, then files', async () => {
    const { entries, plan: found } = await planned({
      exclude: ['nb/mesh/a.dat']
    });
    const rows = (folder: string) =>
      listFolder(entries, found.excluded, folder).rows.map(
        ({ name, kind, files, bytes, excluded }) =>
          `${name} ${kind} ${files} ${bytes}${excluded ? ' out' : ''}`
      );
    expect(rows('nb')).toEqual(['mesh folder 1 6']);
    expect(rows('nb/mesh')).toEqual(['fine folder 1 6', 'a.dat file 0 0 out']);
    expect(rows('nb/mesh/fine')).toEqual(['b.dat file 1 6']);
    expect(rows('none')).toEqual([]);
  });

  it('lists no more than a dialog can show, and counts the rest', () => {
    const entries = Array.from({ length: 700 }, (_, at) => ({
      path: `f${at}`,
      kind: 'file' as const,
      size: 1,
      mtime: '0',
      mode: 0o600,
      target: null
    }));
    const listed = listFolder(entries, [], '');
    expect(listed.rows).toHaveLength(500);
    expect(listed.more).toBe(200);
  });
});
