import { createHash } from 'node:crypto';

import {
  BatchError,
  problem,
  type FilesPlan,
  type NewRun,
  type PlanFolder,
  type PlanRequest,
  type KernelSpec,
  type Preflight,
  type PreflightRequest,
  type Runtime,
  type RuntimeOffer,
  type RuntimeRequest
} from '@jupyterlab-batch/protocol';
import { v7 as uuidv7 } from 'uuid';

import type { Created, ICreateOptions } from '../lifecycle/interpreter.ts';
import type { JsonObject, MachineName } from '../lifecycle/types.ts';
import type { IWeighed } from '../targets/target.ts';
import {
  checkParameters,
  chooseKernel,
  checkResources,
  chooseMoreTime,
  chooseTarget,
  chooseTimeLimit
} from './accept.ts';
import type { IRunDoc, IRunSpec } from './doc.ts';
import { FIRST_INTENTS } from './machine.ts';
import type {
  IFilesRoom,
  ILeaseRoom,
  INotebookRoom,
  IPlanned,
  ITargetEntry
} from './ports.ts';
import { isoTime } from './view.ts';

/** Plans shown lately; a submit names one by its id. */
const REMEMBERED_PLANS = 32;

export interface ISubmitWorld {
  readonly files: IFilesRoom;
  readonly notebook: INotebookRoom;
  readonly leases: ILeaseRoom;
  readonly targets: ReadonlyMap<string, ITargetEntry>;
  readonly clock: () => number;
  readonly create: (
    machine: MachineName,
    id: string,
    state: object,
    options: ICreateOptions
  ) => Promise<Created>;
  readonly findKey: (
    key: string
  ) => Promise<{ run: string; hash: string } | null>;
}

/** Takes runs in: everything is checked, then one commit, and only then effects. */
export class SubmitDesk {
  readonly #world: ISubmitWorld;
  readonly #plans = new Map<string, IPlanned>();

  constructor(world: ISubmitWorld) {
    this.#world = world;
  }

  async plan(request: PlanRequest): Promise<FilesPlan> {
    const planned = await this.#world.files.plan(request);
    this.#plans.delete(planned.plan.id);
    this.#plans.set(planned.plan.id, planned);
    for (const id of this.#plans.keys()) {
      if (this.#plans.size <= REMEMBERED_PLANS) {
        break;
      }
      this.#plans.delete(id);
    }
    return planned.plan;
  }

  /** @throws BatchError `plan_changed`: it was shown too long ago */
  planFolder(id: string, folder: string): PlanFolder {
    const planned = this.#plans.get(id);
    if (!planned) {
      throw planChanged();
    }
    return this.#world.files.listFolder(planned, folder);
  }

  /** What a target has to choose, and whether it would take such a run. */
  async preflight(request: PreflightRequest): Promise<Preflight> {
    const entry = chooseTarget(this.#world.targets, request.target);
    const weighed = await entry.target.weigh({
      resources: request.resources,
      limit: entry.timeLimit,
      timeLimit: request.time_limit,
      python: request.python,
      runtime: request.runtime ?? null,
      trusted: request.trusted === true,
      kernel: request.kernel
    });
    return {
      fields: [...weighed.fields],
      resources: weighed.resources,
      problems: [...weighed.problems, ...(await this.#unwritable(entry.work))],
      time_limit: weighed.timeLimit,
      starts_at: isoTime(weighed.startsAt)
    };
  }

  /** The Python and the kernels of an environment on a target. */
  offer(request: RuntimeRequest): Promise<RuntimeOffer> {
    return chooseTarget(this.#world.targets, request.target).target.offer(
      request
    );
  }

  /**
   * The kernel of a run as another environment has it.
   *
   * @throws BatchError the environment does not do, or has no such kernel
   */
  async kernelIn(
    { target, kernel, python }: IRunSpec,
    runtime: Runtime | null
  ): Promise<KernelSpec> {
    const { problems, kernels, broken } = await this.offer({
      target,
      runtime,
      trusted: true,
      python,
      near: null
    });
    checkResources(problems);
    return chooseKernel(kernel.name, kernels, broken);
  }

  async #unwritable(work: string): Promise<Preflight['problems']> {
    try {
      await this.#world.files.checkWritable(work);
      return [];
    } catch (error) {
      if (!(error instanceof BatchError)) {
        throw error;
      }
      const { code, detail: message } = error.problem;
      return [{ code, severity: 'error', message, resource: null }];
    }
  }

  /** @returns the run that this key and request made before; null: none */
  async earlier(key: string | null, asked: unknown): Promise<string | null> {
    const found = key === null ? null : await this.#world.findKey(key);
    return found ? sameRequest(found, hashOf(asked)) : null;
  }

  /**
   * @param asked - what came with the key, where that was not the whole request
   * @param moreThan - seconds that were too few, where more are wanted
   * @returns the id of the run; the same one for the same key and request
   */
  async submit(
    request: NewRun,
    key: string | null,
    asked: unknown = request,
    moreThan: number | null = null
  ): Promise<string> {
    const earlier = await this.earlier(key, asked);
    if (earlier !== null) {
      return earlier;
    }
    const hash = hashOf(asked);
    const { doc, planned, identity } = await this.#accept(
      moreThan === null ? request : await this.#longer(request, moreThan)
    );
    const lease =
      identity === null
        ? null
        : await this.#world.leases.create(doc.id, identity);
    const state: IRunDoc = {
      ...doc,
      lease: lease && { id: lease.id, ready: false, closed: false }
    };
    const created = await this.#world.create('run', doc.id, state, {
      intents: FIRST_INTENTS,
      extra: {
        ...(key === null ? {} : { idempotency: { key, hash } }),
        plan: accepted(planned, request)
      },
      also: lease
        ? [{ machine: 'lease', id: lease.id, state: lease.state }]
        : []
    });
    return created.created ? doc.id : sameRequest(created, hash);
  }

  /** The same with more time, if there is more where it goes. */
  async #longer(request: NewRun, before: number): Promise<NewRun> {
    const entry = chooseTarget(this.#world.targets, request.target);
    const { timeLimit: most } = await this.#weigh(request, entry);
    return { ...request, time_limit: chooseMoreTime(before, entry, most) };
  }

  #weigh(request: NewRun, entry: ITargetEntry): Promise<IWeighed> {
    return entry.target.weigh({
      resources: request.resources ?? {},
      limit: entry.timeLimit,
      timeLimit: request.time_limit,
      python: request.python,
      runtime: request.runtime ?? null,
      // who submits it runs it
      trusted: true,
      kernel: request.kernel
    });
  }

  async #accept(
    request: NewRun
  ): Promise<{ doc: IRunDoc; planned: IPlanned; identity: string | null }> {
    const { targets, notebook, files, clock } = this.#world;
    const entry = chooseTarget(targets, request.target);
    const weighed = await this.#weigh(request, entry);
    checkResources(weighed.problems);
    const timeLimit = chooseTimeLimit(request, entry, weighed.timeLimit);
    const inspection = await notebook.inspect(
      request.notebook.content,
      request.notebook.name
    );
    checkParameters(request.parameters, inspection, inspection.pins);
    const planned = this.#planOf(request);
    await files.checkWritable(entry.work);
    const id = uuidv7();
    const spec: IRunSpec = {
      label: request.label,
      notebook: {
        name: request.notebook.name,
        path: request.notebook.path,
        contentsPath: request.notebook.contents_path
      },
      target: entry.name,
      kernel: request.kernel,
      language: inspection.language,
      prefix: inspection.prefix,
      parameters: request.parameters,
      outputs: request.outputs ?? inspection.outputs,
      timeLimit,
      resources: weighed.resources,
      runtime: weighed.runtime,
      filesMode: planned.plan.mode,
      root: planned.plan.root,
      cwd: planned.plan.cwd,
      environment: files.jobEnvironment(
        request.environment,
        inspection.environment,
        entry.env
      ),
      python: request.python,
      user: request.user,
      deliverTo: request.deliver_to,
      configPath: request.config_path,
      rerunOf: request.rerun_of,
      grace: entry.grace,
      outputCap: entry.outputCap
    };
    const doc: IRunDoc = {
      id,
      state: 'staged',
      spec,
      folder: files.runFolder(entry.work, planned.plan.root, request.user, id),
      lease: null,
      attempt: null,
      cancelled: false,
      failure: null,
      hostGone: false,
      folding: false,
      summary: null,
      delivery: null,
      reason: null,
      message: null,
      exitCode: null,
      signal: null,
      submittedAt: clock(),
      startedAt: null,
      endedAt: null,
      closedAt: null,
      deleting: false,
      deleted: false
    };
    return { doc, planned, identity: entry.identity };
  }

  #planOf(request: NewRun): IPlanned {
    const planned = this.#plans.get(request.plan.id);
    if (!planned || planned.plan.mode !== request.plan.mode) {
      throw planChanged();
    }
    if (planned.plan.ask !== null && !request.plan.confirmed) {
      throw new BatchError(
        problem('files_need_confirmation', question(planned.plan))
      );
    }
    return planned;
  }
}

function planChanged(): BatchError {
  return new BatchError(
    problem(
      'plan_changed',
      'The files are no longer what was shown. Look at them again and submit once more.'
    )
  );
}

/** Why a person has to agree, and what else could be done. */
function question(plan: FilesPlan): string {
  const why = {
    too_large: `The project ${plan.root ?? ''} holds more than 2 GiB`,
    too_many: `The project ${plan.root ?? ''} holds more than 10,000 files`,
    root_is_home: 'The project would be your whole home folder'
  }[plan.ask ?? 'too_large'];
  return (
    `${why}. Confirm it, choose files = in-place or none (--files), ` +
    'or name what is not needed in .jupyterlab-batch-ignore.'
  );
}

/** JSON that is kept until the run folder is complete. */
function accepted(planned: IPlanned, request: NewRun): JsonObject {
  return {
    plan: planned.plan,
    entries: planned.entries,
    notebook: planned.notebook,
    content: request.notebook.content
  } as unknown as JsonObject;
}

const hashOf = (asked: unknown): string =>
  createHash('sha256').update(JSON.stringify(asked)).digest('hex');

function sameRequest(
  earlier: { run: string; hash: string },
  hash: string
): string {
  if (earlier.hash !== hash) {
    throw new BatchError(
      problem(
        'idempotency_mismatch',
        'This Idempotency-Key was used for another run. Use a new key for every submit.'
      )
    );
  }
  return earlier.run;
}
