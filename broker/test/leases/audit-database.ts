/**
 * What the auditor finds in the database that a broker left:
 *
 *     node broker/test/leases/audit-database.ts DATABASE AUDIT-KEY-FILE
 *
 * Prints `{leases, broken}`; the database is opened and may be changed: give it a copy.
 */
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

import { audit, auditRun } from '../../src/leases/auditor.ts';
import type { ILeaseDoc } from '../../src/leases/doc.ts';
import type { IRunDoc } from '../../src/runs/doc.ts';
import { Store } from '../../src/store/store.ts';

const [path = '', key = ''] = process.argv.slice(2);
const raw = new DatabaseSync(path);
const ids = raw
  .prepare('SELECT id FROM run')
  .all()
  .map(row => String(row.id));
/** Runs that were deleted: their rows are all that is left of them and their leases. */
const deleted = raw
  .prepare(
    `SELECT run, count(DISTINCT iif(machine = 'lease', subject, NULL)) leases
       FROM audit WHERE run NOT IN (SELECT id FROM run) GROUP BY run`
  )
  .all()
  .map(row => ({ id: String(row.run), leases: Number(row.leases) }));
raw.close();

const store = new Store(
  path,
  Buffer.from(readFileSync(key, 'utf8').trim(), 'hex')
);
const broken: string[] = [];
let leases = 0;
for (const id of ids) {
  const run = (await store.read('run', id)) as unknown as IRunDoc;
  const docs: ILeaseDoc[] = [];
  for (const row of await store.leasesOf(id)) {
    docs.push((await store.read('lease', row.id)) as unknown as ILeaseDoc);
  }
  leases += docs.length;
  const rows = await store.history(id, 100_000);
  const own = rows.filter(({ machine }) => machine === 'lease');
  broken.push(
    ...docs.flatMap(doc => audit(doc, own)),
    ...auditRun(run, docs, rows)
  );
}
for (const gone of deleted) {
  leases += gone.leases;
  broken.push(
    ...auditRun(
      // One that is open cannot be deleted.
      { state: 'succeeded', closedAt: 0 },
      Array.from({ length: gone.leases }, () => ({ closedAt: 0 })),
      await store.history(gone.id, 100_000)
    )
  );
}
const { problems } = await store.verifyAudit();
broken.push(...problems.map(({ kind }) => `the audit chain: ${kind}`));
await store.close();
process.stdout.write(`${JSON.stringify({ leases, broken })}\n`);
