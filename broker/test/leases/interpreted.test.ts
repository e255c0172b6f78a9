import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startPlatform, type IPlatform } from '@jupyterlab-batch/platform';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import {
  createProvider,
  type IIdentityEntry
} from '../../src/identity/create.ts';
import { audit } from '../../src/leases/auditor.ts';
import type { ILeaseDoc } from '../../src/leases/doc.ts';
import {
  leaseEffects,
  type LeaseIntentKind
} from '../../src/leases/effects/index.ts';
import { leaseMachine } from '../../src/leases/machine.ts';
import type { ILeaseStore } from '../../src/leases/ports.ts';
import { LeaseService } from '../../src/leases/service.ts';
import { leaseColumns } from '../../src/leases/view.ts';
import { Crash } from '../../src/lifecycle/failpoints.ts';
import { Interpreter } from '../../src/lifecycle/interpreter.ts';
import type { IRunColumns } from '../../src/lifecycle/ports.ts';
import {
  CRASH_PHASES,
  type CrashPhase,
  type IEvent,
  type IMachine
} from '../../src/lifecycle/types.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { Store } from '../../src/store/store.ts';
import { vault } from './driver.ts';

const KINDS: readonly LeaseIntentKind[] = [
  'register',
  'mint',
  'refresh',
  'revoke',
  'probe',
  'introspect',
  'delete_client',
  'erase'
];
const RUN = 'run-1';
const silent = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };

interface ITold {
  readonly id: string;
  readonly told: readonly string[];
}

/** A run that only remembers what its lease told it. */
const listener: IMachine<ITold, IEvent> = {
  name: 'run',
  label: () => 'running',
  step: (state, event) => ({
    state: { ...state, told: [...state.told, event.type] },
    fits: true,
    intents: [],
    sends: []
  })
};

const row = (state: ITold): IRunColumns => ({
  machine: 'run',
  state: 'running',
  active: true,
  target: 'local',
  notebook: 'n.ipynb',
  label: null,
  submittedAt: 1,
  endedAt: null,
  search: state.id,
  view: {}
});

let folder: string;
let platform: IPlatform;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leases-'));
  platform = await startPlatform({ refresh: 'rotating' });
});

afterEach(async () => {
  await store.close();
  await platform.close();
  rmSync(folder, { recursive: true });
});

/** One broker's worth of lease, over the file that the last one left. */
async function broker(
  failPoint: string | null,
  renewal: IIdentityEntry['renewal'] = 'mint'
) {
  store = new Store(join(folder, 'broker.db'));
  const interpreter = new Interpreter({
    store,
    clock: Date.now,
    random: Math.random,
    log: silent,
    failPoint,
    crash: () => {
      throw new Crash();
    }
  });
  const leases: ILeaseStore = {
    read: async id => (await store.read('lease', id)) as ILeaseDoc | null,
    watch: (_id, changed) => store.onChange(() => changed())
  };
  const providers = new Map([
    [
      'platform',
      createProvider(
        'platform',
        {
          provider: 'oauth2',
          issuer: platform.url,
          registration_token_file: '/registration',
          scopes: ['jobs:read'],
          resource_probe: `${platform.url}/api/me`,
          renewal,
          trusted_user: true
        },
        {
          clock: Date.now,
          readSecretFile: async () => new Secret(platform.initialAccessToken)
        }
      )
    ]
  ]);
  const service = new LeaseService({
    dispatcher: interpreter,
    store: leases,
    providers,
    vault,
    clock: Date.now,
    notBefore: async () => 0
  });
  interpreter.register(listener, row);
  interpreter.register(leaseMachine, leaseColumns);
  const effects = leaseEffects({
    store: leases,
    providers,
    vault,
    erase: () => store.scrub(),
    random: () => 0,
    clock: Date.now
  });
  for (const kind of Object.keys(effects) as LeaseIntentKind[]) {
    interpreter.effect(kind, effects[kind]);
  }
  await interpreter.start();
  return { interpreter, leases, service };
}

/** Takes the lease to its end, as a run would, from wherever it is. */
async function live(
  { interpreter, leases }: Awaited<ReturnType<typeof broker>>,
  lease: string,
  died: () => boolean,
  renews = false
): Promise<void> {
  const late = Date.now() + 10_000;
  for (;;) {
    const doc = await leases.read(lease);
    if (Date.now() > late) {
      throw new Error(`it hangs: ${JSON.stringify(doc)}`);
    }
    if (died() || !doc || doc.closedAt !== null) {
      return;
    }
    const next: IEvent | null =
      doc.drained !== null
        ? doc.kept
          ? { type: 'looked' }
          : null
        : doc.phase === 'REQUESTED'
          ? { type: 'provision' }
          : doc.phase === 'READY'
            ? { type: 'armed' }
            : doc.phase === 'ARMED'
              ? Object.assign(
                  { type: 'claim' },
                  { attempt: 1, deadline: Date.now() + 600_000 }
                )
              : renews && doc.tokens.length === 2 && !doc.minting
                ? { type: 'renew' }
                : doc.tokens.length > 0 && !doc.minting
                  ? Object.assign({ type: 'drain' }, { why: 'the job ended' })
                  : null;
    if (next) {
      await interpreter.dispatch('lease', lease, next).catch(() => undefined);
    } else {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }
}

async function dieAt(
  kind: LeaseIntentKind,
  phase: CrashPhase,
  renewal: IIdentityEntry['renewal']
) {
  const renews = renewal !== 'mint';
  const first = await broker(`${kind}:${phase}`, renewal);
  const { id, state } = await first.service.create(RUN, 'platform');
  await first.interpreter.create(
    'run',
    RUN,
    { id: RUN, told: [] },
    {
      also: [{ machine: 'lease', id, state }]
    }
  );
  await live(first, id, () => first.interpreter.dead, renews);
  expect(first.interpreter.dead).toBe(true);
  await store.close();
  const second = await broker(null, renewal);
  await live(second, id, () => false, renews);
  await second.interpreter.stop();
  const doc = await second.leases.read(id);
  if (!doc) {
    throw new Error('the lease is gone');
  }
  return doc;
}

const LIVES = {
  mint: KINDS.filter(kind => kind !== 'refresh'),
  refresh: KINDS,
  refresh_only: ['refresh'] as const
};
const POINTS = Object.entries(LIVES).flatMap(([renewal, kinds]) =>
  kinds.flatMap(kind =>
    CRASH_PHASES.map(phase => ({
      kind,
      phase,
      renewal: renewal as keyof typeof LIVES
    }))
  )
);

describe.each(POINTS)('killed at $kind:$phase, renewal $renewal', point => {
  const { kind, phase, renewal } = point;

  it('closes the lease, with nothing alive that it does not name', async () => {
    const doc = await dieAt(kind, phase, renewal);
    expect(doc.closedAt).not.toBeNull();
    const history = (await store.history(RUN)).filter(
      entry => entry.machine === 'lease'
    );
    expect(audit(doc, history)).toEqual([]);

    const { clients, tokens } = platform.inventory();
    const named = (await store.orphans(Date.now()))
      .map(orphan => orphan.kind)
      .sort();
    expect(doc.orphans.map(orphan => orphan.kind).sort()).toEqual(named);
    const mayLose = phase === 'after_commit' || phase === 'after_effect';
    expect(named).toEqual(
      mayLose && kind === 'register'
        ? ['client']
        : mayLose && (kind === 'mint' || kind === 'refresh')
          ? ['token']
          : []
    );
    expect(clients.length).toBe(
      kind === 'register' && phase === 'after_effect' ? 1 : 0
    );
    // Of a refresh nothing stays: the old token, used again, ended its family.
    const lost = kind === 'mint' && phase === 'after_effect';
    expect(tokens.filter(token => token.alive).length).toBe(
      lost ? (renewal === 'mint' ? 1 : 2) : 0
    );
    const isOver =
      renewal === 'refresh_only' && phase === 'after_effect' ? doc : null;
    expect(doc.drained).toBe(isOver ? 'grant_dead' : 'the job ended');
    expect(doc.failure?.code).toBe(isOver ? 'grant_dead' : undefined);
    // A grant for the one that was lost, else the one that was refreshed.
    const grants = new Set(doc.tokens.map(token => token.family));
    if (renewal === 'refresh') {
      expect(grants.size).toBe(
        kind === 'refresh' && phase === 'after_effect' ? 2 : 1
      );
    }
    const open = doc.orphans.filter(
      ({ kind: what, expiresAt }) => what === 'token' && expiresAt === null
    );
    expect(open).toEqual([]);
    const told = (await store.read('run', RUN))?.told;
    expect(told).toEqual([
      'lease_ready',
      ...(isOver ? ['lease_failed'] : []),
      'lease_closed'
    ]);
  });
});

it('leaves no sealed byte in the files of the store', async () => {
  const only = await broker(null);
  const { id, state } = await only.service.create(RUN, 'platform');
  await only.interpreter.create(
    'run',
    RUN,
    { id: RUN, told: [] },
    {
      also: [{ machine: 'lease', id, state }]
    }
  );
  const sealed = new Set<string>();
  const watching = only.leases.watch(id, () => {
    void only.leases.read(id).then(doc => {
      [
        doc?.held?.sealed,
        doc?.key,
        ...(doc?.tokens ?? []).map(one => one.sealed)
      ].forEach(text => text && sealed.add(text));
    });
  });
  await live(only, id, () => false);
  watching();
  await only.interpreter.stop();
  // The client, the token, and the data key that opens both.
  expect(sealed.size).toBe(3);
  const bytes = readdirSync(folder)
    .map(name => readFileSync(join(folder, name), 'latin1'))
    .join('');
  expect(bytes).toContain(id);
  for (const text of sealed) {
    expect(bytes.includes(text)).toBe(false);
  }
});
