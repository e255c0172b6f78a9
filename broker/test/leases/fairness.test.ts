import { describe, expect, it } from 'vitest';

import { newLease, type ILeaseDoc } from '../../src/leases/doc.ts';
import {
  leaseEffects,
  type LeaseIntentKind
} from '../../src/leases/effects/index.ts';
import { leaseMachine } from '../../src/leases/machine.ts';
import { leaseColumns } from '../../src/leases/view.ts';
import { Interpreter } from '../../src/lifecycle/interpreter.ts';
import type { IEvent } from '../../src/lifecycle/types.ts';
import { MemoryStore } from '../lifecycle/memory-store.ts';
import { HandClock, settle } from '../lifecycle/world.ts';
import { vault } from './driver.ts';
import { LyingProvider, Tape } from './lying-provider.ts';

const HONEST = {
  client: 'per_lease',
  revocation: true,
  introspection: true,
  probe: true,
  selfContained: false,
  localResource: false,
  stateless: false,
  life: 3_600_000,
  canFind: false
} as const;

/** Takes revocations and never answers. */
class HangingProvider extends LyingProvider {
  override readonly name = 'hanging';
  hangs = 0;

  override revoke(): Promise<never> {
    this.hangs += 1;
    return new Promise(() => undefined);
  }
}

const EACH = 200;

describe('the queue of revocations', () => {
  it('gives a provider its own share: one that hangs delays no other', async () => {
    const time = new HandClock();
    const clock = () => time.now;
    const store = new MemoryStore();
    const honest = new LyingProvider(HONEST, new Tape([]), clock);
    const hanging = new HangingProvider(HONEST, new Tape([]), clock);
    const interpreter = new Interpreter({
      store,
      clock,
      random: () => 0,
      timers: time.timers,
      log: {
        info: () => undefined,
        warn: () => undefined,
        error: () => undefined
      }
    });
    interpreter.register(leaseMachine, leaseColumns);
    interpreter.register(
      {
        name: 'run',
        label: () => '',
        step: state => ({ state, fits: true, intents: [], sends: [] })
      },
      () => null
    );
    const read = async (id: string) =>
      (await store.read('lease', id)) as unknown as ILeaseDoc;
    const effects = leaseEffects({
      store: { read, watch: () => () => undefined },
      providers: new Map<string, LyingProvider>([
        [honest.name, honest],
        [hanging.name, hanging]
      ]),
      vault,
      erase: async () => undefined,
      random: () => 0,
      clock: () => 0
    });
    for (const kind of Object.keys(effects) as LeaseIntentKind[]) {
      interpreter.effect(kind, effects[kind]);
    }
    await interpreter.start();

    // Those of the one that will hang come first everywhere.
    const ids = [hanging, honest].flatMap(provider =>
      Array.from({ length: EACH }, (_, n) => ({
        id: `${provider.name}-${n}`,
        provider
      }))
    );
    const all = (event: IEvent) =>
      Promise.all(
        ids.map(({ id }) => interpreter.dispatch('lease', id, event))
      );
    for (const { id, provider } of ids) {
      const { name, client, scopes } = provider;
      const request = {
        id,
        key: vault.newKey(id),
        run: `run-${id}`,
        provider: name,
        client,
        scopes
      };
      await interpreter.create('lease', id, newLease(request, time.now));
    }
    const until = async (is: (lease: ILeaseDoc) => boolean, who: string) => {
      const mine = ids.filter(({ id }) => id.startsWith(who));
      for (let turn = 0; turn < 500; turn += 1) {
        const leases = await Promise.all(mine.map(({ id }) => read(id)));
        if (leases.every(is)) {
          return;
        }
        await settle();
      }
      throw new Error(`${who} does not get there`);
    };
    await all({ type: 'provision' });
    await until(lease => lease.phase === 'READY', '');
    await all({ type: 'armed' });
    const deadline = time.now + 3_600_000;
    const claim = { type: 'claim', attempt: 1, deadline };
    await all(claim);
    await until(lease => lease.tokens.length === 1, '');
    const began = time.now;
    await all(Object.assign({ type: 'drain' }, { why: 'the job ended' }));
    await until(lease => lease.closedAt !== null, honest.name);

    expect(time.now).toBe(began);
    expect(honest.alive()).toEqual([]);
    // The other one is asked a few things at a time, and keeps all it has.
    expect(hanging.hangs).toBe(8);
    expect(hanging.alive()).toHaveLength(EACH);
  });
});
