import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { IRunColumns } from '../../src/lifecycle/ports.ts';
import { Store } from '../../src/store/store.ts';
import type {
  INotebookPageResult,
  IRunFilter,
  IRunPageResult
} from '../../src/store/types.ts';
import { aRun, commitOf, erased } from './rows.ts';
import { storeWith } from './synthetic.ts';

describe('a page', () => {
  it('refuses a cursor that is not its own', async () => {
    const store = new Store(':memory:');
    const refused = { code: 'invalid_request' };
    for (const cursor of ['', 'x', '-1', '1;', '1e9', '0']) {
      await expect(store.list({ limit: 5, cursor })).rejects.toMatchObject(
        refused
      );
    }
    for (const read of ['', '7', 'null', '{}', '{"notebook":7,"seq":1}']) {
      const cursor = Buffer.from(read).toString('base64url');
      const asked = { limit: 5, cursor, order: 'notebook' } as const;
      await expect(store.list(asked)).rejects.toMatchObject(refused);
      await expect(store.notebooks(asked)).rejects.toMatchObject(refused);
    }
    await store.close();
  });

  it('is empty where nothing ever was of that name', async () => {
    const store = await storeWith(10);
    for (const filter of [
      { target: 'moon' },
      { states: [] },
      { states: ['dancing'] },
      { q: 'zq' },
      { q: '~' }
    ]) {
      expect(await store.list({ limit: 5, ...filter })).toEqual({
        runs: [],
        next: null
      });
    }
    await store.close();
  });

  it('takes a search as text, not as a language', async () => {
    const store = new Store(':memory:');
    const label = 'a "quoted" AND (odd*) label: 50% o\'clock';
    await store.commit(commitOf({ subjects: [aRun('r', { label })] }));
    for (const q of [
      '"quoted"',
      'AND',
      '(odd*)',
      'label:',
      '50%',
      "o'c",
      '"'
    ]) {
      const { runs } = await store.list({ limit: 5, q });
      expect(runs.map(({ id }) => id)).toEqual(['r']);
    }
    for (const q of ['"quoted" OR', 'odd+', 'labe*', 'NOT x', '100%']) {
      expect((await store.list({ limit: 5, q })).runs).toEqual([]);
    }
    await store.close();
  });

  it('sees upper and lower case alike, also beyond ASCII', async () => {
    const store = new Store(':memory:');
    const subjects = [aRun('r', { label: 'ÉTÉ in Ærø' })];
    await store.commit(commitOf({ subjects }));
    for (const q of ['été', 'ærø', 'ÆRØ', 'In', 'é']) {
      expect((await store.list({ limit: 5, q })).runs).toHaveLength(1);
    }
    await store.close();
  });

  it('finds what was changed by its new text, and no more by its old', async () => {
    const store = new Store(':memory:');
    await store.commit(commitOf({ subjects: [aRun('r', { label: 'old' })] }));
    const changed = aRun('r', { label: 'new', state: 'failed' }, false);
    await store.commit(commitOf({ subjects: [changed] }));
    const count = async (filter: IRunFilter) =>
      (await store.list({ limit: 5, ...filter })).runs.length;
    expect(await count({ q: 'old' })).toBe(0);
    expect(await count({ label: 'old' })).toBe(0);
    expect(await count({ states: ['queued'] })).toBe(0);
    expect(await count({ q: 'new', label: 'new', states: ['failed'] })).toBe(1);
    await store.close();
  });
});

const submitted = (n: number) => 1_700_000_000_000 + n * 1000;
const filters = fc.record(
  {
    states: fc.uniqueArray(
      fc.constantFrom('succeeded', 'failed', 'cancelled', 'lost', 'queued'),
      { minLength: 1, maxLength: 4 }
    ),
    target: fc.constantFrom('local', 'cluster'),
    notebook: fc
      .integer({ min: 0, max: 41 })
      .map(n => `/home/ana/projects/waves/notebook-${n}.ipynb`),
    label: fc.integer({ min: 0, max: 99 }).map(n => `storm ${n}`),
    q: fc.constantFrom(
      'storm',
      'm 9',
      'AMP=3',
      '7.',
      '9',
      'wid=1 storm',
      'notebook-13 am',
      'tsunami',
      'zq'
    ),
    after: fc.integer({ min: -1, max: 3001 }).map(submitted),
    before: fc.integer({ min: -1, max: 3001 }).map(submitted)
  },
  { requiredKeys: [] }
);

describe('any filter', () => {
  const RUNS = 3000;
  let store: Store;
  const all: {
    id: string;
    state: string;
    text: string;
    columns: IRunColumns;
  }[] = [];

  beforeAll(async () => {
    store = await storeWith(RUNS);
    const { syntheticRun } = await import('./synthetic.ts');
    for (let n = RUNS - 1; n >= 0; n -= 1) {
      const { id, columns } = syntheticRun(n);
      if (columns?.machine !== 'run') {
        throw new Error('not a run');
      }
      const { label, notebook, search, state } = columns;
      const text = [id, label ?? '', notebook, search].join('\n').toLowerCase();
      all.push({ id, state, text, columns });
    }
  });

  afterAll(() => store.close());

  const naive = ({ states, q, after, before, ...equal }: IRunFilter) =>
    all
      .filter(
        ({ state, text, columns }) =>
          (!states || states.includes(state)) &&
          Reflect.get(columns, 'submittedAt') >= (after ?? 0) &&
          Reflect.get(columns, 'submittedAt') < (before ?? Infinity) &&
          Object.entries(equal).every(
            ([key, value]) => Reflect.get(columns, key) === value
          ) &&
          (q ?? '')
            .toLowerCase()
            .split(' ')
            .every(word => text.includes(word))
      )
      .map(({ id }) => id);

  it('gives each run that fits once, in order, page by page', async () => {
    await fc.assert(
      fc.asyncProperty(
        filters,
        fc.boolean(),
        fc.integer({ min: 40, max: 500 }),
        async (filter, oldest, limit) => {
          const ids: string[] = [];
          let cursor: string | null = null;
          do {
            const page = await store.list({
              ...filter,
              order: oldest ? 'oldest' : 'newest',
              limit,
              ...(cursor === null ? {} : { cursor })
            });
            ids.push(...page.runs.map(({ id }) => id));
            expect(page.runs.length).toBe(
              page.next === null ? page.runs.length : limit
            );
            cursor = page.next;
          } while (cursor !== null);
          const fitting = naive(filter);
          expect(ids).toEqual(oldest ? fitting.reverse() : fitting);
        }
      ),
      { numRuns: 150 }
    );
  }, 60_000);

  it('gives them by notebook too, of each the newest first', async () => {
    const notebookOf = new Map(
      all.map(({ id, columns }) => [id, String(columns.notebook)])
    );
    await fc.assert(
      fc.asyncProperty(
        filters,
        fc.integer({ min: 3, max: 200 }),
        async (filter, limit) => {
          // A stable sort leaves the newest of each notebook in front.
          const fitting = naive(filter).toSorted((a, b) =>
            Buffer.compare(
              Buffer.from(notebookOf.get(a) ?? ''),
              Buffer.from(notebookOf.get(b) ?? '')
            )
          );
          const ids: string[] = [];
          const names: string[] = [];
          const asked = { ...filter, limit, order: 'notebook' } as const;
          let cursor: string | null = null;
          do {
            const page: IRunPageResult = await store.list({
              ...asked,
              ...(cursor === null ? {} : { cursor })
            });
            ids.push(...page.runs.map(({ id }) => id));
            expect(page.runs.length).toBeLessThanOrEqual(limit);
            cursor = page.next;
          } while (cursor !== null);
          do {
            const page: INotebookPageResult = await store.notebooks({
              ...asked,
              ...(cursor === null ? {} : { cursor })
            });
            names.push(...page.notebooks.map(({ notebook }) => notebook));
            cursor = page.next;
          } while (cursor !== null);
          expect(ids).toEqual(fitting);
          expect(names).toEqual([
            ...new Set(fitting.map(id => notebookOf.get(id)))
          ]);
        }
      ),
      { numRuns: 80 }
    );
  }, 60_000);

  it('gives notebooks of one run each, page by page', async () => {
    const single = new Store(':memory:');
    const subjects = Array.from({ length: 130 }, (_, n) =>
      aRun(`r${n}`, { notebook: `/n${String(n).padStart(3, '0')}.ipynb` })
    );
    await single.commit(commitOf({ subjects }));
    const ids: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: IRunPageResult = await single.list({
        limit: 50,
        order: 'notebook',
        ...(cursor === undefined ? {} : { cursor })
      });
      ids.push(...page.runs.map(({ id }) => id));
      cursor = page.next;
    }
    expect(ids).toEqual(subjects.map(({ id }) => id));
    await single.close();
  });

  it('counts for each notebook the runs that fit, page by page', async () => {
    const notebookOf = new Map(
      all.map(({ id, columns }) => [id, columns.notebook])
    );
    await fc.assert(
      fc.asyncProperty(filters, fc.boolean(), async (filter, oldest) => {
        const expected = new Map<unknown, number>();
        for (const id of naive(filter)) {
          const notebook = notebookOf.get(id);
          expected.set(notebook, (expected.get(notebook) ?? 0) + 1);
        }
        const found: [string, number][] = [];
        let cursor: string | null = null;
        do {
          const page = await store.notebooks({
            ...filter,
            order: oldest ? 'oldest' : 'newest',
            limit: 17,
            ...(cursor === null ? {} : { cursor })
          });
          found.push(
            ...page.notebooks.map(({ notebook, runs }): [string, number] => [
              notebook,
              runs
            ])
          );
          cursor = page.next;
        } while (cursor !== null);
        // Newest first, as a Map remembers the order of its keys.
        expect(oldest ? found.reverse() : found).toEqual([...expected]);
      }),
      { numRuns: 80 }
    );
  }, 60_000);
});

describe('a span of time', () => {
  it('is kept where a clock went back and forth', async () => {
    const store = new Store(':memory:');
    const times = [100, 900, 200, 300, 50, 400];
    const subjects = times.map((submittedAt, index) =>
      aRun(`r${index}`, { submittedAt })
    );
    await store.commit(commitOf({ subjects }));
    const ids = async (filter: IRunFilter) =>
      (await store.list({ limit: 9, ...filter })).runs.map(({ id }) => id);
    expect(await ids({ after: 200 })).toEqual(['r5', 'r3', 'r2', 'r1']);
    expect(await ids({ before: 200 })).toEqual(['r4', 'r0']);
    expect(await ids({ after: 200, before: 400 })).toEqual(['r3', 'r2']);
    expect(await ids({ after: 901 })).toEqual([]);
    expect(await ids({ before: 50 })).toEqual([]);
    expect(await ids({ after: 300, before: 200 })).toEqual([]);
    await store.close();
  });

  it('and a count of a notebook stay true when runs change and go', async () => {
    const ops = fc.array(
      fc.record({
        run: fc.integer({ min: 0, max: 9 }),
        at: fc.integer({ min: 0, max: 9 }),
        state: fc.constantFrom('running', 'failed'),
        notebook: fc.constantFrom('/a.ipynb', '/b.ipynb'),
        erase: fc.boolean()
      }),
      { maxLength: 40 }
    );
    await fc.assert(
      fc.asyncProperty(ops, async told => {
        const store = new Store(':memory:');
        const kept = new Map<string, (typeof told)[number]>();
        for (const op of told) {
          const id = `r${op.run}`;
          const known = kept.get(id);
          kept.delete(id);
          if (known && op.erase) {
            await store.commit(erased(id));
            continue;
          }
          const { at: submittedAt, notebook } = known ?? op;
          const { state } = op;
          const given = { submittedAt, notebook, state };
          const subject = aRun(id, given, !known);
          await store.commit(commitOf({ subjects: [subject] }));
          kept.set(id, { ...op, at: submittedAt, notebook });
        }
        const fit = (check: (op: (typeof told)[number]) => boolean) =>
          [...kept].filter(([, op]) => check(op)).map(([id]) => id);
        for (let edge = 0; edge <= 10; edge++) {
          const later = await store.list({ after: edge, limit: 50 });
          expect(later.runs.map(({ id }) => id).sort()).toEqual(
            fit(({ at }) => at >= edge).sort()
          );
          const sooner = await store.list({ before: edge, limit: 50 });
          expect(sooner.runs.map(({ id }) => id).sort()).toEqual(
            fit(({ at }) => at < edge).sort()
          );
        }
        for (const states of [undefined, ['failed'], ['failed', 'running']]) {
          const filter = { limit: 50, ...(states ? { states } : {}) };
          const { notebooks } = await store.notebooks(filter);
          const counts = ['/a.ipynb', '/b.ipynb'].flatMap(notebook => {
            const runs = fit(
              op =>
                op.notebook === notebook && (states?.includes(op.state) ?? true)
            ).length;
            return runs > 0 ? [{ notebook, runs }] : [];
          });
          expect(
            notebooks.toSorted((a, b) => a.notebook.localeCompare(b.notebook))
          ).toEqual(counts);
        }
        await store.close();
      }),
      { numRuns: 60 }
    );
  });
});
