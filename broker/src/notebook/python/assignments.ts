import type { SyntaxNode } from '@lezer/common';

import { normalName } from '../names.ts';
import { evaluate, type ILiteral } from './literals.ts';
import { textOf, type IStatement } from './syntax.ts';

/** One name that a top-level statement sets. */
export interface IAssignment {
  name: string;
  cell: number;
  /** the statement */
  from: number;
  to: number;
  /** the right side that belongs to the name; null for `x: int` */
  value: SyntaxNode | null;
  annotation: SyntaxNode | null;
  literal: ILiteral | null;
  /** source of a value that is not a literal */
  expression: string | null;
  /** other names that the same value goes to: `a = b = 3` */
  shared: string[];
}

/** Reads `x = 1`, `x: int = 1`, `x: int`, `a = b = 1` and `a, b = 1, 2`. */
export function readAssignments(
  { node, from, to }: Pick<IStatement, 'node' | 'from' | 'to'>,
  source: string,
  cell: number
): IAssignment[] {
  const sides = sidesOf(node);
  const annotation = node.getChild('TypeDef');
  const at = { cell, from, to: Math.min(to, node.to) };
  if (sides.length === 1) {
    const [name] = sides[0];
    return annotation && name?.name === 'VariableName'
      ? [{ ...at, ...ofValue(name, null, source), annotation, shared: [] }]
      : [];
  }
  const values = sides[sides.length - 1];
  const targets = sides.slice(0, -1);
  const names = targets
    .filter(side => side.length === 1 && side[0].name === 'VariableName')
    .map(side => normalName(textOf(side[0], source)));
  const found: IAssignment[] = [];
  for (const target of targets) {
    const paired = target.length === values.length;
    target.forEach((name, position) => {
      if (name.name !== 'VariableName') {
        return;
      }
      const value = paired ? values[position] : null;
      const read = ofValue(name, value, source);
      const whole = values.length === 0 ? null : wholeOf(values, source);
      found.push({
        ...at,
        ...read,
        value,
        annotation,
        expression: value ? read.expression : whole,
        shared: names.filter(other => other !== read.name)
      });
    });
  }
  return found;
}

function ofValue(name: SyntaxNode, value: SyntaxNode | null, source: string) {
  const literal = value && evaluate(value, source);
  return {
    name: normalName(textOf(name, source)),
    value,
    literal,
    expression: value && !literal ? textOf(value, source) : null
  };
}

function wholeOf(values: readonly SyntaxNode[], source: string): string {
  return source.slice(values[0].from, values[values.length - 1].to);
}

/** The expressions between the `=` signs of a statement. */
function sidesOf(node: SyntaxNode): SyntaxNode[][] {
  const sides: SyntaxNode[][] = [[]];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name === 'AssignOp') {
      sides.push([]);
    } else if (child.name === '*' || child.type.isError) {
      return [[]];
    } else if (child.name === ',') {
      // `x = 3,` is a tuple: the comma counts as one more value
      if (!child.nextSibling || child.nextSibling.name === 'AssignOp') {
        sides[sides.length - 1].push(child);
      }
    } else if (child.name !== 'TypeDef' && child.name !== 'Comment') {
      sides[sides.length - 1].push(child);
    }
  }
  return sides;
}
