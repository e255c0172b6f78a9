import { problem, type Prepared } from '@jupyterlab-batch/protocol';

import { chainOf } from './rows';

/** A value that the chain gives differently than a moment ago. */
export interface IDifference {
  name: string;
  /** null: it was not there, it is not there any more */
  before: { text: string; origin: string } | null;
  after: { text: string; origin: string } | null;
}

/** What changed below the user's edits between two looks at the world. */
export function differences(before: Prepared, after: Prepared): IDifference[] {
  const old = values(before);
  const now = values(after);
  return [...new Set([...old.keys(), ...now.keys()])]
    .map(name => ({
      name,
      before: old.get(name) ?? null,
      after: now.get(name) ?? null
    }))
    .filter(
      ({ before: was, after: is }) =>
        was?.text !== is?.text || was?.origin !== is?.origin
    );
}

/** The same, less what came or went with a choice of the user's. */
export function changes(
  before: Prepared | null,
  after: Prepared | null
): IDifference[] {
  return before && after
    ? differences(before, after).filter(
        ({ before: was, after: is }) => was !== null && is !== null
      )
    : [];
}

/** As the server refuses a submission whose values are not those on screen. */
export const VALUES_CHANGED = problem(
  'values_changed',
  'Values changed while this was being submitted. Look at them, and submit again.'
);

function values(
  prepared: Prepared
): Map<string, { text: string; origin: string }> {
  const found = new Map<string, { text: string; origin: string }>();
  for (const parameter of prepared.parameters) {
    const chain = chainOf(parameter);
    if (chain) {
      found.set(parameter.name, { text: chain.text, origin: chain.origin });
    }
  }
  return found;
}
