import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { IRunWorld } from '../../src/runs/effects/deps.ts';
import { submitEffect, sweepEffect } from '../../src/runs/effects/submit.ts';
import { newAttempt } from '../../src/runs/steps.ts';
import { Slots } from '../../src/runs/slots.ts';
import type { IIntent } from '../../src/lifecycle/types.ts';
import { Secret } from '../../src/secrets/secret.ts';
import type { ITarget, SubmitResult } from '../../src/targets/target.ts';
import { newRun } from './doc.ts';

/** Lays its ticket into the run folder, as a cluster's does; takes no job. */
class Laying implements Pick<
  ITarget,
  'runtime' | 'ticket' | 'submit' | 'sweep'
> {
  says: SubmitResult = { kind: 'refused', message: 'no such account' };

  runtime(): string {
    return '/tmp/jlb-none';
  }

  async ticket({ folder }: { folder: string }): Promise<Secret> {
    writeFileSync(join(folder, 'ticket'), 'abc 1\n');
    return new Secret('abc');
  }

  async submit(): Promise<SubmitResult> {
    return this.says;
  }

  async sweep(): Promise<number> {
    return 0;
  }
}

const intent: IIntent = {
  id: 1,
  machine: 'run',
  subject: 'r',
  kind: 'submit',
  payload: {},
  due: 0,
  tries: 0
};

describe('the ticket of a job that is not there', () => {
  let folder: string;
  let target: Laying;
  let world: IRunWorld;
  const ticket = () => existsSync(join(folder, 'ticket'));
  const submit = (signal: AbortSignal) =>
    submitEffect(world, new Map(), new Slots(() => null)).perform(
      intent,
      signal
    );

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jlb-ticket-'));
    target = new Laying();
    const run = newRun({
      id: 'r',
      folder,
      state: 'queued',
      attempt: newAttempt(1)
    });
    world = {
      doc: async () => run,
      targets: { get: () => ({ target }) },
      paths: { socketDir: folder }
    } as unknown as IRunWorld;
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('goes where its target has refused it', async () => {
    await submit(new AbortController().signal);
    expect(ticket()).toBe(false);
  });

  it('stays for the next try, and goes with the run', async () => {
    target.says = { kind: 'retry', afterMs: 1, why: 'nobody answers' };
    await submit(new AbortController().signal);
    expect(ticket()).toBe(true);
    await sweepEffect(world).perform(
      { ...intent, kind: 'sweep' },
      new AbortController().signal
    );
    expect(ticket()).toBe(false);
  });

  it('goes where the run was cancelled over the try', async () => {
    target.says = { kind: 'retry', afterMs: 1, why: 'nobody answers' };
    await submit(AbortSignal.abort());
    expect(ticket()).toBe(false);
  });
});
