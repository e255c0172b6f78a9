import {
  checkText,
  type BaseType,
  type Declaration,
  type Value
} from '@jupyterlab-batch/protocol';

import { withDefault } from '../declared.ts';
import { ofMetadata } from '../metadata.ts';
import { readAnnotation } from './annotations.ts';
import type { IAssignment } from './assignments.ts';
import { describe, readRange } from './comments.ts';
import type { IEnvironmentRead } from './environment.ts';
import type { IInput } from './inputs.ts';
import type { ILiteral } from './literals.ts';
import type { IAskedFor } from './params.ts';
import { lineOf, type IScan } from './scan.ts';
import type { IWidget } from './widgets.ts';

/**
 * The one declaration of a name: the strongest evidence first, and what it
 * leaves open from the weaker. Null where nothing makes the name an input.
 */
export function declare(input: IInput, scan: IScan): Declaration | null {
  const found: Declaration[] = [];
  if (input.metadata) {
    found.push(ofMetadata({ ...input.metadata, name: input.name }));
  }
  const tagged = input.injected ?? input.tagged;
  if (tagged) {
    found.push(withoutRead(input, tagged, ofTagged(input, tagged, scan)));
  }
  if (input.widget) {
    found.push(ofWidget(input.widget, scan));
  }
  if (input.environment.length > 0) {
    found.push(ofEnvironment(input.name, input.environment[0], scan));
  }
  const [assignment] = input.assignments;
  if (input.asked) {
    found.push(ofCall(input.asked, assignment !== undefined, scan));
  }
  const typed = found.some(({ evidence }) => evidence !== 'metadata');
  if (assignment && (!typed || !assignment.expression)) {
    found.push(ofAssignment(assignment, 'assignment', input.marked, scan));
  }
  const [first, ...rest] = found;
  if (!first) {
    return null;
  }
  const fused = rest.reduce(merge, first);
  const merged = {
    ...fused,
    description:
      fused.description ?? (assignment ? remark(assignment, scan) : null)
  };
  return input.metadata ? withDefault(merged, input.metadata.default) : merged;
}

function remark({ cell, from, to }: IAssignment, scan: IScan): string | null {
  return describe(scan.cells[cell].source, from, to);
}

/** `AMP = float(os.getenv("AMP", "3"))`: the call says more than its source. */
function withoutRead(
  { environment }: IInput,
  { cell, value }: IAssignment,
  declaration: Declaration
): Declaration {
  const within = environment.some(
    read =>
      read.cell === cell &&
      value !== null &&
      read.from >= value.from &&
      read.to <= value.to &&
      (read.from === value.from || read.wrapper !== null)
  );
  return within ? { ...declaration, expression: null } : declaration;
}

function ofTagged(
  input: IInput,
  assignment: IAssignment,
  scan: IScan
): Declaration {
  const own = ofAssignment(assignment, 'tagged', true, scan);
  return input.injected && input.tagged
    ? merge(own, ofAssignment(input.tagged, 'tagged', true, scan))
    : own;
}

/** What the stronger leaves open, the weaker fills in. */
function merge(strong: Declaration, weak: Declaration): Declaration {
  const sameType = strong.type === null || strong.type === weak.type;
  const open = strong.default === null && strong.evidence === 'metadata';
  const fresh = strong.default === null && strong.expression === null;
  const merged: Declaration = {
    ...strong,
    type: strong.type ?? weak.type,
    nullable: strong.nullable || (strong.type === null && weak.nullable),
    items: strong.items ?? (sameType ? weak.items : null),
    choices: retyped(strong, weak) ?? (sameType ? weak.choices : null),
    expression: strong.expression ?? (fresh ? weak.expression : null),
    description: strong.description ?? weak.description,
    min: strong.min ?? (sameType ? weak.min : null),
    max: strong.max ?? (sameType ? weak.max : null),
    step: strong.step ?? (sameType ? weak.step : null),
    cell: strong.cell ?? weak.cell,
    line: strong.line ?? weak.line
  };
  return (open || fresh) && weak.default
    ? settle(merged, weak.default)
    : merged;
}

/** Choices are texts in metadata; the code's own value says of which type. */
function retyped(strong: Declaration, weak: Declaration): Value[] | null {
  const type = weak.default?.type;
  const texts = strong.choices?.every(choice => choice.type === 'str');
  const numbers = type === 'int' || type === 'float' || type === 'bool';
  if (!strong.choices || strong.evidence !== 'metadata' || !texts || !numbers) {
    return strong.choices;
  }
  const read = strong.choices.map(({ text }) =>
    checkText({ ...weak, type, choices: null, min: null, max: null }, text)
  );
  const values = read.flatMap(checked => (checked.ok ? [checked.value] : []));
  return values.length === read.length ? values : strong.choices;
}

/** Takes a value as the default if it fits; else its own type wins. */
function settle(declaration: Declaration, value: Value): Declaration {
  const nullable = declaration.nullable || value.type === 'null';
  const checked = checkText({ ...declaration, nullable }, value.text);
  if (declaration.type !== null && checked.ok) {
    return { ...declaration, nullable, default: checked.value };
  }
  return declaration.evidence === 'metadata'
    ? declaration
    : { ...declaration, default: value };
}

function blank(
  name: string,
  evidence: Declaration['evidence'],
  at: { cell: number; from: number },
  scan: IScan
): Declaration {
  return {
    name,
    type: null,
    nullable: false,
    items: null,
    choices: null,
    default: null,
    expression: null,
    declared: true,
    evidence,
    description: null,
    min: null,
    max: null,
    step: null,
    cell: at.cell,
    line: lineOf(scan, at)
  };
}

function ofAssignment(
  assignment: IAssignment,
  evidence: 'tagged' | 'assignment',
  declared: boolean,
  scan: IScan
): Declaration {
  const { source } = scan.cells[assignment.cell];
  const { literal, annotation } = assignment;
  const description = describe(source, assignment.from, assignment.to);
  const base: Declaration = {
    ...blank(assignment.name, evidence, assignment, scan),
    expression: assignment.expression,
    declared,
    description
  };
  const said = annotation && readAnnotation(annotation, source);
  const typed = said ? { ...base, ...said } : base;
  const fitted =
    said && literal && !fitsAnnotation(typed, literal) ? base : typed;
  return withRange(literal ? ofLiteral(fitted, literal) : fitted);
}

function fitsAnnotation(typed: Declaration, literal: ILiteral): boolean {
  if (literal.type === 'null') {
    return true;
  }
  const kinds: Partial<Record<BaseType, readonly BaseType[]>> = {
    float: ['float', 'int'],
    path: ['path', 'str'],
    date: ['date', 'str']
  };
  const allowed = typed.type ? (kinds[typed.type] ?? [typed.type]) : [];
  return typed.type === 'enum' || allowed.includes(literal.type)
    ? checkText(typed, literal.text).ok
    : false;
}

function ofLiteral(typed: Declaration, literal: ILiteral): Declaration {
  const own = literal.type === 'null' ? null : literal.type;
  const complete: Declaration = {
    ...typed,
    type: typed.type ?? own ?? 'null',
    nullable: typed.nullable || literal.type === 'null',
    items: typed.items ?? literal.items
  };
  if (typed.type === null && own === null) {
    return { ...complete, type: null, default: NULL };
  }
  return settle(complete, { type: literal.type, text: literal.text });
}

const NULL: Value = { type: 'null', text: 'null' };

/** A range in words counts where the default lies within it. */
function withRange(declaration: Declaration): Declaration {
  if (declaration.type !== 'int' && declaration.type !== 'float') {
    return declaration;
  }
  const ranged = { ...declaration, ...readRange(declaration.description) };
  const value = declaration.default;
  return value && !checkText(ranged, value.text).ok ? declaration : ranged;
}

function ofWidget(widget: IWidget, scan: IScan): Declaration {
  const { type, choices, literal } = widget;
  const open = type === 'enum' && choices === null;
  const base: Declaration = {
    ...blank(widget.name, 'widget', widget, scan),
    type: open ? null : type,
    nullable: widget.nullable,
    items: widget.items,
    choices,
    expression: widget.expression,
    description: widget.description,
    min: widget.min,
    max: widget.max,
    step: widget.step
  };
  const above = describe(
    scan.cells[widget.cell].source,
    widget.from,
    widget.to
  );
  const described = { ...base, description: base.description ?? above };
  return literal ? ofLiteral(described, literal) : described;
}

function ofEnvironment(
  name: string,
  read: IEnvironmentRead,
  scan: IScan
): Declaration {
  const { fallback, wrapper } = read;
  const base: Declaration = {
    ...blank(name, 'environment', read, scan),
    type: wrapper,
    expression: read.expression,
    description: describe(scan.cells[read.cell].source, read.from, read.to)
  };
  if (!fallback) {
    const missing = !read.required && read.expression === null;
    const typed = { ...base, type: wrapper ?? ('str' as const) };
    return missing && !wrapper
      ? { ...typed, nullable: true, default: NULL }
      : typed;
  }
  const wrapped = wrapper && checkText(base, fallback.text);
  return withRange(
    wrapped?.ok
      ? { ...base, default: wrapped.value }
      : ofLiteral({ ...base, type: null }, fallback)
  );
}

function ofCall(asked: IAskedFor, assigned: boolean, scan: IScan): Declaration {
  const { source } = scan.cells[asked.cell];
  // a comma may stand between the default and its comment
  const comma = /^[ \t]*,/.exec(source.slice(asked.to))?.[0].length ?? 0;
  const base: Declaration = {
    ...blank(asked.name, 'params', asked, scan),
    // of `AMP=AMP` the assignment of AMP says more
    expression:
      assigned && asked.expression === asked.name ? null : asked.expression,
    description: describe(source, asked.from, asked.to + comma)
  };
  return withRange(asked.literal ? ofLiteral(base, asked.literal) : base);
}
