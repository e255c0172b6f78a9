import { randomBytes } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { newLease, type ILeaseDoc } from '../../src/leases/doc.ts';
import {
  leaseEffects,
  type LeaseIntentKind
} from '../../src/leases/effects/index.ts';
import { leaseMachine } from '../../src/leases/machine.ts';
import type { ILeaseStore } from '../../src/leases/ports.ts';
import { LeaseService } from '../../src/leases/service.ts';
import { leaseColumns } from '../../src/leases/view.ts';
import { Interpreter } from '../../src/lifecycle/interpreter.ts';
import type { IDispatcher, IEvent } from '../../src/lifecycle/types.ts';
import type { IRunDoc } from '../../src/runs/doc.ts';
import { Heard } from '../../src/runs/heard.ts';
import { JobDoor } from '../../src/runs/job-door.ts';
import { runMachine } from '../../src/runs/machine.ts';
import { Roster } from '../../src/runs/roster.ts';
import { Slots } from '../../src/runs/slots.ts';
import { runColumns } from '../../src/runs/view.ts';
import { Secret } from '../../src/secrets/secret.ts';
import type { Admission } from '../../src/targets/target.ts';
import { Store } from '../../src/store/store.ts';
import { vault } from '../leases/driver.ts';
import { LyingProvider, Tape } from '../leases/lying-provider.ts';
import { HONEST } from '../leases/world.ts';
import { JOB, newRun } from './doc.ts';

const silent = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined
};
const secret = () => randomBytes(32).toString('hex');
const signal = AbortSignal.timeout(60_000);

let store: Store;
let interpreter: Interpreter;
let provider: LyingProvider;
let roster: Roster;
let leases: LeaseService;
let run: IRunDoc;
let lease: string;
let ticket: string;
/** what the target says of a claim */
let admission: Admission;

const doorWith = (dispatcher: IDispatcher): JobDoor =>
  new JobDoor({
    roster,
    dispatcher,
    store,
    leases: leases as never,
    scopesOf: () => ['a', 'b'],
    admits: async () => admission,
    heard: new Heard(Date.now),
    clock: Date.now
  });

beforeEach(async () => {
  store = new Store(':memory:');
  interpreter = new Interpreter({
    store,
    clock: Date.now,
    random: Math.random,
    log: silent
  });
  provider = new LyingProvider(
    { ...HONEST, life: 300_000 },
    new Tape([]),
    Date.now
  );
  const documents: ILeaseStore = {
    read: async id =>
      (await store.read('lease', id)) as unknown as ILeaseDoc | null,
    watch: (_id, changed) => store.onChange(() => changed())
  };
  const providers = new Map([[provider.name, provider]]);
  const effects = leaseEffects({
    store: documents,
    providers,
    vault,
    erase: () => store.scrub(),
    random: Math.random,
    clock: Date.now
  });
  interpreter.register(runMachine, runColumns);
  interpreter.register(leaseMachine, leaseColumns);
  for (const kind of Object.keys(effects) as LeaseIntentKind[]) {
    interpreter.effect(kind, effects[kind]);
  }
  // What a target would do about a run that is over; nothing of it is asked here.
  for (const kind of ['sweep', 'rebuild', 'deliver', 'record'] as const) {
    interpreter.effect(kind, {
      perform: (_intent, stop) =>
        new Promise(resolve => {
          const again = { kind: 'retry', afterMs: 1000 } as const;
          stop.addEventListener('abort', () => resolve(again));
        })
    });
  }
  roster = new Roster(store, new Slots(() => null));
  leases = new LeaseService({
    dispatcher: interpreter,
    store: documents,
    providers,
    vault,
    clock: Date.now,
    notBefore: async () => 0
  });
  await roster.start(() => undefined);
  await interpreter.start();
  ticket = secret();
  lease = 'lease-1';
  admission = { kind: 'yes' };
  run = newRun({
    state: 'queued',
    lease: { id: lease, ready: false, closed: false },
    attempt: {
      number: 1,
      job: JOB,
      ticketHash: new Secret(ticket).hash(),
      sessionHash: null,
      deadline: null,
      armed: false,
      released: false,
      gone: null
    }
  });
  await interpreter.create('run', run.id, run, {
    also: [
      {
        machine: 'lease',
        id: lease,
        state: newLease(
          {
            id: lease,
            key: vault.newKey(lease),
            run: run.id,
            provider: provider.name,
            client: 'per_lease',
            scopes: provider.scopes
          },
          Date.now()
        )
      }
    ]
  });
});

afterEach(async () => {
  await interpreter.stop(0);
  await store.close();
});

const send = (machine: 'run' | 'lease', event: object) =>
  interpreter.dispatch(
    machine,
    machine === 'run' ? run.id : lease,
    event as IEvent
  );
const ready = async () => {
  await send('lease', { type: 'provision' });
  await expect
    .poll(async () => (await doc()).phase, { interval: 2 })
    .toBe('ARMED');
};
const doc = async () =>
  (await store.read('lease', lease)) as unknown as ILeaseDoc;
const ask = (more: Partial<Parameters<JobDoor['permit']>[0]> = {}) =>
  doorWith(interpreter)
    .permit({ run: run.id, attempt: 1, ticket, session: secret(), ...more })
    .then(
      () => 'given',
      (error: { code?: string }) => error.code ?? 'broke'
    );
/** None is alive once all is over, and so many were ever minted. */
const minted = async (n: number) => {
  await expect
    .poll(async () => provider.tokens.length, { interval: 2 })
    .toBe(n);
};

describe('the ticket', () => {
  it('traded again by its holder gets the same permit (a lost reply)', async () => {
    await ready();
    const session = secret();
    const door = doorWith(interpreter);
    const mine = { run: run.id, attempt: 1, ticket, session };
    const first = await door.permit(mine);
    const again = await door.permit(mine);
    // Told as it is now: the job counts from when it was told.
    expect(again).toEqual({ ...first, time_left: again.time_left });
    expect(again.time_left).toBeLessThanOrEqual(first.time_left);
    await minted(1);
    const { access_token: one } = await door.token(
      new Secret(session),
      0,
      signal
    );
    const two = await door.token(new Secret(session), 0, signal);
    expect(two.access_token).toBe(one);
    expect(provider.tokens).toHaveLength(1);
  });

  it('claimed a hundred times at once by its holder is claimed once', async () => {
    await ready();
    const session = secret();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => ask({ session }))
    );
    expect(new Set(answers)).toEqual(new Set(['given']));
    await minted(1);
    const rows = await store.history(run.id);
    const claims = rows.filter(row => row.event === 'claim' && row.fits);
    expect(claims).toHaveLength(1);
  });

  it('claimed a hundred times at once with one right ticket has one winner', async () => {
    await ready();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        ask(n === 41 ? {} : { ticket: secret() })
      )
    );
    expect(answers.filter(answer => answer === 'given')).toHaveLength(1);
    expect(answers[41]).toBe('given');
    expect(new Set(answers)).toEqual(new Set(['given', 'bad_ticket']));
    await minted(1);
  });

  it('traded by a hundred holders at once ends the run, and the credential', async () => {
    await ready();
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask()));
    // At most the first one heard of it before the second one came.
    expect(
      answers.filter(answer => answer === 'given').length
    ).toBeLessThanOrEqual(1);
    expect(answers.at(-1)).toMatch(/lease_conflict|over/);
    expect((await doc()).drained).not.toBeNull();
    await expect
      .poll(async () => (await doc()).tokens.every(one => one.end !== null))
      .toBe(true);
    expect(provider.alive()).toEqual([]);
  });
});

describe('no permit', () => {
  const NOT: readonly [string, string, () => Promise<string>][] = [
    [
      'before the job was seen running',
      'not_yet',
      async () => {
        await ready();
        admission = { kind: 'wait', why: null };
        return ask();
      }
    ],
    ['before its credential is there', 'not_yet', () => ask()],
    [
      'after the ticket expired',
      'over',
      async () => {
        await ready();
        await send('run', { type: 'timer', name: 'ticket_expired' });
        return ask();
      }
    ],
    [
      'after the end',
      'over',
      async () => {
        await ready();
        await send('run', { type: 'cancel' });
        return ask();
      }
    ],
    [
      'after an operator revoked it',
      'over',
      async () => {
        await ready();
        await send('lease', { type: 'revoke', why: 'revoked by hand' });
        return ask();
      }
    ],
    [
      'for another attempt',
      'over',
      async () => {
        await ready();
        return ask({ attempt: 2 });
      }
    ],
    [
      'for a run that is not there',
      'over',
      async () => {
        await ready();
        return ask({ run: '01937c1e-0000-7000-8000-000000000000' });
      }
    ],
    [
      'for another ticket',
      'bad_ticket',
      async () => {
        await ready();
        return ask({ ticket: secret() });
      }
    ]
  ];
  it.each(NOT)('%s: %s', async (_when, code, play) => {
    expect(await play()).toBe(code);
    expect((await doc()).phase).not.toBe('ACTIVE');
    await minted(0);
  });

  it('for a stranger writes anything down, however often he asks', async () => {
    await ready();
    const rows = async () => (await store.audit(0, 1000, null)).length;
    const before = await rows();
    await ask({ run: 'none' });
    await ask({ attempt: 2 });
    await ask({ ticket: secret() });
    expect(await rows()).toBe(before);
    const other = newRun({
      id: 'other',
      state: 'cancelled',
      attempt: run.attempt && { ...run.attempt, job: null, ticketHash: null }
    });
    await interpreter.create('run', other.id, other);
    expect(await ask({ run: other.id })).toBe('over');
    expect(await rows()).toBe(before + 1);
  });

  it('for another session, also where nothing was committed about it', async () => {
    await ready();
    expect(await ask()).toBe('given');
    // A dispatcher that changes nothing: what is committed decides, not the event.
    const deaf: IDispatcher = {
      dispatch: async () => ({ state: {}, fits: false, detail: null })
    };
    const stolen = doorWith(deaf).permit({
      run: run.id,
      attempt: 1,
      ticket,
      session: secret()
    });
    await expect(stolen).rejects.toMatchObject({ code: 'already_running' });
  });
});

describe('a session secret', () => {
  it('of somebody else gets nothing', async () => {
    await ready();
    await ask();
    const door = doorWith(interpreter);
    const other = new Secret(secret());
    await expect(door.token(other, 0, signal)).rejects.toMatchObject({
      code: 'bad_session'
    });
    await expect(door.heartbeat(other)).rejects.toMatchObject({
      code: 'bad_session'
    });
  });

  it('gets no token after the end', async () => {
    await ready();
    const session = secret();
    await ask({ session });
    await minted(1);
    await send('run', { type: 'released', attempt: 1 });
    const late = doorWith(interpreter).token(new Secret(session), 0, signal);
    await expect(late).rejects.toMatchObject({ code: 'over' });
    await expect
      .poll(() => provider.alive(), { interval: 2, timeout: 5000 })
      .toEqual([]);
  });

  it('of a claim that came to a drained lease gets no token, and none is made', async () => {
    await ready();
    await send('lease', { type: 'drain', why: 'the job ended' });
    const { fits } = await send('lease', {
      type: 'claim',
      attempt: 1,
      deadline: Date.now() + 60_000
    });
    expect(fits).toBe(false);
    await expect(leases.token(lease, 0, signal)).rejects.toMatchObject({
      code: 'over'
    });
    await expect
      .poll(async () => (await doc()).closedAt, { interval: 2 })
      .not.toBeNull();
    await minted(0);
    expect([...provider.clients]).toEqual([]);
  });
});
