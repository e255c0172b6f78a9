import {
  RESOURCE_NAMES,
  type Prepared,
  type ResourceName,
  type Resources,
  type Runtime
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

/** Where Python and kernel come from: the user says, else notebook or target. */
export function runtimeOf(
  prepared: Prepared,
  choices: IChoices
): Runtime | null {
  const said = saidRuntime(prepared, choices);
  return said === undefined ? prepared.target.runtime : said;
}

/** null: as-is; undefined: nobody says */
function saidRuntime(
  { inspection, target: { name } }: Prepared,
  { runtime }: IChoices
): Runtime | null | undefined {
  const said = runtime[name];
  return said === undefined ? inspection.runtime[name] : said;
}

/** The choices with another environment, on the target that is chosen now. */
export function withRuntime(
  { target: { name: target } }: Prepared,
  { runtime }: IChoices,
  wanted: Runtime | null
): Pick<IChoices, 'target' | 'runtime'> {
  return { target, runtime: { ...runtime, [target]: wanted } };
}

/** The environments that the notebook shall remember; null: none. */
export function rememberedRuntime(
  prepared: Prepared,
  choices: IChoices
): Record<string, Runtime | null> | null {
  const { name, runtime: usual } = prepared.target;
  const { [name]: _, ...others } = prepared.inspection.runtime;
  const wanted = saidRuntime(prepared, choices);
  const path = wanted?.path.trim();
  const all =
    wanted && path
      ? { ...others, [name]: { kind: wanted.kind, path } }
      : // where nobody says otherwise it is as-is by itself
        wanted === null && usual !== null
        ? { ...others, [name]: null }
        : others;
  return Object.keys(all).length > 0 ? all : null;
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
