/**
 * Writes runs that ended long ago into a broker's database, through the
 * broker's own store and projection, so that rows and indexes are the real ones:
 *
 *     node bench/fill.ts FILE COUNT
 */
import { createHash } from 'node:crypto';

import type { Parameter, RunState } from '@jupyterlab-batch/protocol';

import type { ICommit, ISubjectWrite } from '../broker/src/lifecycle/ports.ts';
import type { IRunDoc, IRunSpec } from '../broker/src/runs/doc.ts';
import { runColumns } from '../broker/src/runs/view.ts';
import { Store } from '../broker/src/store/store.ts';

const BATCH = 1000;
const LAST = Date.UTC(2026, 0, 1);
const SPACING = 60_000;
const STATES: readonly RunState[] = [
  'succeeded',
  'succeeded',
  'succeeded',
  'failed',
  'cancelled'
];
const NOTEBOOKS = ['funwave', 'swell', 'harbour', 'tides', 'spectra'];

function pick<T>(list: readonly T[], at: number): T {
  const found = list[at % list.length];
  if (found === undefined) {
    throw new Error('nothing to pick from');
  }
  return found;
}

/** A UUID of version 7, as a broker makes them, but always the same ones. */
function idOf(index: number, time: number): string {
  const hash = createHash('sha256').update(`run ${index}`).digest('hex');
  const when = time.toString(16).padStart(12, '0');
  return [
    when.slice(0, 8),
    when.slice(8),
    `7${hash.slice(0, 3)}`,
    `8${hash.slice(3, 6)}`,
    hash.slice(6, 18)
  ].join('-');
}

function parameter(name: string, value: number): Parameter {
  return {
    name,
    type: 'float',
    text: value.toFixed(3),
    declared: true,
    layer: 'notebook',
    origin: 'cell 2',
    shadowed: []
  };
}

function specOf(index: number): IRunSpec {
  const name = `${pick(NOTEBOOKS, index)}-${index % 37}.ipynb`;
  const folder = '/home/ana/waves';
  return {
    label: index % 3 === 0 ? `series ${index % 101}` : null,
    notebook: {
      name,
      path: `${folder}/${name}`,
      contentsPath: `waves/${name}`
    },
    target: 'local',
    kernel: {
      name: 'python3',
      display_name: 'Python 3 (ipykernel)',
      language: 'python',
      argv: ['python', '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
      env_names: [],
      resource_dir: null,
      interrupt_mode: 'signal'
    },
    language: 'python',
    prefix: 'FUNWAVE',
    parameters: [
      parameter('AMP', (index % 977) / 100),
      parameter('Xc', 250 + (index % 13)),
      parameter('Yc', 50),
      parameter('WID', 20)
    ],
    outputs: [],
    timeLimit: 3600,
    filesMode: 'snapshot',
    root: folder,
    cwd: '.',
    environment: {},
    python: '/opt/jupyter/bin/python',
    user: 'ana',
    deliverTo: folder,
    configPath: [],
    rerunOf: null,
    grace: 10,
    outputCap: 64 * 1024 ** 2
  };
}

function runOf(index: number, count: number): IRunDoc {
  const submittedAt = LAST - (count - index) * SPACING;
  const id = idOf(index, submittedAt);
  const outcome = pick(STATES, index);
  const spec = specOf(index);
  return {
    id,
    state: outcome,
    spec,
    folder: `/home/ana/work/runs/${id}`,
    lease: null,
    attempt: null,
    cancelled: outcome === 'cancelled',
    failure: null,
    hostGone: false,
    folding: false,
    summary: null,
    delivery: {
      notebook: `/home/ana/waves/${spec.notebook.name}-runs/${id}.ipynb`,
      folder: `/home/ana/waves/${spec.notebook.name}-runs`,
      sha256: null,
      outputs: [],
      missing: [],
      problem: null
    },
    reason: null,
    message: null,
    exitCode: null,
    signal: null,
    submittedAt,
    startedAt: submittedAt + 1000,
    endedAt: submittedAt + 30_000,
    closedAt: submittedAt + 30_000,
    deleting: false,
    deleted: false
  };
}

function commitOf(subjects: readonly ISubjectWrite[]): ICommit {
  return {
    issues: false,
    subjects,
    audit: subjects.map(({ id }) => ({
      at: LAST,
      machine: 'run',
      subject: id,
      run: id,
      event: 'submit',
      from: null,
      to: 'staged',
      fits: true,
      detail: null
    })),
    intents: [],
    removed: [],
    postponed: [],
    extras: []
  };
}

async function fill(file: string, count: number): Promise<void> {
  const store = new Store(file);
  for (let from = 0; from < count; from += BATCH) {
    const size = Math.min(BATCH, count - from);
    const subjects = Array.from({ length: size }, (_, step): ISubjectWrite => {
      const run = runOf(from + step, count);
      return {
        machine: 'run',
        id: run.id,
        state: run,
        columns: runColumns(run),
        fresh: true
      };
    });
    await store.commit(commitOf(subjects));
  }
  await store.scrub();
  await store.close();
}

const [file, count] = process.argv.slice(2);
if (file === undefined || !(Number(count) >= 0)) {
  throw new Error('usage: node bench/fill.ts FILE COUNT');
}
await fill(file, Number(count));
