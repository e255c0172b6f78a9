import {
  BatchError,
  problem,
  type Health,
  type Lease,
  type LeaseList
} from '@jupyterlab-batch/protocol';

import type { IConfig } from '../config/config.ts';
import type { IControlDoor } from '../http/control.ts';
import type { INotebookRoom } from '../runs/ports.ts';
import type { RunDesk } from '../runs/desk.ts';
import type { SubmitDesk } from '../runs/submit.ts';
import type { IStore } from '../store/types.ts';
import { auditDoor } from './audit.ts';
import { dismiss, orphanView } from './dismissing.ts';
import type { Examining } from './examining.ts';
import type { OtherKey } from './other-key.ts';
import type { Rotation } from './rotation.ts';
import type { Revoking } from './revoking.ts';

/** Closed leases that the list still shows. */
const CLOSED_LEASES = 100;
/** Orphans that have ended, likewise. */
const ENDED_ORPHANS = 100;

interface IControlWorld {
  readonly desk: RunDesk;
  readonly submit: SubmitDesk;
  readonly notebook: INotebookRoom;
  readonly store: IStore;
  readonly config: IConfig;
  readonly version: string;
  readonly data: string;
  readonly since: string;
  readonly clock: () => number;
  readonly leave: () => void;
  readonly revoking: Revoking;
  readonly rotation: Rotation;
  readonly otherKey: OtherKey;
  readonly examining: Examining;
}

/** Answers the control socket out of the rooms. */
export function controlDoor(world: IControlWorld): IControlDoor {
  const { desk, submit, store } = world;
  const audit = auditDoor(store);
  return {
    health: () => health(world),
    async shutdown(onlyIfIdle) {
      const { activeRuns, openLeases } = await store.counts();
      if (onlyIfIdle && activeRuns + openLeases > 0) {
        throw new BatchError(
          problem(
            'broker_busy',
            `Active runs: ${activeRuns}, open leases: ${openLeases}. Without a broker nobody would revoke their credentials or deliver their results. Wait for their end, or cancel them. "jupyter batch broker stop --anyway" restarts the broker: runs go on, and start it again.`
          )
        );
      }
      // After the answer has left.
      setTimeout(world.leave, 50);
      return { stopping: true };
    },
    inspect: ({ content, name }) => world.notebook.inspect(content, name),
    plan: request => submit.plan(request),
    planFolder: async (id, folder) => submit.planFolder(id, folder),
    preflight: request => submit.preflight(request),
    runtime: request => submit.offer(request),
    submit: (run, key) => desk.submit(run, key),
    list: query => desk.list(query),
    notebooks: query => desk.notebooks(query),
    show: id => desk.show(id),
    log: (id, offset) => desk.log(id, offset),
    outline: (id, query) => desk.read(id, { ask: 'outline', ...query }),
    cells: (id, query) => desk.read(id, { ask: 'cells', ...query }),
    record: id => desk.record(id),
    source: id => desk.source(id),
    files: id => desk.files(id),
    cancel: id => desk.cancel(id),
    rerun: (id, request, key) => desk.rerun(id, request, key),
    remove: id => desk.remove(id),
    prune: request => desk.prune(request),
    async changes(after) {
      const { revision, changes, reset } = await store.changes(after);
      return {
        revision,
        reset,
        changes: changes.map(({ id, state, revision: at }) => ({
          id,
          state: state as LeaseListState,
          revision: at
        }))
      };
    },
    targets: () => desk.targets(),
    leases: () => leaseList(store, world.clock()),
    revokeLeases: request => world.revoking.revoke(request),
    dismissOrphans: request => dismiss(store, world.clock, request),
    audit: query => audit.page(query),
    verifyAudit: () => audit.verify(),
    rotateKey: () => world.rotation.rotate(),
    examine: provider => world.examining.examine(provider)
  };
}

type LeaseListState = Awaited<
  ReturnType<IControlDoor['changes']>
>['changes'][number]['state'];

async function health(world: IControlWorld): Promise<Health> {
  const { activeRuns, openLeases } = await world.store.counts();
  return {
    ok: true,
    version: world.version,
    pid: process.pid,
    data: world.data,
    since: world.since,
    now: new Date(world.clock()).toISOString(),
    active_runs: activeRuns,
    open_leases: openLeases,
    revision: await world.store.revision(),
    config_files: [...world.config.files],
    problems: [
      ...world.config.notes.map(note => ({
        name: 'configuration',
        message: `${note.origin}: ${note.message}`,
        fix: null
      })),
      ...(await quarantined(world.store)),
      ...(await world.otherKey.problems())
    ]
  };
}

/** One alarm for each provider whose revocations do nothing. */
async function quarantined(store: IStore): Promise<Health['problems']> {
  const counts = new Map<string, number>();
  for (const { state, view } of await store.leases(0)) {
    if (state === 'QUARANTINED') {
      const provider =
        typeof view.provider === 'string' ? view.provider : 'a provider';
      counts.set(provider, (counts.get(provider) ?? 0) + 1);
    }
  }
  return [...counts].map(([provider, count]) => ({
    name: 'credentials',
    message: `${count} quarantined: ${provider} accepts revocations, and the tokens still work`,
    fix: 'Ask the provider to end them (jupyter batch leases names the clients); they are tried again until they expire.'
  }));
}

async function leaseList(store: IStore, now: number): Promise<LeaseList> {
  const rows = await store.leases(CLOSED_LEASES);
  const orphans = await store.orphans(now);
  return {
    // Lease views are what this process wrote itself.
    leases: rows.map(
      row => ({ ...row.view, run: row.run }) as unknown as Lease
    ),
    orphans: [
      ...orphans.filter(({ end }) => end !== null).slice(-ENDED_ORPHANS),
      ...orphans.filter(({ end }) => end === null)
    ].map(orphanView)
  };
}
