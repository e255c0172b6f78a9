import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished } from 'vitest';

import type { ICommands, Said } from '../../../src/targets/slurm/commands.ts';
import { Ledger } from '../../../src/targets/slurm/ledger.ts';
import { Munge } from '../../../src/targets/slurm/munge.ts';
import { Lookout } from '../../../src/targets/slurm/lookout.ts';
import { list } from '../../../src/targets/slurm/queue.ts';
import { SlurmTarget } from '../../../src/targets/slurm/slurm-target.ts';
import type { IAttempt, IClaim, IJob } from '../../../src/targets/target.ts';
import { WORLD } from '../world.ts';
import { ANYTHING } from './anything.ts';

export const RUN = '01234567-89ab-7cde-8f01-23456789abcd';
export const ID = `${RUN}.1`;
/** After which a calm target looks again, ms. */
const PERIOD = 60_000;

interface IJobLine {
  id: string;
  name: string;
  comment?: string;
  state: string;
  /** raw wait status, as squeue has it */
  exit?: number;
}

export const silent: Said = {
  kind: 'silent',
  why: 'Unable to contact slurmctld'
};
export const ok = (text: string): Said => ({
  kind: 'ok',
  text,
  complaint: null
});

/** A Slurm with a list of jobs, and one bad behaviour that a test gives it. */
export class ScriptedSlurm implements ICommands {
  jobs: IJobLine[] = [];
  calls: string[][] = [];
  next = 1;
  /** what sbatch was given last */
  script = '';
  /** in place of its answer; it may have done what was asked */
  instead: (name: string) => Said | null = () => null;

  async run(name: string, args: readonly string[], stdin = ''): Promise<Said> {
    this.calls.push([name, ...args]);
    if (name === 'sbatch') {
      expect(stdin).toMatch(/^#!\/bin\/sh\n/);
      this.script = stdin;
      const of = args.find(arg => arg.startsWith('--job-name='))?.slice(11);
      this.jobs.push({ id: `${this.next}`, name: of ?? '', state: 'PENDING' });
      this.next += 1;
    }
    if (name === 'scancel') {
      const [wanted, number] = [args[0].slice(7), args.at(-1)];
      for (const job of this.jobs) {
        if (job.id === number && job.name === wanted) {
          job.state = 'CANCELLED';
        }
      }
    }
    const answer = this.instead(name);
    return Promise.resolve(
      answer ?? ok(name === 'squeue' ? this.#list(args) : '1\n')
    );
  }

  count(name: string): number {
    return this.calls.filter(([command]) => command === name).length;
  }

  #list(args: readonly string[]): string {
    const name = args.find(arg => arg.startsWith('--name='))?.slice(7);
    return this.jobs
      .filter(job => name === undefined || job.name === name)
      .map(
        job =>
          `${job.id}|${job.name}|${job.comment ?? job.name}|${job.state}|${job.exit ?? 0}|n1|N/A|2026-11-27T12:00:00|None|\n`
      )
      .join('');
  }
}

/** Of somebody who brings no proof along. */
export const CLAIM: IClaim = {
  attempt: ID,
  digest: 'd'.repeat(64),
  proof: null
};

export const CALM = { leased: false, stirred: false };

/** A target at a scripted Slurm, with a clock that goes on where somebody waits. */
export class Bench {
  now = 0;
  readonly slurm = new ScriptedSlurm();
  readonly target: SlurmTarget;
  readonly attempt: IAttempt;

  constructor(readonly folder: string) {
    const clock = () => this.now;
    this.target = new SlurmTarget({
      name: 'cluster',
      slots: null,
      uid: 1000,
      user: 'ann',
      cluster: {
        commands: this.slurm,
        lookout: new Lookout({
          ask: () => list(this.slurm, '1000'),
          clock,
          random: () => 0,
          sleep: ms => {
            this.now += ms;
            return Promise.resolve();
          }
        }),
        ledger: new Ledger(this.slurm, 1000, clock)
      },
      runner: () => Promise.resolve('/work/runner'),
      clock,
      site: ANYTHING,
      munge: new Munge({ commands: this.slurm, use: 'used', uid: 1000, clock }),
      runtimes: WORLD.runtimes
    });
    this.attempt = {
      id: ID,
      run: RUN,
      number: 1,
      folder,
      python: '/opt/it is/python',
      environment: { LANG: 'C', NAME: "it's" },
      timeLimit: 3600,
      resources: {},
      runtime: null
    };
  }

  async submitted(): Promise<IJob> {
    const result = await this.target.submit(this.attempt);
    if (result.kind !== 'ok') {
      throw new Error(result.kind);
    }
    return result.job;
  }

  /** What a look tells of the job. */
  async state(job: IJob) {
    this.now += PERIOD;
    return (await this.target.poll(new Map([[ID, job]]), CALM)).get(ID);
  }
}

export async function bench(): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'jlb-slurm-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return new Bench(folder);
}
