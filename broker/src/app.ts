/**
 * Where the rooms meet, and the only place: everything is registered by hand.
 */
import { join } from 'node:path';

import { watchAlarms } from './app/alarms.ts';
import { controlDoor } from './app/control.ts';
import { changeFeed } from './app/feed.ts';
import { filesRoom } from './app/files.ts';
import { leaseRoom } from './app/leases.ts';
import { Metrics } from './app/metrics.ts';
import { Revoking } from './app/revoking.ts';
import { openTargets } from './app/targets.ts';
import type { IArguments } from './arguments.ts';
import { loadConfig } from './config/load.ts';
import { addressFile, openFarDoor } from './far/index.ts';
import { createControlServer } from './http/control.ts';
import { createJobServer } from './http/job.ts';
import { serveOperations } from './http/operations.ts';
import { IdleWatch } from './idle.ts';
import { Interpreter } from './lifecycle/interpreter.ts';
import { createLog } from './log.ts';
import { inject, inSlices, inspect } from './notebook/index.ts';
import { RunDesk } from './runs/desk.ts';
import { attemptId, type IRunDoc } from './runs/doc.ts';
import type { IRunWorld } from './runs/effects/deps.ts';
import {
  deleteFolderEffect,
  deliverEffect,
  rebuildEffect,
  recordEffect
} from './runs/effects/finish.ts';
import { copyEffect, injectEffect } from './runs/effects/stage.ts';
import {
  armEffect,
  cancelEffect,
  submitEffect,
  sweepEffect,
  type Tickets
} from './runs/effects/submit.ts';
import { Heard } from './runs/heard.ts';
import { JobDoor } from './runs/job-door.ts';
import { runMachine } from './runs/machine.ts';
import type { INotebookRoom } from './runs/ports.ts';
import { Readers } from './runs/readers.ts';
import { rebuilder } from './runs/rebuild.ts';
import { Roster } from './runs/roster.ts';
import { Slots } from './runs/slots.ts';
import { SubmitDesk } from './runs/submit.ts';
import { runColumns } from './runs/view.ts';
import { Waits } from './runs/waits.ts';
import { Watcher } from './runs/watch.ts';
import { loadAuditKey } from './secrets/key.ts';
import { Scrubber } from './secrets/scrubber.ts';
import { listen } from './sockets.ts';
import { Store } from './store/store.ts';
import { VERSION } from './version.ts';

/** A running broker. */
export interface IBroker {
  stop(): Promise<void>;
}

/** The data folder, and what is in it: a notebook may lie beside. */
const OWN = [
  '',
  'key',
  'key.next',
  'audit.key',
  'audit.anchor',
  'job-tls.json',
  'ballast',
  'broker.stopped',
  'broker.db',
  'broker.db-wal',
  // where there is no write-ahead log
  'broker.db-journal',
  'broker.db-shm',
  'broker.lock',
  'broker.log',
  'broker.log.1'
];

interface IHost {
  /** ends the process, when idle or asked to */
  readonly leave: () => void;
}

/** Puts the rooms together, takes up what an earlier broker left, and listens. */
export async function startBroker(
  args: IArguments,
  host: IHost
): Promise<IBroker> {
  const scrubber = new Scrubber();
  let stopping: Promise<void> | null = null;
  const log = createLog(scrubber.scrub);
  const clock = Date.now;
  const since = new Date().toISOString();
  const config = loadConfig(args.configPath, process.env, { data: args.data });
  const store = new Store(
    join(args.data, 'broker.db'),
    loadAuditKey(args.data),
    // The next broker reads what is really there, and goes on from it.
    {
      lost: err => {
        log.fatal({ err }, 'the disk did not keep what was committed; leaving');
        process.kill(process.pid, 'SIGKILL');
      }
    }
  );
  const interpreter = new Interpreter({
    store,
    clock,
    random: Math.random,
    log,
    failPoint: process.env['JUPYTERLAB_BATCH_FAIL_POINT'] ?? null,
    crash: () => process.kill(process.pid, 'SIGKILL')
  });

  const targets = openTargets(config);
  const files = filesRoom([
    ...OWN.map(name => join(args.data, name)),
    ...[...targets.values()].map(({ work }) => work)
  ]);
  const slots = new Slots(name => targets.get(name)?.target.slots ?? null);
  const waits = new Waits();
  const heard = new Heard(clock);
  const roster = new Roster(store, slots);
  const notebook: INotebookRoom = {
    inject: (content, parameters) => inSlices(inject(content, parameters)),
    inspect: (content, name) =>
      inSlices(
        inspect(content, name, prefix =>
          [...(config.pins.get(prefix ?? '') ?? [])].map(([pinned, pin]) => ({
            name: pinned,
            ...pin
          }))
        )
      )
  };
  const metrics = new Metrics(store, clock);
  const leases = await leaseRoom({
    args,
    config,
    store,
    interpreter,
    clock,
    scrubber,
    metrics,
    log
  });
  const world: IRunWorld = {
    store,
    async doc(run) {
      const doc = await store.read('run', run);
      if (!doc) {
        throw new Error(`there is no run ${run}`);
      }
      return doc as unknown as IRunDoc;
    },
    files,
    notebook,
    rebuilder,
    leases,
    alarm: (run, message) => log.error({ run }, message),
    targets,
    environment: {
      ...config.environment,
      // Whoever brings the broker back has to find the same key.
      CREDENTIALS_DIRECTORY: process.env['CREDENTIALS_DIRECTORY'] ?? null
    },
    paths: {
      socketDir: join(args.job, '..'),
      jobSocket: args.job,
      far: work => addressFile(work, args.data),
      dataDir: args.data
    }
  };

  const tickets: Tickets = new Map();
  const recording = new Set<string>();
  interpreter.register(runMachine, runColumns);
  interpreter.effect('copy', copyEffect(world), 2);
  interpreter.effect('inject', injectEffect(world));
  interpreter.effect('submit', submitEffect(world, tickets, slots));
  interpreter.effect('arm', armEffect(world, tickets));
  interpreter.effect('cancel', cancelEffect(world));
  interpreter.effect('sweep', sweepEffect(world));
  interpreter.effect('rebuild', rebuildEffect(world), 2);
  interpreter.effect('deliver', deliverEffect(world), 2);
  interpreter.effect('record', recordEffect(world, recording));
  interpreter.effect('delete_folder', deleteFolderEffect(world, recording));
  leases.register(interpreter);

  const submit = new SubmitDesk({
    files,
    notebook,
    leases,
    targets,
    clock,
    create: (machine, id, state, options) =>
      interpreter.create(machine, id, state, options),
    findKey: key => store.findKey(key)
  });
  const readers = new Readers();
  const desk = new RunDesk({
    store,
    dispatcher: interpreter,
    files,
    submit,
    slots,
    waits,
    targets,
    readers
  });
  const jobs = new JobDoor({
    roster,
    dispatcher: interpreter,
    store,
    leases,
    scopesOf: run => targets.get(run.spec.target)?.scopes ?? [],
    admits: async ({ id, spec, attempt }, claim) => {
      const target = targets.get(spec.target)?.target;
      return attempt?.job && target
        ? target.admits(
            { attempt: attemptId(id, attempt.number), ...claim },
            attempt.job
          )
        : { kind: 'wait', why: null };
    },
    heard,
    clock
  });
  const defect = (message: string, error: unknown): void =>
    log.error({ err: error }, message);
  const watcher = new Watcher({
    roster,
    waits,
    heard,
    store,
    dispatcher: interpreter,
    targets,
    clock,
    log: defect
  });
  const revoking = new Revoking({ store, dispatcher: interpreter, clock, log });
  const idle = new IdleWatch({
    clock,
    busy: async () => {
      const { activeRuns, openLeases } = await store.counts();
      return activeRuns + openLeases > 0;
    },
    leave: host.leave,
    log: defect,
    idleMs: idleMs(process.env['JUPYTERLAB_BATCH_IDLE'])
  });
  const control = createControlServer(
    controlDoor({
      desk,
      submit,
      notebook,
      store,
      config,
      version: VERSION,
      data: args.data,
      since,
      clock,
      leave: host.leave,
      revoking,
      rotation: leases.rotation,
      otherKey: leases.otherKey,
      examining: leases.examining
    }),
    changeFeed(store, clock),
    () => idle.called(),
    defect
  );
  serveOperations(control, {
    metrics: () => metrics.text(),
    unready: async () => {
      if (stopping) {
        return 'the broker is leaving';
      }
      await store.counts();
      return null;
    }
  });
  const job = createJobServer(jobs, defect);

  await roster.start(() => interpreter.wake());
  await interpreter.start();
  await leases.rotation.resume();
  await leases.examining.takeUp();
  await revoking.enforce(store.isOlder, async lease =>
    Number((await store.read('lease', lease))?.createdAt ?? 0)
  );
  const endAlarms = watchAlarms({ store, log });
  watcher.start();
  await listen(job, args.job);
  const works = [...targets.values()]
    .filter(({ target }) => target.runtime('') !== null)
    .map(({ work }) => work);
  const far =
    works.length > 0
      ? await openFarDoor(job.server, args.data, works, { log: defect })
      : null;
  await listen(control, args.control);
  idle.start();
  void leases.otherKey.look().catch(error => defect('no look', error));
  log.info({ version: VERSION, data: args.data }, 'the broker listens');

  const stop = async (): Promise<void> => {
    idle.stop();
    await leases.examining.stop();
    await control.close();
    await far?.close();
    await job.close();
    await watcher.stop();
    readers.closeAll();
    await interpreter.stop();
    endAlarms();
    await store.close();
    log.info({}, 'the broker left');
  };
  return { stop: () => (stopping ??= stop()) };
}

/** Seconds, for tests; absent: the usual quarter of an hour. */
function idleMs(text: string | undefined): number | undefined {
  const seconds = Number(text);
  return text !== undefined && seconds > 0 ? seconds * 1000 : undefined;
}
