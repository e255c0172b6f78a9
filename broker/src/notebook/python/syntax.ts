import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@lezer/python';

import type { Work } from '../pace.ts';
import { blank, maskMagics } from './magics.ts';

/** A top-level statement; `to` is where it ends or the text is sound again. */
export interface IStatement {
  node: SyntaxNode;
  tree: Tree;
  from: number;
  to: number;
  sound: boolean;
}

export interface ISyntax {
  /** the cell's own text */
  source: string;
  statements: IStatement[];
  /** the texts of its import statements, wherever they stand */
  imports: string[];
  /** offset of the first thing that is not Python, or null */
  broken: number | null;
}

/** What may be a new statement after one that is broken. */
const FRESH =
  /^(?:[\p{L}_][\p{L}\p{N}_.]*[ \t]*(?::[^=\n]*)?=(?!=)|(?:import|from|def|class|for|while|if|with|try|async|@|del|assert|print\b|[%!])[^\n]*)/gmu;
/** Characters to parse in all, so that a cell of nothing but errors ends soon. */
const WORK = 64 * 1024;

/**
 * Parses a cell, sound statement by sound statement: after one that is broken
 * (a bracket that nobody closes) it starts anew at the next line that looks
 * like a statement. All offsets are those of the cell.
 */
export function* parse(source: string): Work<ISyntax> {
  const statements: IStatement[] = [];
  const imports: string[] = [];
  let broken: number | null = null;
  let start = 0;
  let work = Math.max(WORK, 2 * source.length);
  while (start < source.length && work > 0) {
    work -= source.length;
    const text =
      blank(source.slice(0, start)) + maskMagics(source.slice(start));
    const tree = yield* grow(text);
    const errors = survey(tree, source, imports);
    const at = collect(tree, text, errors, statements);
    if (errors.length > 0 && broken === null) {
      broken = errors[0];
    }
    if (at === null) {
      break;
    }
    start = at;
    yield;
  }
  return { source, statements, imports, broken };
}

/** Parser steps between two pauses: well below a millisecond. */
const STEPS = 200;

function* grow(text: string): Work<Tree> {
  const parsing = parser.startParse(text);
  for (let step = 1; ; step += 1) {
    const tree = parsing.advance();
    if (tree) {
      return tree;
    }
    if (step % STEPS === 0) {
      yield;
    }
  }
}

/** Takes the statements up to the first broken one; returns where to go on. */
function collect(
  tree: Tree,
  text: string,
  errors: readonly number[],
  statements: IStatement[]
): number | null {
  for (const node of topLevel(tree)) {
    const { from, to } = node;
    if (node.type.isError) {
      continue;
    }
    const sound = !errors.some(at => at >= from && at <= to) || !isTorn(node);
    if (sound) {
      statements.push({ node, tree, from, to, sound });
      continue;
    }
    const next = resume(tree, text, node);
    statements.push({ node, tree, from, to: next ?? text.length, sound });
    return next;
  }
  return null;
}

function* topLevel(tree: Tree): Generator<SyntaxNode> {
  for (let node = tree.topNode.firstChild; node; node = node.nextSibling) {
    if (node.name !== 'StatementGroup') {
      yield node;
      continue;
    }
    for (let part = node.firstChild; part; part = part.nextSibling) {
      if (part.name !== ';') {
        yield part;
      }
    }
  }
}

function resume(tree: Tree, text: string, node: SyntaxNode): number | null {
  const lineEnd = text.indexOf('\n', node.from);
  if (lineEnd < 0) {
    return null;
  }
  let best: number | null = null;
  FRESH.lastIndex = lineEnd + 1;
  for (let found = FRESH.exec(text); found; found = FRESH.exec(text)) {
    if (!/String$/.test(tree.resolveInner(found.index, 1).name)) {
      best = found.index;
      break;
    }
  }
  const next = node.nextSibling ?? node.parent?.nextSibling;
  if (
    next &&
    !next.type.isError &&
    next.from > lineEnd &&
    text[next.from - 1] === '\n' &&
    (best === null || next.from < best)
  ) {
    return next.from;
  }
  return best;
}

/** Goes through the tree once: the offsets of errors, and the imports. */
function survey(tree: Tree, source: string, imports: string[]): number[] {
  const errors: number[] = [];
  tree.iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) {
        errors.push(from);
      } else if (type.name === 'ImportStatement') {
        imports.push(source.slice(from, to));
      }
    }
  });
  return errors;
}

function isTorn(node: SyntaxNode): boolean {
  let torn = false;
  node.cursor().iterate(({ type }) => {
    torn ||= type.isError;
  });
  return torn;
}

/** The children of a node that are neither signs nor comments. */
export function parts(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (/^[A-Z]/.test(child.name) && child.name !== 'Comment') {
      found.push(child);
    }
  }
  return found;
}

export function textOf(node: SyntaxNode, source: string): string {
  return source.slice(node.from, node.to);
}
