import type { SyntaxNode } from '@lezer/common';

import type { ICell } from '../cells.ts';
import type { Work } from '../pace.ts';
import { readAssignments, type IAssignment } from './assignments.ts';
import { dotted, readArguments, readImport, type Aliases } from './calls.ts';
import { readEnvironment, type IEnvironmentRead } from './environment.ts';
import { evaluate } from './literals.ts';
import { observe, type IObservation } from './observe.ts';
import { readParams, type IParamsCall } from './params.ts';
import { parse, type ISyntax } from './syntax.ts';
import { readWidget, type IWidget } from './widgets.ts';

/** A name that code changes after it was set: no input, or one that is lost. */
export interface IUpdate {
  name: string;
  cell: number;
  from: number;
}

/** All that the code of a notebook says about its inputs. */
export interface IScan {
  cells: readonly ICell[];
  syntax: ReadonlyMap<number, ISyntax>;
  assignments: IAssignment[];
  updates: IUpdate[];
  environment: IEnvironmentRead[];
  widgets: IWidget[];
  calls: IParamsCall[];
  observations: IObservation[];
  /** where the first loop, function or the like stands */
  firstCompound: { cell: number; from: number } | null;
  prefix: string | null;
  /** names that `from_env_keys` marks */
  keys: string[];
}

const COMPOUND =
  /^(?:FunctionDefinition|ClassDefinition|DecoratedStatement|ForStatement|WhileStatement|WithStatement)$/;

const SPEAKING =
  /^(?:CallExpression|MemberExpression|UpdateStatement|AssignStatement|ForStatement)$/;

export function isTagged(cell: ICell): boolean {
  return cell.code && cell.tags.includes('parameters');
}

export function isInjected(cell: ICell): boolean {
  return cell.code && cell.tags.includes('injected-parameters');
}

/** Reads every code cell once; nothing is executed and nothing is thrown. */
export function* scanPython(cells: readonly ICell[]): Work<IScan> {
  const syntax = new Map<number, ISyntax>();
  const aliases: Aliases = new Map();
  for (const cell of cells) {
    if (cell.code) {
      const parsed = yield* parse(cell.source);
      yield;
      syntax.set(cell.index, parsed);
      for (const statement of parsed.imports) {
        readImport(statement, aliases);
      }
    }
  }
  const scan: IScan = {
    cells,
    syntax,
    assignments: [],
    updates: [],
    environment: [],
    widgets: [],
    calls: [],
    observations: [],
    firstCompound: null,
    prefix: null,
    keys: []
  };
  for (const [index, parsed] of syntax) {
    yield* scanCell(scan, parsed, index, aliases);
  }
  return scan;
}

function* scanCell(
  scan: IScan,
  { statements, source }: ISyntax,
  cell: number,
  aliases: Aliases
): Work<void> {
  for (const statement of statements) {
    yield;
    const { node, tree, from, to, sound } = statement;
    if (COMPOUND.test(node.name)) {
      scan.firstCompound ??= { cell, from };
    }
    if (sound && node.name === 'AssignStatement') {
      const found = readAssignments(statement, source, cell);
      scan.assignments.push(...found);
      readWidgets(scan, found, source, aliases);
    }
    tree.iterate({
      from,
      to,
      enter: ref => {
        if (ref.type.isTop || ref.name === 'StatementGroup') {
          return true;
        }
        if (ref.from < from || ref.from >= to) {
          return false;
        }
        if (SPEAKING.test(ref.name)) {
          visit(scan, ref.node, source, aliases, cell, node);
        }
        return true;
      }
    });
  }
}

function readWidgets(
  scan: IScan,
  found: readonly IAssignment[],
  source: string,
  aliases: Aliases
): void {
  for (const { name, value, cell } of found) {
    const widget = value && readWidget(name, value, source, aliases, cell);
    if (widget) {
      scan.widgets.push(widget);
    }
  }
}

function visit(
  scan: IScan,
  node: SyntaxNode,
  source: string,
  aliases: Aliases,
  cell: number,
  statement: SyntaxNode
): void {
  switch (node.name) {
    case 'CallExpression':
    case 'MemberExpression': {
      const read = readEnvironment(node, source, aliases, cell);
      if (read) {
        scan.environment.push(read);
      } else if (node.name === 'CallExpression') {
        readLocations(scan, node, source, aliases);
        ask(scan, readParams(node, source, aliases, cell));
        scan.observations.push(...observe(node, source, aliases, cell));
      }
      break;
    }
    case 'UpdateStatement':
      update(scan, node.firstChild, source, cell);
      break;
    case 'AssignStatement':
      if (node.from !== statement.from || node.to !== statement.to) {
        for (const { name, from } of readAssignments(
          whole(node),
          source,
          cell
        )) {
          scan.updates.push({ name, cell, from });
        }
      }
      break;
    case 'ForStatement':
      update(scan, node.getChild('VariableName'), source, cell);
      break;
  }
}

function whole(node: SyntaxNode) {
  return { node, from: node.from, to: node.to };
}

function update(
  scan: IScan,
  target: SyntaxNode | null,
  source: string,
  cell: number
): void {
  if (target?.name === 'VariableName') {
    const name = source.slice(target.from, target.to);
    scan.updates.push({ name, cell, from: target.from });
  }
}

function ask(scan: IScan, call: IParamsCall | null): void {
  if (call) {
    scan.calls.push(call);
    scan.prefix ??= call.prefix;
  }
}

/** confypy: `from_env_path('X_SETTINGS')` and `from_env_keys([…])`. */
function readLocations(
  scan: IScan,
  call: SyntaxNode,
  source: string,
  aliases: Aliases
): void {
  const callee = call.firstChild && dotted(call.firstChild, source, aliases);
  const [first] = readArguments(call, source).positional;
  const given = first && evaluate(first, source);
  if (callee?.endsWith('from_env_path') && given?.type === 'str') {
    scan.prefix ??= /^(\w+)_SETTINGS$/.exec(given.text)?.[1] ?? null;
  }
  if (callee?.endsWith('from_env_keys') && given?.type === 'list') {
    const keys: unknown = JSON.parse(given.text);
    if (Array.isArray(keys)) {
      scan.keys.push(...keys.filter((key: unknown) => typeof key === 'string'));
    }
  }
}

/** The line of an offset in its cell, from 1. */
export function lineOf(
  scan: IScan,
  { cell, from }: { cell: number; from: number }
): number {
  return scan.cells[cell].source.slice(0, from).split('\n').length;
}
