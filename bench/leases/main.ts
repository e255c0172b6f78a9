/**
 * Measures leases against a real provider that runs in a process of its own:
 *
 *     node --expose-gc bench/leases/main.ts URL REGISTRATION-FILE FOLDER SHARE
 *
 * Prints one JSON object.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Store } from '../../broker/src/store/store.ts';
import { Bare, timed } from './bare.ts';
import { Household, isClosed, isMinted, KEY } from './household.ts';
import { fill, type IRestart } from './restart.ts';

const ROUNDS = 3;

const [url = '', file = '', folder = '', share = '1'] = process.argv.slice(2);
const count = (full: number) => Math.max(16, Math.round(full * Number(share)));
const registration = readFileSync(file, 'utf8').trim();
const urls = new Map([['platform', url]]);

const quantile = (samples: readonly number[], part: number): number =>
  [...samples].sort((a, b) => a - b)[
    Math.min(samples.length - 1, Math.floor(part * samples.length))
  ] ?? NaN;

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

const bare = new Bare(url, registration);
await bare.begin();
const store = new Store(join(folder, 'leases.db'), KEY);
const house = new Household(store, urls, registration);
await house.interpreter.start();

// Ours, bare, ours, bare: what else the machine does falls on both.
const mint: number[] = [];
const life: number[] = [];
const rates = { mint: 0, life: 0 };
const each = count(200);
for (let round = 0; round < ROUNDS; round += 1) {
  const ids = await house.armed(each);
  const ours = await seconds(async () => {
    await house.claim(ids);
    await house.until(ids, isMinted);
  });
  const client = await bare.register();
  const theirs = await timed(each, () => bare.mint(client));
  mint.push(theirs / ours);
  rates.mint = each / ours;
  await house.drain(ids);
  await house.until(ids, isClosed);

  const whole = await seconds(async () => {
    const more = await house.armed(each);
    await house.claim(more);
    await house.until(more, isMinted);
    await house.drain(more);
    await house.until(more, isClosed);
  });
  const bareLife = await timed(each, () => bare.life());
  life.push(bareLife / whole);
  rates.life = each / whole;
}

const single = await house.armed(count(200));
const claims: number[] = [];
for (const id of single) {
  claims.push((await seconds(() => house.claim([id]))) * 1000);
  await house.until([id], isMinted);
}
const [first = ''] = single;
const tokens: number[] = [];
for (let n = 0; n < count(2000); n += 1) {
  const signal = new AbortController().signal;
  tokens.push(
    (await seconds(() => house.service.token(first, 60, signal))) * 1000
  );
}
await house.service.settled();
await house.drain(single);
await house.until(single, isClosed);

const many = await house.armed(count(1000));
await house.claim(many);
await house.until(many, isMinted);
await house.drain(many);
await house.until(many, isClosed);
const lags: number[] = [];
for (const id of many) {
  const { tokens: ended, drainedAt } = await house.read(id);
  const last = Math.max(...ended.map(({ endedAt }) => endedAt ?? NaN));
  lags.push((last - (drainedAt ?? NaN)) / 1000);
}
await house.interpreter.stop(0);
await store.close();

const large = join(folder, 'restart.db');
await fill(large, count(10_000));
const own = ['--expose-gc', join(import.meta.dirname, 'again.ts')];
const again = JSON.parse(
  execFileSync(process.execPath, [...own, large, url, file], {
    encoding: 'utf8'
  })
) as IRestart;

const result = {
  mint: quantile(mint, 0.5),
  mintRate: rates.mint,
  life: quantile(life, 0.5),
  lifeRate: rates.life,
  claim: quantile(claims, 0.5),
  token: quantile(tokens, 0.99),
  lag: quantile(lags, 0.99),
  lagCount: many.length,
  ...again
};
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
