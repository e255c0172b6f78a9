import type {
  Declaration,
  Lint,
  NotebookContent,
  OutputRule,
  Value as Choice
} from '@jupyterlab-batch/protocol';
import {
  FilesMode,
  NotebookMetadata,
  Resources,
  Runtime
} from '@jupyterlab-batch/protocol';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

import { member } from './cells.ts';

type Declared = NonNullable<NotebookMetadata['parameters']>[number];

/** `metadata.jupyterlab_batch` as far as it fits, and what is wrong with it. */
export interface IMetadata {
  prefix: string | null;
  parameters: Declared[];
  outputs: OutputRule[];
  files: FilesMode | null;
  deliverTo: string | null;
  /** by target */
  resources: Record<string, Resources>;
  /** by target */
  runtime: Record<string, Runtime | null>;
  environment: string[];
  lints: Lint[];
}

const KEYS = Object.keys(NotebookMetadata.properties);
const RESOURCES = Type.Record(Type.String(), Resources);
const RUNTIME = Type.Record(Type.String(), Type.Union([Runtime, Type.Null()]));
const PARAMETER = NotebookMetadata.properties.parameters.items;

export function readMetadata(content: NotebookContent): IMetadata {
  const lints: Lint[] = [];
  const warn = (code: string, message: string, parameter?: string) =>
    lints.push({
      code,
      severity: 'warning',
      message,
      cell: null,
      line: null,
      parameter: parameter ?? null
    });
  const section = member(content.metadata, 'jupyterlab_batch');
  if (section === undefined) {
    return empty(lints);
  }
  if (
    typeof section !== 'object' ||
    section === null ||
    Array.isArray(section)
  ) {
    warn(
      'invalid_metadata',
      'metadata.jupyterlab_batch is not an object and was left aside. Remove it or write an object.'
    );
    return empty(lints);
  }
  for (const key of Object.keys(section)) {
    if (!KEYS.includes(key)) {
      warn(
        'unknown_metadata_key',
        `metadata.jupyterlab_batch has a key ${JSON.stringify(key)} that means nothing here. Known are ${KEYS.join(', ')}.`
      );
    }
  }
  const misfit = (what: string) =>
    warn(
      'invalid_metadata',
      `metadata.jupyterlab_batch.${what} does not have the form it needs and was left aside. See the documentation of notebook metadata.`
    );
  const prefix = member(section, 'prefix');
  const files = member(section, 'files');
  const deliverTo = member(section, 'deliver_to');
  if (prefix !== undefined && !isPrefix(prefix)) {
    misfit('prefix');
  }
  if (files !== undefined && !Value.Check(FilesMode, files)) {
    misfit('files');
  }
  if (deliverTo !== undefined && !isFolder(deliverTo)) {
    misfit('deliver_to');
  }
  const resources = member(section, 'resources');
  if (resources !== undefined && !Value.Check(RESOURCES, resources)) {
    misfit('resources');
  }
  const runtime = member(section, 'runtime');
  if (runtime !== undefined && !Value.Check(RUNTIME, runtime)) {
    misfit('runtime');
  }
  return {
    prefix: isPrefix(prefix) ? prefix : null,
    parameters: each(member(section, 'parameters'), 'parameters', misfit, at =>
      Value.Check(PARAMETER, at) && at.name !== '' ? at : null
    ),
    outputs: each(member(section, 'outputs'), 'outputs', misfit, readOutput),
    files: Value.Check(FilesMode, files) ? files : null,
    deliverTo: isFolder(deliverTo) ? deliverTo : null,
    resources: Value.Check(RESOURCES, resources) ? resources : {},
    runtime: Value.Check(RUNTIME, runtime) ? runtime : {},
    environment: each(
      member(section, 'environment'),
      'environment',
      misfit,
      name => (typeof name === 'string' && name !== '' ? name : null)
    ),
    lints
  };
}

function empty(lints: Lint[]): IMetadata {
  return {
    prefix: null,
    parameters: [],
    outputs: [],
    files: null,
    deliverTo: null,
    resources: {},
    runtime: {},
    environment: [],
    lints
  };
}

function isFolder(folder: unknown): folder is string {
  return typeof folder === 'string' && folder.trim() !== '';
}

function isPrefix(prefix: unknown): prefix is string {
  return typeof prefix === 'string' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(prefix);
}

function each<T>(
  list: unknown,
  what: string,
  misfit: (what: string) => void,
  read: (element: unknown) => T | null
): T[] {
  if (list === undefined) {
    return [];
  }
  if (!Array.isArray(list)) {
    misfit(what);
    return [];
  }
  return list.flatMap((element: unknown, index) => {
    const found = read(element);
    if (found === null) {
      misfit(`${what}[${index}]`);
      return [];
    }
    return [found];
  });
}

function readOutput(output: unknown): OutputRule | null {
  const glob = member(output, 'glob');
  const bytes = member(output, 'min_bytes') ?? 0;
  return typeof glob === 'string' &&
    glob !== '' &&
    typeof bytes === 'number' &&
    Number.isInteger(bytes) &&
    bytes >= 0
    ? { glob, min_bytes: bytes }
    : null;
}

/** What the metadata say of one parameter, before code is asked. */
export function ofMetadata(given: Declared): Declaration {
  const type = given.type && given.type !== 'enum' ? given.type : 'str';
  const choices =
    given.choices?.map((text): Choice => ({ type, text })) ?? null;
  return {
    name: given.name,
    type: choices ? 'enum' : (given.type ?? null),
    nullable: given.nullable ?? false,
    items: given.items ?? null,
    choices,
    default: null,
    expression: null,
    declared: true,
    evidence: 'metadata',
    description: given.description ?? null,
    min: given.min ?? null,
    max: given.max ?? null,
    step: given.step ?? null,
    cell: null,
    line: null
  };
}
