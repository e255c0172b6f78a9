import { NotebookMetadata, type Prepared } from '@jupyterlab-batch/protocol';
import { Value } from 'typebox/value';

import type { IChoices } from './choices';
import type { IRow } from './rows';
import { rememberedResources, rememberedRuntime } from './wish';

type Declared = NonNullable<NotebookMetadata['parameters']>[number];

/**
 * What is remembered in the notebook: names and types of the parameters, prefix,
 * outputs, files mode, where results go, what is asked of which cluster, and whose Python it has there. Never a value: the next person, or the next run, shall
 * not get one that nobody chose for it.
 *
 * @param before - the notebook's section as it is; what it says more is kept
 */
export function remembered(
  before: unknown,
  prepared: Prepared,
  choices: IChoices,
  rows: readonly IRow[]
): NotebookMetadata {
  const kept = Value.Check(NotebookMetadata, before) ? before : {};
  const old = new Map(kept.parameters?.map(given => [given.name, given]));
  const parameters = rows
    .filter(row => row.included)
    .map(row => old.get(row.declaration.name) ?? declared(row));
  const outputs = (choices.outputs ?? prepared.inspection.outputs).filter(
    ({ glob }) => glob.trim() !== ''
  );
  const { prefix } = prepared.inspection;
  const { resources: _, runtime: __, ...others } = kept;
  const resources = rememberedResources(prepared, choices);
  const runtime = rememberedRuntime(prepared, choices);
  return {
    ...others,
    ...(resources === null ? {} : { resources }),
    ...(runtime === null ? {} : { runtime }),
    ...(prefix === null ? {} : { prefix }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(outputs.length > 0 || kept.outputs ? { outputs: [...outputs] } : {}),
    files: prepared.plan.mode,
    ...(choices.deliverTo.trim() === ''
      ? {}
      : { deliver_to: choices.deliverTo.trim() })
  };
}

function declared({ declaration, type }: IRow): Declared {
  const { name, nullable, items, choices } = declaration;
  return {
    name,
    ...(type === null ? {} : { type }),
    ...(nullable ? { nullable } : {}),
    ...(items === null ? {} : { items }),
    ...(choices === null ? {} : { choices: choices.map(({ text }) => text) })
  };
}
