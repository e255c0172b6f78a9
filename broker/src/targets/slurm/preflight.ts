import type { ResourceProblem } from '@jupyterlab-batch/protocol';

import type { IWeighed, IWish } from '../target.ts';
import { ask as askStanding, type Standing } from './associations.ts';
import type { ICommands } from './commands.ts';
import { Kept } from '../kept.ts';
import {
  kernelProblem,
  lookAt,
  type IKernelProblem,
  type Python
} from '../runtimes/interpreter.ts';
import type { IChecked, Runtimes } from '../runtimes/runtimes.ts';
import { within } from '../within.ts';
import { ask, type IPartition, type Partitions } from './partitions.ts';
import { rehearse, type Rehearsed } from './rehearsal.ts';
import { weigh, type ISite } from './resources.ts';
import { options } from './script.ts';

/** Nobody waits longer for what the cluster has to say: it works without, too. */
const PATIENCE_MS = 4_000;
/** What a cluster has changes seldom; what it could not say is asked again soon. */
const GOOD_MS = 60_000;
const BAD_MS = 5_000;
/** Who may charge what changes more seldom still. */
const STANDING_MS = 300_000;
/** An estimate of a start is old by then. */
const ESTIMATE_MS = 15_000;

const SILENT: Partitions = {
  kind: 'silent',
  why: `no answer in ${PATIENCE_MS / 1000} s`
};

export interface IPreflightOptions {
  readonly commands: ICommands;
  readonly site: ISite;
  readonly runtimes: Runtimes;
  /** by name, as the accounting knows it */
  readonly user: string;
  readonly clock: () => number;
}

/** Looks ahead: would this cluster take such a run, and when would it start it? */
export class ClusterPreflight {
  readonly #commands: ICommands;
  readonly #site: ISite;
  readonly #runtimes: Runtimes;
  readonly #user: string;
  readonly #partitions: Kept<Partitions>;
  readonly #standings: Kept<Standing>;
  readonly #rehearsals: Kept<Rehearsed>;
  readonly #programs: Kept<Python>;
  readonly #kernels: Kept<IKernelProblem | null>;

  constructor({ commands, site, runtimes, user, clock }: IPreflightOptions) {
    this.#commands = commands;
    this.#site = site;
    this.#runtimes = runtimes;
    this.#user = user;
    this.#standings = new Kept(clock, ({ kind }) =>
      kind === 'silent' ? BAD_MS : STANDING_MS
    );
    this.#partitions = new Kept(clock, ({ kind }) =>
      kind === 'ok' ? GOOD_MS : BAD_MS
    );
    this.#rehearsals = new Kept(clock, () => ESTIMATE_MS);
    // what is well stays so for a while; what is not may be mended at once
    this.#programs = new Kept<Python>(clock, ({ kind }) =>
      kind === 'ok' ? GOOD_MS : BAD_MS
    );
    this.#kernels = new Kept<IKernelProblem | null>(clock, problem =>
      problem === null ? GOOD_MS : BAD_MS
    );
  }

  /** One question a minute, however many ask. */
  partitions(): Promise<Partitions> {
    const answer = this.#partitions.get('', () => ask(this.#commands));
    return within(PATIENCE_MS, answer, SILENT);
  }

  /** What the user may charge there: asked seldom, and waited for no longer. */
  #standing(): Promise<Standing> {
    const answer = this.#standings.get('', () =>
      askStanding(this.#commands, this.#user)
    );
    return within<Standing>(PATIENCE_MS, answer, {
      kind: 'silent',
      why: `no answer in ${PATIENCE_MS / 1000} s`
    });
  }

  /** Where a run goes; null: not known. */
  async partition(name: string | undefined): Promise<IPartition | null> {
    const told = await this.partitions();
    return (
      (told.kind === 'ok' ? told.partitions : []).find(each =>
        name === undefined ? each.isDefault : each.name === name
      ) ?? null
    );
  }

  async look(wish: IWish): Promise<IWeighed> {
    const [told, standing] = await Promise.all([
      this.partitions(),
      this.#standing()
    ]);
    const known = told.kind === 'ok' ? told.partitions : null;
    const { used: runtime, problems: missing } = await this.#missing(wish);
    const weighed = {
      ...weigh(known, this.#site, wish.resources, wish.limit, standing),
      runtime
    };
    const problems = [...weighed.problems, ...missing];
    if (told.kind === 'silent') {
      const message = `The cluster does not answer, so nothing could be looked up there (${told.why}). A run can be submitted: it waits until the cluster does.`;
      problems.push(of('target_unreachable', message, 'warning'));
    }
    if (told.kind === 'ok' && standing.kind === 'silent') {
      const message = `Which accounts you may charge could not be looked up (${standing.why}): any can be named, and Slurm decides.`;
      problems.push(of('target_unreachable', message, 'warning'));
    }
    const limit = wish.timeLimit ?? weighed.timeLimit;
    if (
      told.kind === 'silent' ||
      limit > weighed.timeLimit ||
      problems.some(({ severity }) => severity === 'error')
    ) {
      return { ...weighed, problems, startsAt: null };
    }
    const into = await this.partition(weighed.resources.partition);
    const asked = options({
      attempt: 'preflight',
      folder: '/',
      timeLimit: limit,
      partitionTime: into?.time ?? null,
      resources: weighed.resources
    });
    const rehearsed = await within<Rehearsed>(
      PATIENCE_MS,
      this.#rehearsals.get(asked.join('\n'), () =>
        rehearse(this.#commands, asked)
      ),
      { kind: 'silent' }
    );
    if (rehearsed.kind === 'refused') {
      const message = `The cluster would refuse the run: ${rehearsed.message}. Ask for something else.`;
      problems.push(of('target_refused', message));
    }
    // Slurm reckons with a partition that is down as if it were up
    const startsAt =
      rehearsed.kind === 'taken' && into?.up === true
        ? rehearsed.startsAt
        : null;
    return { ...weighed, problems, startsAt };
  }

  /** What the job would miss of the programs that it is started with. */
  async #missing(wish: IWish): Promise<IChecked> {
    const { python, kernel } = wish;
    if (wish.runtime !== null) {
      return this.#runtimes.check(wish);
    }
    const found: ResourceProblem[] = [];
    if (python !== null) {
      const seen = await this.#programs.get(python, () => lookAt(python));
      if (seen.kind === 'wrong') {
        found.push(of('unusable_python', seen.message));
      }
    }
    if (kernel !== null) {
      const { name, argv } = kernel;
      const wrong = await this.#kernels.get(JSON.stringify([name, argv]), () =>
        kernelProblem(name, argv)
      );
      if (wrong !== null) {
        const severity = wrong.sure ? 'error' : 'warning';
        found.push(of('unknown_kernel', wrong.message, severity));
      }
    }
    return { used: null, problems: found };
  }
}

const of = (
  code: string,
  message: string,
  severity: ResourceProblem['severity'] = 'error'
): ResourceProblem => ({ code, severity, message, resource: null });
