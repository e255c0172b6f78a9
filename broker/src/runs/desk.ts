import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  BatchError,
  problem,
  type FileList,
  type FilesPlan,
  type LeaseSummary,
  type LogChunk,
  type NewRun,
  type NotebookContent,
  type NotebookPage,
  type Progress,
  type PruneRequest,
  type RerunRequest,
  type Run,
  type RunDetail,
  type RunPage,
  type RunQuery,
  type RunRefs,
  type TargetList
} from '@jupyterlab-batch/protocol';

import type { IDispatcher } from '../lifecycle/types.ts';
import type { IRunRow, IStore } from '../store/types.ts';
import { again } from './again.ts';
import type { IRunDoc } from './doc.ts';
import type { RunMachineEvent } from './events.ts';
import { readLog } from './log.ts';
import { deliveryOf, FOLDER } from './paths.ts';
import type { IFilesRoom, ITargetEntry } from './ports.ts';
import { pageQuery } from './query.ts';
import type { Readers } from './readers.ts';
import type { Slots } from './slots.ts';
import type { SubmitDesk } from './submit.ts';
import { isTold } from './told.ts';
import { isTerminal } from './verdict.ts';
import { isoTime, toRun, type RunView } from './view.ts';
import type { Waits } from './waits.ts';

interface IDeskWorld {
  readonly store: IStore;
  readonly dispatcher: IDispatcher;
  readonly files: IFilesRoom;
  readonly submit: SubmitDesk;
  readonly slots: Slots;
  readonly waits: Waits;
  readonly targets: ReadonlyMap<string, ITargetEntry>;
  readonly readers: Readers;
}

/** What people ask about runs and do with them. */
export class RunDesk {
  readonly #world: IDeskWorld;

  constructor(world: IDeskWorld) {
    this.#world = world;
  }

  async submit(request: NewRun, key: string | null): Promise<Run> {
    return this.#run(await this.#world.submit.submit(request, key));
  }

  async list(query: RunQuery): Promise<RunPage> {
    const page = await this.#world.store.list(pageQuery(query));
    return { runs: page.runs.map(row => this.#toRun(row)), next: page.next };
  }

  async notebooks(query: RunQuery): Promise<NotebookPage> {
    return this.#world.store.notebooks(pageQuery(query));
  }

  async show(ref: string): Promise<RunDetail> {
    const id = await this.#world.store.resolve(ref);
    const doc = await this.#doc(id);
    const history = await this.#world.store.history(id);
    const { excluded, included } = await choicesOf(doc);
    return {
      run: await this.#run(id),
      chosen: {
        kernel: doc.spec.kernel.name,
        exclude: excluded,
        include: included,
        outputs: [...doc.spec.outputs]
      },
      failed_cell: doc.summary?.failed_cell ?? null,
      ename: doc.summary?.ename ?? null,
      evalue: doc.summary?.evalue ?? null,
      traceback: doc.summary?.traceback ?? null,
      warnings: doc.summary?.warnings ?? [],
      history: history.filter(isTold).map(row => ({
        at: isoTime(row.at) ?? '',
        subject: row.machine,
        from: row.from,
        to: row.to,
        event: row.event,
        detail: row.detail
      })),
      files: await this.#files(doc).then(made => [...made.kept, ...made.files])
    };
  }

  async log(ref: string, offset: number): Promise<LogChunk> {
    const doc = await this.#doc(await this.#world.store.resolve(ref));
    return readLog(doc.folder, offset, isTerminal(doc.state));
  }

  /** What the cells have put out, as the fold sees it; JSON. */
  async read(ref: string, question: object): Promise<Buffer> {
    const doc = await this.#doc(await this.#world.store.resolve(ref));
    return this.#world.readers.ask(doc, question);
  }

  async record(ref: string): Promise<Buffer> {
    const doc = await this.#doc(await this.#world.store.resolve(ref));
    try {
      return await readFile(join(doc.folder, FOLDER.record));
    } catch {
      throw new BatchError(
        problem(
          'not_found',
          isTerminal(doc.state)
            ? `The run folder ${doc.folder} holds no record: the run ended before anything ran, or the folder was emptied.`
            : 'The record is written when the run has ended.'
        )
      );
    }
  }

  async source(ref: string): Promise<Buffer> {
    return sourceOf(await this.#doc(await this.#world.store.resolve(ref)));
  }

  async files(ref: string): Promise<FileList> {
    return this.#files(await this.#doc(await this.#world.store.resolve(ref)));
  }

  async cancel(ref: string): Promise<RunRefs> {
    const id = await this.#world.store.resolve(ref);
    await this.#dispatch(id, { type: 'cancel' });
    return { runs: [await this.#ref(id)] };
  }

  /** Deletes an ended run; what was delivered stays with the user. */
  async remove(ref: string): Promise<RunRefs> {
    const id = await this.#world.store.resolve(ref);
    const run = await this.#ref(id);
    const { fits } = await this.#world.dispatcher.dispatch('run', id, {
      type: 'delete'
    });
    if (!fits) {
      throw new BatchError(
        problem(
          'run_active',
          isTerminal(run.state)
            ? 'The credential of this run is still being revoked. Delete it once that is done (jupyter batch leases shows it).'
            : 'This run has not ended. Cancel it first (jupyter batch cancel), then delete it.'
        )
      );
    }
    return { runs: [run] };
  }

  async prune(request: PruneRequest): Promise<RunRefs> {
    const before = Date.parse(request.ended_before);
    const runs: RunRefs['runs'] = [];
    for (const id of await this.#world.store.endedBefore(before)) {
      const run = (await this.#world.store.read('run', id)) as IRunDoc | null;
      const deleted =
        run !== null &&
        (request.dry_run
          ? run.closedAt !== null
          : (
              await this.#world.dispatcher.dispatch('run', id, {
                type: 'delete'
              })
            ).fits);
      if (deleted) {
        runs.push({ id, state: run.state });
      }
    }
    return { runs };
  }

  /** The same notebook again, as it was submitted, with other values if given. */
  async rerun(
    ref: string,
    request: RerunRequest,
    key: string | null
  ): Promise<Run> {
    const id = await this.#world.store.resolve(ref);
    const asked = { rerun: id, ...request };
    const earlier = await this.#world.submit.earlier(key, asked);
    if (earlier !== null) {
      return this.#run(earlier);
    }
    const doc = await this.#doc(id);
    // Written by `copy`, into a folder that is ours alone.
    const content = JSON.parse(
      (await sourceOf(doc)).toString('utf8')
    ) as NotebookContent;
    const { excluded, included } = await choicesOf(doc);
    const plan = await this.#world.submit.plan({
      notebook: doc.spec.notebook.path,
      mode: request.files_mode ?? doc.spec.filesMode,
      names: [],
      exclude: excluded,
      include: included
    });
    const kernel =
      request.runtime === undefined
        ? doc.spec.kernel
        : await this.#world.submit.kernelIn(doc.spec, request.runtime);
    const { run, moreThan } = again(doc, request, content, plan, kernel);
    const made = await this.#world.submit.submit(run, key, asked, moreThan);
    return this.#run(made);
  }

  async targets(): Promise<TargetList> {
    const { targets, slots } = this.#world;
    return {
      targets: [...targets.values()].map(entry => ({
        name: entry.name,
        scheduler: entry.scheduler,
        default: entry.isDefault,
        identity: entry.identity,
        identity_line: entry.identityLine,
        scopes: [...entry.scopes],
        time_limit: entry.timeLimit,
        runtime: entry.runtime,
        slots: entry.target.slots,
        running: slots.running(entry.name),
        waiting: slots.waiting(entry.name),
        notice: entry.target.notice()
      }))
    };
  }

  async #files(doc: IRunDoc): Promise<FileList> {
    if (!isTerminal(doc.state)) {
      return { folder: null, files: [], kept: [] };
    }
    return this.#world.files.made(deliveryOf(doc), doc.delivery);
  }

  async #run(id: string): Promise<Run> {
    const row = await this.#world.store.run(id);
    if (!row) {
      throw new BatchError(problem('not_found', `There is no run ${id}.`));
    }
    return this.#toRun(row);
  }

  #toRun(row: IRunRow): Run {
    // Views, progress and lease rows are what this process wrote itself.
    return toRun(row.view as unknown as RunView, {
      revision: row.revision,
      progress: row.progress as unknown as Progress | null,
      observedAt: row.observedAt,
      position: this.#world.slots.position(row.id),
      waiting: this.#world.waits.of(row.id, row.state),
      lease: (row.lease?.view ?? null) as unknown as LeaseSummary | null
    });
  }

  async #ref(id: string): Promise<RunRefs['runs'][number]> {
    return { id, state: (await this.#doc(id)).state };
  }

  async #doc(id: string): Promise<IRunDoc> {
    const doc = await this.#world.store.read('run', id);
    if (!doc) {
      throw new BatchError(problem('not_found', `There is no run ${id}.`));
    }
    return doc as unknown as IRunDoc;
  }

  async #dispatch(id: string, event: RunMachineEvent): Promise<void> {
    await this.#world.dispatcher.dispatch('run', id, event);
  }
}

/** The notebook as it was submitted; JSON. */
async function sourceOf(doc: IRunDoc): Promise<Buffer> {
  try {
    return await readFile(join(doc.folder, FOLDER.source));
  } catch {
    throw new BatchError(
      problem(
        'not_found',
        `The run folder ${doc.folder} no longer holds the notebook as it was submitted. Run the notebook itself again.`
      )
    );
  }
}

/** What the user left out of the files, or took along, when it was submitted. */
async function choicesOf(
  doc: IRunDoc
): Promise<Pick<FilesPlan, 'excluded' | 'included'>> {
  try {
    const text = await readFile(join(doc.folder, FOLDER.plan), 'utf8');
    const { plan } = JSON.parse(text) as { plan: Partial<FilesPlan> };
    return { excluded: plan.excluded ?? [], included: plan.included ?? [] };
  } catch {
    // Without it the notebook is gone too, which is said elsewhere.
    return { excluded: [], included: [] };
  }
}
