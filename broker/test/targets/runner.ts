import { randomUUID } from 'node:crypto';
import {
  access,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  writeFile
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { expect, onTestFinished } from 'vitest';

import {
  LocalTarget,
  type ILocalOptions
} from '../../src/targets/local/index.ts';
import { WORLD } from './world.ts';
import type { IAttempt, IJob, Observation } from '../../src/targets/target.ts';

/** Python that the stand-in for the package's runner begins with. */
const PRELUDE = `
import os, signal, subprocess, sys, time
folder = sys.argv[1]
def note(name, text="x"):
    with open(os.path.join(folder, name + ".part"), "w") as f:
        f.write(text)
    os.rename(os.path.join(folder, name + ".part"), os.path.join(folder, name))
ticket = None
def wait_for_ticket():
    global ticket
    ticket = sys.stdin.readline().strip()
    if not ticket:
        note("no-ticket")
        sys.exit(3)
`;

/** A runner with one (bad) behaviour, as \`-m jupyterlab_batch.runner\` would start it. */
export async function attempt(
  behaviour: string,
  environment: Record<string, string> = {}
): Promise<IAttempt> {
  const base = await mkdtemp(join(tmpdir(), 'jlb-target-'));
  const run = randomUUID();
  const folder = join(base, 'work', run);
  await mkdir(join(base, 'site', 'jupyterlab_batch'), { recursive: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(base, 'site', 'jupyterlab_batch', '__init__.py'), '');
  await writeFile(
    join(base, 'site', 'jupyterlab_batch', 'runner.py'),
    PRELUDE + behaviour
  );
  const made: IAttempt = {
    id: `${run}.1`,
    run,
    number: 1,
    folder,
    python: await python(),
    environment: {
      PATH: process.env['PATH'] ?? '',
      PYTHONPATH: join(base, 'site'),
      ...environment
    },
    timeLimit: 60,
    resources: {},
    runtime: null
  };
  onTestFinished(async () => {
    await new LocalTarget({ ...WORLD, name: 'end', slots: 1 }).sweep(run, null);
    await rm(base, { recursive: true, force: true });
  });
  return made;
}

export function target(options: Partial<ILocalOptions> = {}): LocalTarget {
  const made = new LocalTarget({
    ...WORLD,
    name: 'local',
    slots: 2,
    ...options
  });
  onTestFinished(() => made.close());
  return made;
}

/** Submits and insists that it was taken. */
export async function submitted(
  to: LocalTarget,
  work: IAttempt
): Promise<IJob> {
  const result = await to.submit(work);
  if (result.kind !== 'ok') {
    return expect.unreachable(JSON.stringify(result));
  }
  return result.job;
}

export async function observe(
  of: LocalTarget,
  id: string,
  job: IJob
): Promise<Observation | undefined> {
  return (await of.poll(new Map([[id, job]]))).get(id);
}

/** Waits until the runner has noted something in its folder. */
export async function noted(work: IAttempt, name: string): Promise<string> {
  return until(async () => readFile(join(work.folder, name), 'utf8'));
}

/** Asks until it answers without throwing, for at most ten seconds. */
export async function until<T>(ask: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > deadline) {
        throw error;
      }
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }
}

async function python(): Promise<string> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, 'python3');
    if (
      await access(path).then(
        () => true,
        () => false
      )
    ) {
      return path;
    }
  }
  throw new Error('these tests need python3 on PATH');
}
