import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Interpreter } from '../../src/lifecycle/interpreter.ts';
import {
  INTENT_KINDS,
  type IEvent,
  type IntentKind
} from '../../src/lifecycle/types.ts';
import type { IHistoryRow } from '../../src/store/types.ts';
import { Mortal } from './mortal.ts';
import { did, settle, toy, World, type IToyEvent } from './world.ts';

const RUNS = ['a', 'b', 'c'];
const KINDS = INTENT_KINDS.filter(kind => kind !== 'timer');

type Action =
  | { readonly do: 'send'; readonly run: string; readonly event: IToyEvent }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'settle' }
  | { readonly do: 'kill' }
  | {
      readonly do: 'kill_later';
      readonly commits: number;
      readonly after: boolean;
    };

const kind = fc.constantFrom<IntentKind>(...KINDS);
const event: fc.Arbitrary<IToyEvent> = fc.oneof(
  fc.constant({ type: 'poke' }),
  fc.constant({ type: 'tell', to: 'the-lease' }),
  fc.constant({ type: 'sing' }),
  fc.constant({ type: 'never_mind' }),
  fc.record({
    type: fc.constant('go'),
    kinds: fc.array(kind, { minLength: 1, maxLength: 3 }),
    delay: fc.constantFrom(0, 10, 400)
  })
);
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      run: fc.constantFrom(...RUNS),
      event
    })
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.integer({ min: 0, max: 1500 })
    })
  },
  { weight: 2, arbitrary: fc.constant({ do: 'settle' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'kill' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('kill_later' as const),
      commits: fc.integer({ min: 1, max: 5 }),
      after: fc.boolean()
    })
  }
);

/** What an effect does the first times; in the end each does its work. */
const manner = fc.constantFrom('does', 'retries', 'throws', 'pokes');

/** Follows what the rows of one subject say, step by step. */
function follow(rows: readonly IHistoryRow[]) {
  const counts = { pokes: 0, told: 0, asked: 0, done: 0, dropped: false };
  let label: string | null = null;
  for (const row of rows) {
    expect(row.from).toBe(label);
    if (!row.fits) {
      expect(row.to).toBe(row.from);
      continue;
    }
    label = row.to;
    counts.pokes += row.event === 'poke' ? 1 : 0;
    counts.told += row.event === 'tell' ? 1 : 0;
    counts.done += row.event === 'did' ? 1 : 0;
    counts.asked += row.event === 'go' ? 1 : 0;
    counts.dropped ||= row.event === 'never_mind';
  }
  return { label, ...counts };
}

describe('any life, killed anywhere', () => {
  it('loses nothing, and its rows agree', async () => {
    let deaths = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 1, maxLength: 40 }),
        fc.array(manner, { minLength: 1, maxLength: 8 }),
        async (actions, manners) => {
          const world = new World();
          let turn = 0;
          world.act = async intent => {
            turn += 1;
            const how = manners[turn % manners.length];
            // Takes a moment, so that a death can come in between.
            await new Promise(resolve => setImmediate(resolve));
            if (intent.tries >= 3 || how === 'does') {
              return did(intent.kind);
            }
            if (how === 'throws') {
              throw new Error('a defect');
            }
            return how === 'pokes'
              ? { kind: 'retry', afterMs: 50, event: { type: 'poke' } }
              : { kind: 'retry', afterMs: 700 };
          };

          let mortal: Mortal;
          let interpreter: Interpreter;
          const boot = async (commits = 0, after = false) => {
            mortal = new Mortal(world.store, commits, after);
            interpreter = world.process({ store: mortal });
            await interpreter.start();
          };
          const accepted = { pokes: 0 };
          await boot();
          for (const run of RUNS) {
            await interpreter!.create('run', run, toy(run));
          }
          await interpreter!.create('lease', 'the-lease', toy('the-lease'));

          for (const each of actions) {
            if (mortal!.dead) {
              deaths += 1;
              await boot();
            }
            if (each.do === 'send') {
              void interpreter!
                .dispatch('run', each.run, each.event as IEvent)
                .then(({ fits }) => {
                  accepted.pokes += fits && each.event.type === 'poke' ? 1 : 0;
                });
            } else if (each.do === 'pass') {
              await world.clock.pass(each.ms);
            } else if (each.do === 'settle') {
              await settle();
            } else if (each.do === 'kill') {
              mortal!.kill();
            } else {
              mortal!.kill();
              await boot(each.commits, each.after);
            }
          }
          await settle();
          mortal!.kill();
          await boot();
          await world.clock.finish();

          // No intent is lost, none is left.
          expect((await world.store.recover()).intents).toEqual([]);
          let told = 0;
          let pokes = 0;
          for (const run of RUNS) {
            const rows = (await world.store.history(run)).filter(
              row => row.machine === 'run'
            );
            const seen = follow(rows);
            const state = await world.state(run);
            expect(state).toMatchObject({
              label: seen.label,
              pokes: seen.pokes,
              told: seen.told,
              wants: []
            });
            expect(state?.label).toBe('idle');
            if (!seen.dropped) {
              const begun = new Set(
                world.performed
                  .filter(({ subject }) => subject === run)
                  .map(({ id }) => id)
              );
              // Each that was wanted was performed, and answered once.
              expect(begun.size).toBe(seen.done);
              expect(seen.done).toBeGreaterThanOrEqual(seen.asked);
            }
            expect(
              rows.filter(row => row.event === 'sing').every(row => !row.fits)
            ).toBe(true);
            told += seen.told;
            pokes += seen.pokes;
          }
          // Nothing that a caller was told is undone.
          expect(pokes).toBeGreaterThanOrEqual(accepted.pokes);
          // What is sent arrives with what sent it, or not at all.
          expect(await world.state('the-lease', 'lease')).toMatchObject({
            pokes: told
          });
          await interpreter!.stop();
          await world.store.close();
        }
      ),
      { numRuns: 150 }
    );
    // Else it has proved less than it says.
    expect(deaths).toBeGreaterThan(20);
  }, 60_000);
});
