import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Database } from '../../src/store/database.ts';
import { Leases } from '../../src/store/leases.ts';
import { Listing } from '../../src/store/listing.ts';
import { Orphans } from '../../src/store/orphans.ts';
import { Revisions } from '../../src/store/revisions.ts';
import { Runs } from '../../src/store/runs.ts';
import type { IRunFilter } from '../../src/store/types.ts';
import { storeWith, syntheticId } from './synthetic.ts';

describe('100,000 runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jlb-list-'));
  const path = join(folder, 'broker.db');
  let db: Database;
  let listing: Listing;
  let runs: Runs;

  beforeAll(async () => {
    await (await storeWith(100_000, path)).close();
    db = new Database(path);
    const leases = new Leases(db, new Orphans(db));
    runs = new Runs(db, new Revisions(db), leases);
    listing = new Listing(db, runs);
  }, 120_000);

  afterAll(() => {
    db.close();
    rmSync(folder, { recursive: true });
  });

  /** How SQLite goes about a page, in its own words. */
  const plan = (filter: IRunFilter, before = 50_000): string[] => {
    const question = listing.question(filter, before, 51);
    if (!question) {
      throw new Error('no question');
    }
    return db
      .all(`EXPLAIN QUERY PLAN ${question.sql}`, ...question.values)
      .map(({ detail }) => String(detail));
  };

  const FILTERS = {
    states: ['succeeded'],
    target: 'local',
    notebook: '/home/ana/projects/waves/notebook-6.ipynb',
    label: 'storm 66'
  };
  const COMBINATIONS = Array.from({ length: 16 }, (_, bits) =>
    Object.fromEntries(
      Object.entries(FILTERS).filter((_entry, index) => bits & (1 << index))
    )
  ) as IRunFilter[];

  it.each(COMBINATIONS)('walks one index for %j, without a sort', filter => {
    const letters = Object.keys(FILTERS)
      .filter(key => key in filter)
      .map(key => key.slice(0, 1));
    const columns = letters.map(
      letter =>
        `${Object.keys(FILTERS)
          .find(key => key.startsWith(letter))
          ?.replace('states', 'state')}=?`
    );
    expect(plan(filter)).toEqual([
      letters.length === 0
        ? 'SEARCH run USING INTEGER PRIMARY KEY (rowid<?)'
        : `SEARCH run USING COVERING INDEX run_${letters.join('')}` +
          ` (${columns.join(' AND ')} AND rowid<?)`
    ]);
  });

  it('walks one index for each of several states', () => {
    const states = ['failed', 'cancelled', 'lost'];
    const steps = plan({ states, target: 'local' });
    const walks = steps.filter(step => /SEARCH run /.test(step));
    expect(walks).toEqual(
      states.map(
        () =>
          'SEARCH run USING COVERING INDEX run_st (state=? AND target=? AND rowid<?)'
      )
    );
    expect(steps.filter(step => /^SCAN run\b/.test(step))).toEqual([]);
  });

  it('lets the text index lead where the filters leave many', () => {
    const steps = plan({ q: 'storm', target: 'local' });
    expect(steps[0]).toMatch(/^SCAN run_text VIRTUAL TABLE INDEX .*[<M]/);
    expect(steps[1]).toBe('SEARCH run USING INTEGER PRIMARY KEY (rowid=?)');
    expect(steps.join()).not.toMatch(/TEMP B-TREE/);
  });

  it('lets the filters lead where they leave few', () => {
    const steps = plan({ q: 'storm', states: ['lost'] });
    expect(steps[0]).toMatch(/^SEARCH run USING COVERING INDEX run_s /);
    expect(steps.join()).not.toMatch(/TEMP B-TREE/);
  });

  it('knows without looking at any run that nobody has a short word', () => {
    expect(listing.question({ q: 'zq' }, 50_000, 51)).toBeNull();
  });

  it('counts no run of a notebook that is counted already', () => {
    const steps = (filter: IRunFilter) => {
      const question = listing.counted(filter);
      return db
        .all(
          `EXPLAIN QUERY PLAN SELECT notebook, max(seq), sum(runs)
             FROM (${question?.sql}) GROUP BY notebook`,
          ...(question?.values ?? [])
        )
        .map(({ detail }) => String(detail));
    };
    const newest =
      'SEARCH run USING COVERING INDEX run_stn (state=? AND target=? AND notebook=?)';
    for (const filter of [
      {},
      { states: ['failed', 'lost'], target: 'local' }
    ]) {
      const all = steps(filter);
      expect(all[0]).toBe('SCAN tally');
      expect(all).toContain(newest);
      expect(all.filter(each => each.startsWith('SCAN run'))).toEqual([]);
    }
  });

  it('finds the edge of a span of time along an index', () => {
    const question = listing.question(
      { states: ['failed'] },
      { above: 5, below: 90, oldest: true, after: 7, before: 8 },
      51
    );
    const steps = db.all(
      `EXPLAIN QUERY PLAN ${question?.sql}`,
      ...(question?.values ?? [])
    );
    expect(steps.map(({ detail }) => detail)).toEqual([
      'SEARCH run USING INDEX run_s (state=? AND rowid>? AND rowid<?)'
    ]);
  });

  it('finds one run by the beginning and by the end of its id', () => {
    const id = syntheticId(77_777);
    expect(runs.resolve(id.slice(0, 14))).toBe(id);
    expect(runs.resolve(id.slice(-9).toUpperCase())).toBe(id);
    const steps = ['id', 'reversed'].flatMap(column =>
      db.all(
        `EXPLAIN QUERY PLAN SELECT ${column} FROM run
           WHERE ${column} >= ? AND ${column} < ? LIMIT 2`,
        'a',
        'b'
      )
    );
    expect(steps.map(({ detail }) => String(detail))).toEqual([
      expect.stringMatching(
        /^SEARCH run USING COVERING INDEX .*\(id>\? AND id<\?\)/
      ),
      expect.stringMatching(/^SEARCH run USING COVERING INDEX run_reversed/)
    ]);
  });
});
