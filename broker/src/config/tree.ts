import { ParseError, parseTOML, type AST } from 'toml-eslint-parser';

import type { Problems } from './problems.ts';

/** Where a value was written. */
export interface IOrigin {
  readonly file: string;
  readonly line: number;
}

export interface ITable {
  readonly kind: 'table';
  readonly origin: IOrigin;
  readonly entries: Map<string, Tree>;
}

export interface ILeaf {
  readonly kind: 'leaf';
  readonly origin: IOrigin;
  readonly value: unknown;
  /** a scalar as it is written, `20.0` and not 20; null for arrays and dates */
  readonly text: string | null;
}

/** A configuration file, every value of which knows its line. */
export type Tree = ITable | ILeaf;

export function at({ file, line }: IOrigin): string {
  return `${file}:${line}`;
}

/** Reads one file's text; null where it is not TOML (a problem says so). */
export function readTree(
  text: string,
  file: string,
  problems: Problems
): ITable | null {
  const originOf = (line: number): IOrigin => ({ file, line });
  let program: AST.TOMLProgram;
  try {
    program = parseTOML(text, { tomlVersion: '1.0.0' });
  } catch (error) {
    if (!(error instanceof ParseError)) {
      throw error;
    }
    problems.add(
      `this is not TOML: ${error.message.toLowerCase()}.`,
      at(originOf(error.lineNumber))
    );
    return null;
  }
  const root: ITable = {
    kind: 'table',
    origin: originOf(1),
    entries: new Map()
  };
  for (const node of program.body[0].body) {
    if (node.type === 'TOMLKeyValue') {
      put(root, node, originOf);
      continue;
    }
    const line = node.loc.start.line;
    const keys = node.resolvedKey.map(String);
    // `[[name]]` is nowhere expected; as `name.0` it is an unknown key.
    const table = descend(root, keys, originOf(line));
    node.body.forEach(each => put(table, each, originOf));
  }
  return root;
}

/** `above` over `below`, table by table. */
export function merge(below: ITable, above: ITable): ITable {
  const entries = new Map(below.entries);
  for (const [key, over] of above.entries) {
    const under = entries.get(key);
    entries.set(
      key,
      under?.kind === 'table' && over.kind === 'table'
        ? merge(under, over)
        : over
    );
  }
  return { kind: 'table', origin: above.origin, entries };
}

function put(
  table: ITable,
  { key, value }: AST.TOMLKeyValue,
  originOf: (line: number) => IOrigin
): void {
  const origin = originOf(key.loc.start.line);
  const names = key.keys.map(each =>
    each.type === 'TOMLBare' ? each.name : each.value
  );
  const last = names.pop() ?? '';
  const into = descend(table, names, origin);
  if (value.type !== 'TOMLInlineTable') {
    into.entries.set(last, leafOf(value, origin));
    return;
  }
  const inner = descend(into, [last], origin);
  value.body.forEach(each => put(inner, each, originOf));
}

function leafOf(node: AST.TOMLValue | AST.TOMLArray, origin: IOrigin): ILeaf {
  if (node.type === 'TOMLArray') {
    const value = node.elements.map(each =>
      each.type === 'TOMLInlineTable' ? {} : leafOf(each, origin).value
    );
    return { kind: 'leaf', origin, value, text: null };
  }
  switch (node.kind) {
    case 'string':
      return { kind: 'leaf', origin, value: node.value, text: node.value };
    case 'integer':
    case 'float':
      return { kind: 'leaf', origin, value: node.value, text: node.number };
    case 'boolean':
      return { kind: 'leaf', origin, value: node.value, text: `${node.value}` };
    default:
      return { kind: 'leaf', origin, value: node.value, text: null };
  }
}

function descend(
  table: ITable,
  keys: readonly string[],
  origin: IOrigin
): ITable {
  let here = table;
  for (const key of keys) {
    const found = here.entries.get(key);
    if (found?.kind === 'table') {
      here = found;
      continue;
    }
    const made: ITable = { kind: 'table', origin, entries: new Map() };
    here.entries.set(key, made);
    here = made;
  }
  return here;
}
