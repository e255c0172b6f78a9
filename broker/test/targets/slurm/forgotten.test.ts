import { describe, expect, test } from 'vitest';

import type { Said } from '../../../src/targets/slurm/commands.ts';
import { fateOf } from '../../../src/targets/slurm/forgotten.ts';
import { timeOf } from '../../../src/targets/slurm/states.ts';
import { ID, ok, silent } from './scripted.ts';

const SUBMITTED = timeOf('2026-11-27T12:00:00');
const GONE: Said = { kind: 'no', message: 'Invalid job id specified', code: 1 };
const since = (time: string, hosts = 1): Said =>
  ok(
    `Configuration data as of 2026-11-27T13:00:00\nBOOT_TIME               = ${time}\n` +
      Array.from(
        { length: hosts },
        (_, at) => `SlurmctldHost[${at}]        = ctl${at}\n`
      ).join('')
  );
const EARLIER = since('2026-11-27T11:59:59');

const fate = (
  shown: Said,
  config: Said = EARLIER,
  submitted: number | null = SUBMITTED
) =>
  fateOf(
    {
      run: (_name, args) =>
        Promise.resolve(args.includes('config') ? config : shown)
    },
    ID,
    '7',
    submitted
  );

test('a controller that was there all the time has let it end', async () => {
  const told = await fate(GONE);
  expect(told).toMatchObject({ kind: 'ended' });
  expect(JSON.stringify(told)).toContain('it was cancelled there, or failed');
});

describe('it may have been lost', () => {
  const ways: [string, Said, Said, number | null][] = [
    ['by one started since', GONE, since('2026-11-27T12:00:01'), SUBMITTED],
    ['by one started then', GONE, since('2026-11-27T12:00:00'), SUBMITTED],
    ['by one of two', GONE, since('2026-11-27T11:00:00', 2), SUBMITTED],
    ['by one that says nothing of itself', GONE, ok('\n'), SUBMITTED],
    ['where its time is not known', GONE, EARLIER, null],
    [
      'where another one has its number',
      ok('JobId=7 JobName=stranger UserId=ann(1000)\n'),
      EARLIER,
      SUBMITTED
    ]
  ];
  test.each(ways)('%s', async (_, shown, config, submitted) => {
    expect(await fate(shown, config, submitted)).toMatchObject({
      kind: 'lost'
    });
  });
});

describe('nothing is known', () => {
  const ways: [string, Said, Said][] = [
    [
      'where squeue hides what is there',
      ok(`JobId=7 JobName=${ID} UserId=ann(1000)\n`),
      EARLIER
    ],
    ['where nobody answers', silent, EARLIER],
    ['where nobody answers any more', GONE, silent],
    ['after another refusal', { ...GONE, message: 'no' }, EARLIER]
  ];
  test.each(ways)('%s', async (_, shown, config) => {
    expect(await fate(shown, config)).toEqual({ kind: 'unknown' });
  });
});
