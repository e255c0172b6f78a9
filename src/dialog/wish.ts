import {
  RESOURCE_NAMES,
  type Prepared,
  type ResourceName,
  type Resources
} from '@jupyterlab-batch/protocol';

import type { IChoices } from './choices';

/** Every resource said, so that what a notebook remembers of them does not count. */
export function everyResource(resources: Resources): Resources {
  return Object.fromEntries(
    RESOURCE_NAMES.map(name => [name, resources[name] ?? ''])
  );
}

/** What is asked of the target: the user's texts, else the notebook's. */
export function wishOf(
  { inspection, target: { name } }: Prepared,
  { resources }: IChoices
): Resources {
  return { ...inspection.resources[name], ...resources[name] };
}

/**
 * The choices with one resource changed. They are of one target: what is called
 * `gpu` on one cluster is something else on another.
 */
export function withResource(
  { target: { name: target } }: Prepared,
  { resources }: IChoices,
  name: ResourceName,
  text: string
): Pick<IChoices, 'target' | 'resources'> {
  const changed = { ...resources[target], [name]: text };
  return { target, resources: { ...resources, [target]: changed } };
}

/** What the notebook shall remember, by target; null: nothing. */
export function rememberedResources(
  prepared: Prepared,
  choices: IChoices
): Record<string, Resources> | null {
  const { [prepared.target.name]: _, ...others } =
    prepared.inspection.resources;
  const wish = wishOf(prepared, choices);
  const asked: Resources = {};
  for (const name of RESOURCE_NAMES) {
    const text = wish[name]?.trim();
    if (text) {
      asked[name] = text;
    }
  }
  const all =
    Object.keys(asked).length > 0
      ? { ...others, [prepared.target.name]: asked }
      : others;
  return Object.keys(all).length > 0 ? all : null;
}
