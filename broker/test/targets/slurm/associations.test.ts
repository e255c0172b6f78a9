import type { Resources } from '@jupyterlab-batch/protocol';
import { describe, expect, test } from 'vitest';

import {
  accountsIn,
  ask,
  qosIn,
  read,
  type Standing
} from '../../../src/targets/slurm/associations.ts';
import type { Said } from '../../../src/targets/slurm/commands.ts';
import type { IPartition } from '../../../src/targets/slurm/partitions.ts';
import { weigh, type ISite } from '../../../src/targets/slurm/resources.ts';
import { ANYTHING, MAIN } from './anything.ts';
import { ok } from './scripted.ts';

/** As sacctmgr 22.05 prints it. */
const TOLD = `hpc|physics||long,normal|long|chem
hpc|chem|gpu|long||chem
hpc|chem||normal||chem
old|bio||normal||bio
`;
const known = (enforced = true) => read(TOLD, 'hpc', enforced);
const weighed = (
  wish: Resources,
  site: Partial<ISite> = {},
  partition: Partial<IPartition> = {},
  standing: Standing = known()
) =>
  weigh(
    [{ ...MAIN, ...partition }],
    { ...ANYTHING, ...site },
    wish,
    3600,
    standing
  );
const offered = (name: string, ...given: Parameters<typeof weighed>) => {
  const field = weighed(...given).fields.find(each => each.name === name);
  return [
    field?.kind,
    field?.choices.map(({ value }) => value),
    field?.default
  ];
};
const said = (...given: Parameters<typeof weighed>) =>
  weighed(...given).problems.map(each => [each.severity, each.message]);

describe('what is offered', () => {
  test('are the user’s own accounts at this cluster, the default one named', () => {
    expect(offered('account', {})).toEqual([
      'choice',
      ['chem', 'physics'],
      'chem'
    ]);
    // it is said, and not asked for: it stays the cluster’s own choice
    expect(weighed({}).resources).toEqual({});
  });

  test('are those that partition and operator take, too', () => {
    expect(
      offered('account', {}, {}, { accounts: ['physics', 'bio'] })
    ).toEqual(['choice', ['physics'], null]);
    const site = { accounts: ['bio', 'chem'] };
    expect(offered('account', {}, site)).toEqual(['choice', ['chem'], 'chem']);
    // of the operator’s list the first that the user may charge
    expect(weighed({}, site).resources).toEqual({ account: 'chem' });
  });

  test('is the quality of service of the account that is charged, there', () => {
    expect(offered('qos', {})[1]).toEqual(['normal']);
    expect(offered('qos', { account: 'physics' })[1]).toEqual([
      'long',
      'normal'
    ]);
    expect(offered('qos', {}, {}, { name: 'gpu' })[1]).toEqual(['long']);
  });

  test('is anything where nothing is known', () => {
    expect(offered('account', {}, {}, {}, { kind: 'none' })).toEqual([
      'text',
      [],
      null
    ]);
    const silent = { kind: 'silent', why: 'x' } as const;
    expect(said({ account: 'any', qos: 'any' }, {}, {}, silent)).toEqual([]);
    // of an account that is not known nobody knows what it has
    expect(offered('qos', { account: 'nope' })[0]).toBe('text');
  });
});

test('what is not the user’s is refused, where the cluster would', () => {
  expect(said({ account: 'bio' })).toEqual([
    [
      'error',
      'You may not charge the account bio at this cluster. Take chem, or physics.'
    ]
  ]);
  expect(said({ qos: 'long' })).toEqual([
    [
      'error',
      'With your default account you may not have the quality of service long at this cluster. Take normal.'
    ]
  ]);
  expect(said({ account: 'physics', qos: 'long' })).toEqual([]);
  expect(said({ account: 'bio' }, {}, {}, known(false))[0]?.[0]).toBe(
    'warning'
  );
});

describe('what sacctmgr says', () => {
  test('is read whole or not at all', () => {
    expect(known()).toMatchObject({ kind: 'ok', defaultAccount: 'chem' });
    expect(read('', 'hpc', true)).toEqual({ kind: 'none' });
    expect(read('\n', 'hpc', true)).toEqual({ kind: 'none' });
    expect(read(TOLD, 'other', true)).toEqual({ kind: 'none' });
    for (const text of [
      TOLD.slice(0, -3),
      `${TOLD}Segmentation fault\n`,
      `${TOLD}hpc|chem\n`,
      `${TOLD}hpc||||||\n`
    ]) {
      expect(read(text, 'hpc', true)).toMatchObject({ kind: 'silent' });
    }
    expect(accountsIn({ kind: 'none' }, null)).toBeNull();
    expect(qosIn({ kind: 'none' }, null, 'chem')).toBeNull();
  });

  const config = (kind: string) =>
    ok(
      `AccountingStorageEnforce = associations,limits\nAccountingStorageType   = accounting_storage/${kind}\nClusterName             = hpc\n`
    );
  const asked = async (first: Said, second: Said) => {
    const calls: string[] = [];
    const standing = await ask(
      {
        run(name) {
          calls.push(name);
          return Promise.resolve(name === 'sacctmgr' ? second : first);
        }
      },
      'ann'
    );
    return { standing, calls };
  };

  test('is asked for where there is accounting, and nowhere else', async () => {
    expect(await asked(config('slurmdbd'), ok(TOLD))).toEqual({
      standing: known(),
      calls: ['scontrol', 'sacctmgr']
    });
    expect(await asked(config('none'), ok(TOLD))).toEqual({
      standing: { kind: 'none' },
      calls: ['scontrol']
    });
  });

  test('may be nothing', async () => {
    const why = 'sacctmgr cannot be run (ENOENT)';
    const gone = { kind: 'silent', why } as const;
    expect((await asked(config('slurmdbd'), gone)).standing).toEqual(gone);
    const no: Said = { kind: 'no', message: 'Connection refused', code: 1 };
    expect((await asked(config('slurmdbd'), no)).standing).toEqual({
      kind: 'silent',
      why: 'Connection refused'
    });
    expect((await asked(gone, gone)).standing).toEqual({ kind: 'none' });
  });
});
