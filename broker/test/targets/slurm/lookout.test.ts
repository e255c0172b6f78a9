import { beforeEach, expect, test } from 'vitest';

import { Lookout } from '../../../src/targets/slurm/lookout.ts';
import type { Listing } from '../../../src/targets/slurm/queue.ts';

const EMPTY: Listing = { kind: 'ok', jobs: [] };

let now = 0;
/** One for each question that is under way. */
let answers: ((listing: Listing) => void)[] = [];
let asked: number[] = [];
let lookout: Lookout;

beforeEach(() => {
  now = 100_000;
  answers = [];
  asked = [];
  lookout = new Lookout({
    ask: () => {
      asked.push(now);
      return new Promise(resolve => answers.push(resolve));
    },
    clock: () => now,
    random: () => 0,
    sleep: ms => {
      now += ms;
      return Promise.resolve();
    }
  });
});

/** Lets what can go on do so. */
const settle = () => new Promise(resolve => setImmediate(resolve));
const answer = async (listing: Listing = EMPTY) => {
  await settle();
  answers.shift()?.(listing);
  await settle();
};

test('who wants a fresh look gets none that began before', async () => {
  const first = lookout.fresh();
  await settle();
  const [second, third] = [lookout.fresh(), lookout.fresh()];
  await answer();
  expect((await first).at).toBe(100_000);
  await answer();
  // a second later, and one for both
  expect((await second).at).toBe(101_000);
  expect(await third).toBe(await second);
  expect(asked).toEqual([100_000, 101_000]);
});

test('what nobody waited for holds back nobody who waits', async () => {
  const watching = lookout.watch(false);
  await answer();
  await watching;
  now += 100;
  const claim = lookout.fresh();
  await answer();
  expect((await claim).at).toBe(100_100);
  now += 100;
  const next = lookout.fresh();
  await answer();
  expect((await next).at).toBe(101_100);
});

test('but a cluster that does not answer is left alone', async () => {
  const watching = lookout.watch(false);
  await answer({ kind: 'silent', why: 'down' });
  await watching;
  const claim = lookout.fresh();
  await answer();
  expect((await claim).at).toBe(102_000);
});

test('whoever watches takes what somebody else has asked for', async () => {
  const claim = lookout.fresh();
  await settle();
  const watching = lookout.watch(false);
  await answer();
  expect(await watching).toBe(await claim);
  now += 1_000;
  expect(await lookout.watch(false)).toBe(await claim);
  expect(asked).toHaveLength(1);
});

test('one question at a time, also while the cluster is slow', async () => {
  const watching = [lookout.watch(true)];
  await settle();
  now += 60_000;
  watching.push(lookout.watch(true), lookout.watch(false));
  await settle();
  expect(asked).toHaveLength(1);
  await answer();
  expect(new Set(await Promise.all(watching)).size).toBe(1);
});

test('a clock that is set back stops nobody', async () => {
  const first = lookout.watch(false);
  await answer();
  await first;
  now -= 3_600_000;
  const again = lookout.watch(false);
  await answer();
  expect((await again).at).toBeLessThan(100_000);
});

test('a question that breaks is one without an answer', async () => {
  const broken = new Lookout({
    ask: () => Promise.reject(new Error('spawn E2BIG')),
    clock: () => now,
    random: () => 0,
    sleep: () => Promise.resolve()
  });
  const { listing } = await broken.watch(false);
  expect(listing).toEqual({ kind: 'silent', why: 'spawn E2BIG' });
  now += 600_000;
  expect((await broken.watch(false)).at).toBe(now);
});
