import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';

import {
  ChangeHub,
  type IChangeNews,
  type News,
  type Subscription
} from '../../src/events/hub.ts';

/** Time that passes only when told to. */
class HandClock {
  now = 1_000_000;
  readonly #alarms = new Set<{ at: number; ring: () => void }>();

  readonly alarm = {
    set: (ms: number, ring: () => void) => {
      const entry = { at: this.now + ms, ring };
      this.#alarms.add(entry);
      return () => this.#alarms.delete(entry);
    }
  };

  get pending(): number {
    return this.#alarms.size;
  }

  async pass(ms: number): Promise<void> {
    this.now += ms;
    for (const entry of [...this.#alarms]) {
      if (entry.at <= this.now) {
        this.#alarms.delete(entry);
        entry.ring();
      }
    }
    await settle();
  }
}

const settle = () => new Promise(resolve => setImmediate(resolve));

let revision = 0;
const running = (id: string): IChangeNews => ({
  id,
  state: 'running',
  revision: ++revision,
  ended: false
});
const ended = (id: string): IChangeNews => ({
  id,
  state: 'succeeded',
  revision: ++revision,
  ended: true
});

/** Reads on and on and keeps what it read, with the time. */
function reading(
  subscription: Subscription<IChangeNews>,
  clock: HandClock
): { at: number; news: News<IChangeNews> }[] {
  const read: { at: number; news: News<IChangeNews> }[] = [];
  void (async () => {
    for await (const news of subscription) {
      read.push({ at: clock.now, news });
    }
  })();
  return read;
}

describe('ChangeHub', () => {
  let clock: HandClock;
  let hub: ChangeHub<IChangeNews>;

  beforeEach(() => {
    clock = new HandClock();
    hub = new ChangeHub({
      clock: () => clock.now,
      alarm: clock.alarm,
      capacity: 5
    });
    revision = 0;
  });

  it('tells the first change at once, and then at most two a second', async () => {
    const read = reading(hub.subscribe(), clock);
    for (let tenth = 0; tenth < 20; tenth += 1) {
      hub.publish([running('a')]);
      await settle();
      await clock.pass(100);
    }
    expect(read.map(({ at }) => at - 1_000_000)).toEqual([
      0, 500, 1000, 1500, 2000
    ]);
    const last = read.at(-1)?.news;
    expect(last).toMatchObject({ change: { revision: 20 } });
  });

  it('throttles each run for itself', async () => {
    const read = reading(hub.subscribe(), clock);
    hub.publish([running('a'), running('b')]);
    await settle();
    expect(read).toHaveLength(2);
  });

  it('tells the end at once, in place of what waited', async () => {
    const read = reading(hub.subscribe(), clock);
    hub.publish([running('a')]);
    await settle();
    hub.publish([running('a')]);
    hub.publish([ended('a')]);
    await settle();
    expect(read.map(({ news }) => news)).toMatchObject([
      { change: { state: 'running', revision: 1 } },
      { change: { state: 'succeeded', revision: 3 } }
    ]);
    await clock.pass(5000);
    expect(read).toHaveLength(2);
  });

  it('never waits for a slow reader, who is told to load anew', async () => {
    const slow = hub.subscribe();
    const quick = reading(hub.subscribe(), clock);
    for (let index = 0; index < 20; index += 1) {
      hub.publish([running(`run-${index}`)]);
      await settle();
    }
    expect(quick).toHaveLength(20);
    expect(await slow.next()).toEqual({ kind: 'reset', revision: 20 });
    hub.publish([running('after')]);
    expect(await slow.next()).toMatchObject({ change: { id: 'after' } });
  });

  it('keeps one entry for a run however often it changes', async () => {
    const slow = hub.subscribe();
    for (let index = 0; index < 100; index += 1) {
      hub.publish([running('a')]);
    }
    expect(await slow.next()).toMatchObject({ change: { revision: 100 } });
  });

  it('ends the loop of a reader when closed, and forgets it', async () => {
    const subscription = hub.subscribe();
    const waiting = subscription.next();
    expect(hub.size).toBe(1);
    hub.close();
    expect(await waiting).toBeNull();
    expect(hub.size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('is left by a reader that leaves its loop', async () => {
    const subscription = hub.subscribe();
    hub.publish([running('a')]);
    for await (const _ of subscription) {
      break;
    }
    expect(hub.size).toBe(0);
  });

  it('always ends with the latest state of every run, revisions rising', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            id: fc.constantFrom('a', 'b', 'c'),
            end: fc.boolean(),
            pass: fc.integer({ min: 0, max: 700 })
          }),
          { maxLength: 30 }
        ),
        async steps => {
          const own = new HandClock();
          const tested = new ChangeHub<IChangeNews>({
            clock: () => own.now,
            alarm: own.alarm
          });
          const read = reading(tested.subscribe(), own);
          const latest = new Map<string, number>();
          for (const { id, end, pass } of steps) {
            const change = end ? ended(id) : running(id);
            latest.set(id, change.revision);
            tested.publish([change]);
            await settle();
            await own.pass(pass);
          }
          await own.pass(500);
          const seen = new Map<string, number>();
          const told = new Map<string, number>();
          for (const { at, news } of read) {
            if (news.kind === 'reset') {
              throw new Error('nobody was slow');
            }
            const { id, revision: now, ended: over } = news.change;
            expect(now).toBeGreaterThan(seen.get(id) ?? 0);
            if (!over) {
              expect(at - (told.get(id) ?? -Infinity)).toBeGreaterThanOrEqual(
                500
              );
              told.set(id, at);
            } else {
              told.delete(id);
            }
            seen.set(id, now);
          }
          expect(seen).toEqual(latest);
          tested.close();
        }
      ),
      { numRuns: 60 }
    );
  });
});
