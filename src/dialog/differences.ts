import type { Prepared } from '@jupyterlab-batch/protocol';

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
