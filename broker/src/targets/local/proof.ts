import { Type } from 'typebox';
import { Value } from 'typebox/value';

import type { IJob, Observation } from '../target.ts';
import type { IProcess, IProcessTable } from './processes.ts';

/** What tells a job's process from every other, before and after a restart. */
const Proof = Type.Object({
  pid: Type.Integer({ minimum: 2 }),
  start: Type.String({ minLength: 1 }),
  boot: Type.String(),
  namespace: Type.String()
});

export function jobOf(child: IProcess, table: IProcessTable): IJob {
  return {
    native: String(child.pid),
    proof: {
      pid: child.pid,
      start: child.start,
      boot: table.bootId,
      namespace: table.namespace
    },
    waits: false
  };
}

/** The job's process, if it is the one that was started; else why not. */
export function find(
  job: IJob,
  table: IProcessTable
): { process: IProcess } | { process: null; observation: Observation } {
  const { proof } = job;
  const none = (observation: Observation) =>
    ({ process: null, observation }) as const;
  if (!Value.Check(Proof, proof)) {
    return none({ state: 'unknown', why: 'the job was not started here' });
  }
  if (proof.boot !== table.bootId) {
    return none({ state: 'host_gone' });
  }
  if (proof.namespace !== table.namespace) {
    return none({
      state: 'unknown',
      why: 'the job was started in another container of this machine'
    });
  }
  const seen = table.look(proof.pid);
  if (seen.kind === 'blind') {
    return none({
      state: 'unknown',
      why: `process ${proof.pid} is hidden from us`
    });
  }
  return seen.kind === 'alive' && seen.process.start === proof.start
    ? { process: seen.process }
    : none({ state: 'gone', exitCode: null, signal: null, why: null });
}
