import { TERMINAL, type Run } from '@jupyterlab-batch/protocol';

import type { RunFilter } from '../tokens';

/**
 * Whether the broker would list this run under the filter, decided here so that
 * a run that changes comes and goes at once.
 */
export function fits(run: Run, filter: RunFilter): boolean {
  const { state, target, notebook, label, after, before, q } = filter;
  const submitted = Date.parse(run.submitted_at);
  return (
    (state === undefined || stateFits(run, state)) &&
    (target === undefined || run.target === target) &&
    (notebook === undefined || run.notebook === notebook) &&
    (label === undefined || run.label === label) &&
    (after === undefined || submitted >= Date.parse(after)) &&
    (before === undefined || submitted < Date.parse(before)) &&
    (q === undefined || textFits(run, q))
  );
}

/** What the place of a run in a list depends on. */
export type Placed = Pick<Run, 'id' | 'notebook'>;

/** Ids are UUIDv7: their order is the order of submission. */
export function inOrder({ order }: RunFilter, a: Placed, b: Placed): number {
  if (order === 'notebook' && a.notebook !== b.notebook) {
    return a.notebook < b.notebook ? -1 : 1;
  }
  const sign = order === 'oldest' ? 1 : -1;
  return a.id === b.id ? 0 : a.id < b.id ? -sign : sign;
}

function stateFits({ state }: Run, wanted: string): boolean {
  return wanted
    .split(',')
    .map(each => each.trim())
    .some(each =>
      each === 'active'
        ? !TERMINAL.includes(state)
        : each === 'ended'
          ? TERMINAL.includes(state)
          : each === state
    );
}

/** Every word somewhere in id, label, notebook or parameters, in any case. */
function textFits(run: Run, q: string): boolean {
  const text = [
    run.id,
    run.label ?? '',
    run.notebook,
    ...run.parameters.map(({ name, text }) => `${name} ${text} ${name}=${text}`)
  ]
    .join('\n')
    .toLowerCase();
  return q
    .toLowerCase()
    .split(/\s+/)
    .every(word => text.includes(word));
}
