import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { IAuditDraft } from '../../src/lifecycle/ports.ts';
import { Store } from '../../src/store/store.ts';
import { aRun, commitOf } from './rows.ts';

const KEY = Buffer.alloc(32, 7);
const ROWS = 12;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'audit-'));
  path = join(folder, 'broker.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

const row = (event: string, more: Partial<IAuditDraft> = {}): IAuditDraft => ({
  at: 1000,
  machine: 'run',
  subject: 'r',
  run: 'r',
  event,
  from: null,
  to: 'queued',
  fits: true,
  detail: `detail of ${event}`,
  ...more
});

async function written(rows = ROWS): Promise<void> {
  const store = new Store(path, KEY);
  await store.commit(commitOf({ subjects: [aRun('r')], audit: [row('e1')] }));
  for (let n = 2; n <= rows; n += 1) {
    await store.commit(commitOf({ audit: [row(`e${n}`)] }));
  }
  await store.close();
}

/** Does something to the file behind the broker's back. */
function tamper(...statements: string[]): void {
  const raw = new DatabaseSync(path);
  statements.forEach(sql => raw.exec(sql));
  raw.close();
}

async function verdict(key = KEY) {
  const store = new Store(path, key);
  const found = await store.verifyAudit();
  await store.close();
  return found;
}

describe('the audit chain', () => {
  it('is whole, over restarts and rows of many transactions', async () => {
    await written();
    const store = new Store(path, KEY);
    await store.commit(commitOf({ audit: [row('late'), row('later')] }));
    await store.close();
    expect(await verdict()).toEqual({ rows: ROWS + 2, problems: [] });
  });

  it.each([
    ['a detail', `UPDATE audit SET detail = 'nothing' WHERE seq = 5`, [5]],
    ['a time', `UPDATE audit SET at = at + 1 WHERE seq = 5`, [5]],
    ['whether it did fit', `UPDATE audit SET fits = 0 WHERE seq = 5`, [5]],
    ['the run it belongs to', `UPDATE audit SET run = NULL WHERE seq = 5`, [5]],
    [
      'and its link copied from another',
      `UPDATE audit SET mac = (SELECT mac FROM audit WHERE seq = 4) WHERE seq = 5`,
      [5, 6]
    ]
  ])('finds a row of which somebody altered %s', async (_what, sql, seqs) => {
    await written();
    tamper(sql);
    const { problems } = await verdict();
    expect(problems.map(one => [one.kind, one.seq])).toEqual(
      seqs.map(seq => ['altered', seq])
    );
  });

  it.each([
    ['the first', 1, 1],
    ['one in the middle', 6, 6],
    ['several', 6, 8]
  ])('finds rows that are missing: %s', async (_what, from, to) => {
    await written();
    tamper(`DELETE FROM audit WHERE seq BETWEEN ${from} AND ${to}`);
    const { problems } = await verdict();
    expect(problems).toMatchObject([{ kind: 'missing', seq: from }]);
  });

  it('finds rows that changed their places, and numbers that closed a gap', async () => {
    await written();
    tamper(
      'UPDATE audit SET seq = 100 WHERE seq = 5',
      'UPDATE audit SET seq = 5 WHERE seq = 6',
      'UPDATE audit SET seq = 6 WHERE seq = 100'
    );
    expect((await verdict()).problems).toMatchObject([
      { kind: 'altered', seq: 5 },
      { kind: 'altered', seq: 6 },
      { kind: 'altered', seq: 7 }
    ]);
    tamper(
      'DELETE FROM audit WHERE seq = 3',
      'UPDATE audit SET seq = seq - 1 WHERE seq > 3'
    );
    const { problems } = await verdict();
    expect(problems.map(one => one.kind)).toContain('truncated');
  });

  it('finds a tail that was cut off, by the number that it used', async () => {
    await written();
    rmSync(join(folder, 'audit.anchor'));
    tamper('DELETE FROM audit WHERE seq > 9');
    expect((await verdict()).problems).toMatchObject([
      { kind: 'truncated', seq: 10 }
    ]);
  });

  it('finds a tail that was cut off with care, by the anchor', async () => {
    await written();
    tamper(
      'DELETE FROM audit WHERE seq > 9',
      "UPDATE sqlite_sequence SET seq = 9 WHERE name = 'audit'"
    );
    const store = new Store(path, KEY);
    expect(store.isOlder).toBe(true);
    await store.close();
    expect((await verdict()).problems).toMatchObject([
      { kind: 'truncated', seq: 10 }
    ]);
  });

  it('knows an older database that was put back', async () => {
    await written();
    const backup = join(folder, 'backup');
    copyFileSync(path, backup);
    const store = new Store(path, KEY);
    expect(store.isOlder).toBe(false);
    await store.commit(commitOf({ audit: [row('since')] }));
    await store.close();
    copyFileSync(backup, path);
    const older = new Store(path, KEY);
    expect(older.isOlder).toBe(true);
    await older.close();
  });

  it('finds rows that were written anew by who has not the key', async () => {
    await written();
    const { problems } = await verdict(Buffer.alloc(32, 8));
    expect(problems).toHaveLength(ROWS);
  });

  it('takes rows of the time before as they are, once', async () => {
    await written();
    tamper('UPDATE audit SET mac = NULL');
    rmSync(join(folder, 'audit.anchor'));
    expect(await verdict()).toEqual({ rows: ROWS, problems: [] });
    tamper('UPDATE audit SET mac = NULL WHERE seq = 4');
    expect((await verdict()).problems).toMatchObject([
      { kind: 'altered', seq: 4 },
      { kind: 'altered', seq: 5 }
    ]);
  });

  it('gives out pages, of all or of one run', async () => {
    await written(3);
    const store = new Store(path, KEY);
    await store.commit(commitOf({ audit: [row('x', { run: 'other' })] }));
    expect((await store.audit(1, 2, null)).map(one => one.seq)).toEqual([2, 3]);
    expect((await store.audit(0, 9, 'other')).map(one => one.seq)).toEqual([4]);
    await store.close();
  });
});

describe('where audit rows cannot be written', () => {
  /** `not_before` = 1 is this test's switch: a row can then not be inserted. */
  async function broken(): Promise<Store> {
    await written(1);
    tamper(`
      CREATE TRIGGER no_audit BEFORE INSERT ON audit
      WHEN (SELECT value FROM policy WHERE name = 'not_before') = 1
      BEGIN SELECT RAISE(ABORT, 'the audit is broken'); END
    `);
    const store = new Store(path, KEY);
    await store.setNotBefore(1);
    return store;
  }

  it('issues nothing, and nothing of it happens', async () => {
    const store = await broken();
    const issuing = commitOf({
      issues: true,
      subjects: [aRun('new')],
      audit: [row('claim', { run: 'new' })]
    });
    await expect(store.commit(issuing)).rejects.toThrow(/broken/);
    expect(await store.run('new')).toBeNull();
    await store.close();
  });

  it('ends what there is all the same, and writes the rows later', async () => {
    const store = await broken();
    const ending = commitOf({
      subjects: [aRun('r', { state: 'finishing' }, false)],
      audit: [row('drain'), row('revoked')]
    });
    await store.commit(ending);
    expect((await store.run('r'))?.state).toBe('finishing');
    expect(await store.audit(0, 9, null)).toHaveLength(1);

    await store.setNotBefore(2);
    await store.commit(commitOf({ audit: [row('closed')] }));
    const rows = await store.audit(0, 9, null);
    expect(rows.map(one => one.event)).toEqual([
      'e1',
      'drain',
      'revoked',
      'closed'
    ]);
    expect((await store.verifyAudit()).problems).toEqual([]);
    await store.close();
  });

  it('keeps the anchor out of the database, and private', async () => {
    await written();
    const anchor: unknown = JSON.parse(
      readFileSync(join(folder, 'audit.anchor'), 'utf8')
    );
    expect(anchor).toMatchObject({ seq: ROWS });
  });
});
