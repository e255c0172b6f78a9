import type { Static, TObject, TSchema } from 'typebox';
import { Value } from 'typebox/value';

import { didYouMean } from './nearest.ts';
import type { Problems } from './problems.ts';
import { at, type ITable, type Tree } from './tree.ts';

interface ITableSchema {
  readonly properties: Readonly<Record<string, TSchema>>;
  readonly required: readonly string[];
  /** schema of every key that is not among the properties */
  readonly others: TSchema | null;
}

/**
 * Compares what was written with a schema, level by level, so that every
 * problem has its line.
 *
 * @param whole false: a file is missing, so nothing is said of missing keys
 */
export function check(
  schema: TSchema,
  tree: Tree,
  path: readonly string[],
  problems: Problems,
  whole: boolean
): void {
  const shape = tableSchema(schema);
  if (shape === null || tree.kind === 'leaf') {
    if (tree.kind === 'table' || !Value.Check(schema, tree.value)) {
      const shown = tree.kind === 'leaf' ? show(tree.value) : 'a table';
      const expected = descriptionOf(schema);
      problems.add(
        `${path.join('.')}: expected ${expected}, not ${shown}.`,
        at(tree.origin),
        path
      );
    }
    return;
  }
  for (const [key, child] of tree.entries) {
    const inner = Object.hasOwn(shape.properties, key)
      ? shape.properties[key]
      : shape.others;
    if (inner) {
      check(inner, child, [...path, key], problems, whole);
    } else {
      const known = Object.keys(shape.properties);
      problems.add(
        `${[...path, key].join('.')}: there is no such setting; ` +
          didYouMean(key, known),
        at(child.origin),
        [...path, key]
      );
    }
  }
  for (const key of shape.required) {
    if (whole && !tree.entries.has(key)) {
      const wanted = descriptionOf(shape.properties[key] ?? {});
      problems.add(
        `[${path.join('.')}] needs ${key}: ${wanted}.`,
        at(tree.origin),
        path
      );
    }
  }
}

/** What was written, without its lines. */
export function plain(tree: Tree): unknown {
  return tree.kind === 'leaf'
    ? tree.value
    : Object.fromEntries(
        [...tree.entries].map(([key, child]) => [key, plain(child)])
      );
}

/**
 * The members of a table that fit its schema, so that one mistake hides no other;
 * null where one is missing that it cannot be without.
 */
export function fitting<S extends TObject>(
  schema: S,
  table: ITable
): Static<S> | null {
  const written = plain(table) as Readonly<Record<string, unknown>>;
  const kept: unknown = Object.fromEntries(
    Object.entries(schema.properties)
      .filter(([key, of]) => key in written && Value.Check(of, written[key]))
      .map(([key]) => [key, written[key]])
  );
  return Value.Check(schema, kept) ? kept : null;
}

function tableSchema(schema: TSchema): ITableSchema | null {
  if (!('type' in schema) || schema.type !== 'object') {
    return null;
  }
  const { properties, required, patternProperties } = schema as {
    properties?: Record<string, TSchema>;
    required?: string[];
    patternProperties?: Record<string, TSchema>;
  };
  return {
    properties: properties ?? {},
    required: required ?? [],
    others: Object.values(patternProperties ?? {})[0] ?? null
  };
}

function descriptionOf(schema: TSchema): string {
  return 'description' in schema
    ? String(schema.description)
    : 'something else';
}

function show(value: unknown): string {
  const text =
    typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? '');
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
