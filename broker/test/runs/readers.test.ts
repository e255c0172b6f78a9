import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BatchError } from '@jupyterlab-batch/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { IRunDoc } from '../../src/runs/doc.ts';
import { Readers } from '../../src/runs/readers.ts';
import { newRun } from './doc.ts';

/** Each is a program in the place of Python, with one behaviour. */
const PROGRAMS = {
  /** answers with its own pid and how often it was asked, in pieces */
  Counting: `
    let n = 0;
    require('readline').createInterface(process.stdin).on('line', line => {
      const { id } = JSON.parse(line);
      const body = JSON.stringify({ pid: process.pid, n: ++n, é: 'é'.repeat(9) });
      const bytes = Buffer.from(JSON.stringify({ id, length: Buffer.byteLength(body), error: null }) + '\\n' + body);
      require('fs').writeSync(1, bytes.subarray(0, 11));
      require('fs').writeSync(1, bytes.subarray(11));
    }).on('close', () => process.exit(0));`,
  Dying: `process.stdin.once('data', () => process.exit(3));`,
  Babbling: `process.stdin.once('data', () => process.stdout.write('hello\\n'));
    process.stdin.on('end', () => process.exit(0));`,
  Refusing: `require('readline').createInterface(process.stdin).on('line', line =>
      process.stdout.write(JSON.stringify({ id: JSON.parse(line).id, length: 0, error: 'torn' }) + '\\n'))
    .on('close', () => process.exit(0));`
};

describe('the readers of runs', () => {
  let folder: string;
  let readers: Readers;

  const run = (id: string, program: keyof typeof PROGRAMS): IRunDoc => {
    const python = join(folder, program);
    writeFileSync(python, `#!${process.execPath}\n${PROGRAMS[program]}\n`);
    chmodSync(python, 0o700);
    const doc = newRun({ id, folder });
    return { ...doc, spec: { ...doc.spec, python } };
  };
  const ask = async (doc: IRunDoc): Promise<{ pid: number; n: number }> =>
    JSON.parse((await readers.ask(doc, { ask: 'cells' })).toString()) as {
      pid: number;
      n: number;
    };
  const refusal = async (doc: IRunDoc): Promise<BatchError> => {
    const error: unknown = await readers
      .ask(doc, { ask: 'cells' })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BatchError);
    return error as BatchError;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jlb-readers-'));
    readers = new Readers();
  });

  afterEach(() => {
    readers.closeAll();
    rmSync(folder, { recursive: true });
  });

  it('keep one process for a run, and answer each question', async () => {
    const doc = run('a', 'Counting');
    const answers = await Promise.all([ask(doc), ask(doc), ask(doc)]);
    // Who has looked for the folder first asks first.
    expect(answers.map(({ n }) => n).sort()).toEqual([1, 2, 3]);
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(1);
  });

  it('make room for a fifth run by the one that was unused longest', async () => {
    const first: Record<string, number> = {};
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      first[id] = (await ask(run(id, 'Counting'))).pid;
    }
    expect((await ask(run('b', 'Counting'))).pid).toBe(first.b);
    expect((await ask(run('a', 'Counting'))).pid).not.toBe(first.a);
  });

  it('say it when a process dies, and start another', async () => {
    const doc = run('a', 'Dying');
    expect((await refusal(doc)).problem.detail).toContain('it ended with 3');
    expect((await ask(run('a', 'Counting'))).n).toBe(1);
  });

  it('hold nothing that is not an answer for one', async () => {
    expect((await refusal(run('a', 'Babbling'))).code).toBe('internal');
  });

  it('pass on why there is no answer, and stay', async () => {
    const doc = run('a', 'Refusing');
    expect((await refusal(doc)).problem.detail).toContain('torn');
    expect((await refusal(doc)).problem.detail).toContain('torn');
  });

  it('say that a folder is gone', async () => {
    const doc = { ...run('a', 'Counting'), folder: join(folder, 'gone') };
    expect((await refusal(doc)).code).toBe('not_found');
  });
});
