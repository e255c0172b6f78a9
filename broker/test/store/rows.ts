import type {
  ICommit,
  IExtra,
  ILeaseColumns,
  IRunColumns,
  ISubjectWrite
} from '../../src/lifecycle/ports.ts';

/** A transaction in which nothing happens but what is given. */
export function commitOf(given: Partial<ICommit>): ICommit {
  return {
    issues: false,
    subjects: [],
    audit: [],
    intents: [],
    removed: [],
    postponed: [],
    extras: [],
    ...given
  };
}

export function runColumns(given: Partial<IRunColumns> = {}): IRunColumns {
  return {
    machine: 'run',
    state: 'queued',
    active: true,
    target: 'local',
    notebook: '/home/ana/waves/funwave.ipynb',
    label: null,
    submittedAt: 1000,
    endedAt: null,
    search: 'AMP=3.0\nXc=250.0',
    view: {},
    ...given
  };
}

export function aRun(
  id: string,
  given: Partial<IRunColumns> = {},
  fresh = true
): ISubjectWrite {
  const columns = runColumns({ view: { id }, ...given });
  return { machine: 'run', id, state: { id, ...columns }, columns, fresh };
}

/** Its rows and those of its leases go; audit rows and open orphans stay. */
export function erased(id: string): ICommit {
  const gone = { machine: 'run', id, state: {}, columns: null } as const;
  return commitOf({ subjects: [{ ...gone, fresh: false }] });
}

export function aLease(
  id: string,
  run: string,
  given: Partial<ILeaseColumns> = {},
  fresh = true
): ISubjectWrite {
  const columns: ILeaseColumns = {
    machine: 'lease',
    run,
    state: 'REQUESTED',
    open: true,
    view: { id },
    ...given
  };
  return { machine: 'lease', id, state: { id }, columns, fresh };
}

export function withExtra(run: string, extra: IExtra): Partial<ICommit> {
  return { extras: [{ run, ...extra }] };
}
