import type { IPlanEntry } from './entry.ts';
import { printable } from './names.ts';
import { plan, type IPlanned, type IPlanOptions } from './plan.ts';

export type Confirmed =
  | { readonly kind: 'same'; readonly planned: IPlanned }
  | {
      readonly kind: 'changed';
      /** the first thing that is not what was shown */
      readonly path: string;
      readonly message: string;
    };

/**
 * All of a plan that was shown up to the limits only, and then confirmed. What
 * was shown has to be there still, as it was.
 *
 * @throws BatchError `files_unreadable`, `symlink_leaves_tree`, naming them
 */
export async function confirmed(
  planned: IPlanned,
  options: IPlanOptions
): Promise<Confirmed> {
  const { plan: shown, notebook } = planned;
  if (shown.ask === null) {
    return { kind: 'same', planned };
  }
  const request = { notebook, mode: shown.mode, names: [] };
  const now = await plan(request, { ...options, whole: true });
  if (now.plan.id === shown.id) {
    return { kind: 'same', planned: { ...planned, entries: now.entries } };
  }
  const path = printable(firstDifference(planned.entries, now.entries));
  const message = `${path} changed after the files were shown. Submit the run again.`;
  return { kind: 'changed', path, message };
}

function firstDifference(
  before: readonly IPlanEntry[],
  after: readonly IPlanEntry[]
): string {
  const there = new Set(after.map(({ path }) => path));
  for (const [at, entry] of before.entries()) {
    const other = after[at];
    if (other === undefined || !there.has(entry.path)) {
      return entry.path; // it is gone
    }
    if (JSON.stringify(entry) !== JSON.stringify(other)) {
      return other.path; // it changed, or is new
    }
  }
  return after[before.length]?.path ?? 'The project';
}
