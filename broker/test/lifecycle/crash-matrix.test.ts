import { describe, expect, it } from 'vitest';

import { Crash, crashPoints } from '../../src/lifecycle/failpoints.ts';
import type { CrashPhase, IntentKind } from '../../src/lifecycle/types.ts';
import { did, toy, World } from './world.ts';

/** How often the effect happens, if the process dies there once. */
const PERFORMED: Record<CrashPhase, number> = {
  before_commit: 1,
  after_commit: 1,
  after_effect: 2,
  after_outcome: 1
};

const go = (kind: IntentKind) => ({ type: 'go', kinds: [kind] }) as const;

describe.each(crashPoints())('killed at $kind:$phase', ({ kind, phase }) => {
  it('loses nothing and repeats only what has no outcome', async () => {
    const world = new World();
    const first = world.process({ failPoint: `${kind}:${phase}` });
    const second = world.process();
    for (const each of [first, second]) {
      each.effect(kind, {
        perform: async intent => {
          world.performed.push(intent);
          return did(intent.kind);
        }
      });
    }
    await first.start();
    await first.create('run', 'r', toy('r'));

    const asked = first.dispatch('run', 'r', go(kind));
    const answered = await asked.then(
      () => true,
      (error: unknown) => {
        expect(error).toBeInstanceOf(Crash);
        return false;
      }
    );
    await world.clock.finish();
    // The process is dead: it takes nothing and does nothing.
    await expect(first.dispatch('run', 'r', { type: 'poke' })).rejects.toThrow(
      Crash
    );
    const committed = (await world.state('r'))?.label !== 'idle';
    expect(answered).toBe(
      phase === 'after_effect' || phase === 'after_outcome'
    );
    expect(committed || phase === 'after_outcome').toBe(
      phase !== 'before_commit'
    );

    await second.start();
    if (phase === 'before_commit') {
      // Nobody was told that it was accepted: the caller asks again.
      expect(world.count(kind)).toBe(0);
      await second.dispatch('run', 'r', go(kind));
    }
    await world.clock.finish();

    expect(await world.state('r')).toMatchObject({ label: 'idle', wants: [] });
    expect(world.count(kind)).toBe(PERFORMED[phase]);
    expect(world.performed.at(-1)?.tries).toBe(
      phase === 'after_commit' || phase === 'after_effect' ? 1 : 0
    );
    expect((await world.store.recover()).intents).toEqual([]);
    const history = await world.store.history('r');
    expect(history.map(row => [row.event, row.from, row.to])).toEqual([
      ['created', null, 'idle'],
      ['go', 'idle', 'busy'],
      ['did', 'busy', 'idle']
    ]);
    await second.stop();
  });
});
