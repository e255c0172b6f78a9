import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { describe, expect, it, onTestFinished } from 'vitest';

import {
  ProcTable,
  type Found,
  type IMark,
  type IProcess
} from '../../src/targets/local/processes.ts';
import { signal, sweep } from '../../src/targets/local/sweep.ts';

const MARK: IMark = { name: 'RUN', value: 'x', run: 'x' };

/** Shows one process in its n-th look only, as one that is born late. */
class LateTable extends ProcTable {
  readonly #late: IProcess;
  readonly #in: number;
  #looks = 0;

  constructor(late: IProcess, look: number) {
    super();
    this.#late = late;
    this.#in = look;
  }

  override async marked(_: IMark, found?: Found): Promise<IProcess[]> {
    if (++this.#looks !== this.#in) {
      return [];
    }
    found?.(this.#late);
    return [this.#late];
  }

  get looks(): number {
    return this.#looks;
  }
}

/** Shows one process for ever, as one that cannot die. */
class DeathlessTable extends ProcTable {
  override async marked(_: IMark, found?: Found): Promise<IProcess[]> {
    const one = { pid: 2 ** 22 + 1, start: '1' };
    found?.(one);
    return [one];
  }
}

function sleeper(): { process: IProcess; ended: Promise<unknown> } {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const seen = new ProcTable().look(child.pid ?? 0);
  if (seen.kind !== 'alive') {
    return expect.unreachable('it was just started');
  }
  return { process: seen.process, ended: once(child, 'exit') };
}

describe('a signal', () => {
  it('goes to the process that was meant and to no later one', async () => {
    const { process: meant, ended } = sleeper();
    const table = new ProcTable();
    const stale = { ...meant, start: '1' };
    expect(signal(stale, 'SIGKILL', table)).toBe(false);
    expect(table.look(meant.pid).kind).toBe('alive');
    expect(signal(meant, 'SIGKILL', table)).toBe(true);
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(signal(meant, 'SIGKILL', table)).toBe(false);
  });
});

describe('a sweep', () => {
  it('looks again after a look that found none: one may be born late', async () => {
    const { process: late, ended } = sleeper();
    const table = new LateTable(late, 2);
    expect(await sweep(MARK, null, table)).toBe(0);
    expect(await ended).toEqual([null, 'SIGKILL']);
    // none, one, and two in a row that found none
    expect(table.looks).toBe(4);
  });

  it('says how many it could not end, and stops trying', async () => {
    expect(await sweep(MARK, null, new DeathlessTable())).toBe(1);
  });
});
