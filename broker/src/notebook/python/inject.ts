import { checkText, type Value } from '@jupyterlab-batch/protocol';

import type { ICell } from '../cells.ts';
import { addLine, emptyPlan, type IPlan } from '../edits.ts';
import type { IMetadata } from '../metadata.ts';
import { normalName } from '../names.ts';
import type { Work } from '../pace.ts';
import type { IAssignment } from './assignments.ts';
import type { IEnvironmentRead } from './environment.ts';
import { gather, type IInput } from './inputs.ts';
import type { ILiteral } from './literals.ts';
import { isInjected, scanPython, type IScan } from './scan.ts';
import { quote, toPython } from './translate.ts';
import type { IWidget } from './widgets.ts';

interface IGiven extends Value {
  name: string;
}

/** Says where in Python code each value goes, if it is not there already. */
export function* planPython(
  cells: readonly ICell[],
  metadata: IMetadata,
  parameters: readonly IGiven[]
): Work<IPlan> {
  const scan = yield* scanPython(cells);
  const prefix = metadata.prefix ?? scan.prefix;
  const inputs = gather(scan, metadata, prefix);
  const values = new Map(
    parameters.map(given => [normalName(given.name), given])
  );
  const plan = emptyPlan();
  for (const [name, value] of values) {
    const input = inputs.get(name);
    if (!input || !placeValue(plan, input, value, values)) {
      addLine(plan, -1, `${name} = ${toPython(value)}`);
    }
  }
  renewInjected(plan, scan);
  return plan;
}

/** Puts one value where its name has evidence; false where it has none. */
function placeValue(
  plan: IPlan,
  input: IInput,
  value: Value,
  values: ReadonlyMap<string, Value>
): boolean {
  // `params(…)` reads the run's own values: nothing is to be changed for it
  let placed = input.asked !== null;
  const tagged = input.injected ?? input.tagged;
  for (const read of input.environment) {
    placeRead(plan, read, value);
    placed = true;
  }
  if (input.widget) {
    placeWidget(plan, input.widget, value);
    placed = true;
  }
  if (tagged) {
    if (!isSame(tagged.literal, value)) {
      const text = literalFor(value, tagged.literal);
      addLine(plan, tagged.cell, `${input.name} = ${text}`);
    }
    return true;
  }
  const [first] = input.assignments.filter(({ literal }) => literal !== null);
  if (first && !input.widget) {
    for (const assignment of input.assignments) {
      if (
        assignment.literal?.text === first.literal?.text &&
        assignment.literal?.type === first.literal?.type
      ) {
        placeAssignment(plan, assignment, value, values);
        placed = true;
      }
    }
  }
  const other = input.assignments.find(isReplaceable);
  if (!placed && other) {
    placeAssignment(plan, other, value, values);
    placed = true;
  }
  return placed;
}

/** A value that does not use the name itself: `AMP = AMP * 2` needs an AMP. */
function isReplaceable({ value, expression, name }: IAssignment): boolean {
  const words = expression?.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? [];
  return value !== null && !words.some(word => normalName(word) === name);
}

function placeAssignment(
  plan: IPlan,
  { name, cell, value: node, literal, shared, to }: IAssignment,
  value: Value,
  values: ReadonlyMap<string, Value>
): void {
  if (!node || isSame(literal, value)) {
    return;
  }
  const text = literalFor(value, literal);
  const alone = shared.every(other => {
    const theirs = values.get(other);
    return theirs?.type === value.type && theirs.text === value.text;
  });
  plan.edits.push(
    alone
      ? { cell, from: node.from, to: node.to, text }
      : { cell, from: to, to, text: `; ${name} = ${text}` }
  );
}

function placeWidget(
  plan: IPlan,
  { cell, literal, place, choices, type }: IWidget,
  value: Value
): void {
  const typed =
    value.type === 'enum'
      ? (choices?.find(({ text }) => text === value.text) ?? value)
      : value;
  // a float widget turns `value=3` into 3.0 by itself
  const same =
    isSame(literal, typed) ||
    (type === 'float' && literal?.type === 'int' && fits(typed, literal.text));
  if (!same) {
    const { from, to, before, after } = place;
    const text = before + literalFor(typed, literal) + after;
    plan.edits.push({ cell, from, to, text });
  }
}

function placeRead(plan: IPlan, read: IEnvironmentRead, value: Value): void {
  const { cell, from, to, fallback } = read;
  if (fallback && fits(value, fallback.text) && fallback.type !== 'null') {
    return;
  }
  if (fallback === null && !read.required && !read.expression) {
    if (value.type === 'null') {
      return;
    }
  }
  plan.edits.push({ cell, from, to, text: readText(read, value) });
}

/** What the call would have returned: text, unless its default is no text. */
function readText(read: IEnvironmentRead, value: Value): string {
  const typed =
    value.type === 'null' ||
    (read.fallback !== null && !/^(str|null)$/.test(read.fallback.type));
  if (typed && !/^(str|path|enum|list|dict|date)$/.test(value.type)) {
    const text = toPython(value);
    return read.tight && /^[-+\d]/.test(text) ? `(${text})` : text;
  }
  if (typed && read.quote === null) {
    return literalFor(value, read.fallback);
  }
  return read.quote === null
    ? quote(value.text)
    : withinFormat(value.text, read.quote);
}

/** Before Python 3.12 an f-string takes neither its own quote nor `\`. */
function withinFormat(text: string, outer: string): string {
  const plain = /^[\w ./,:;+@=-]*$/.test(text);
  const inner = outer === '"' ? "'" : '"';
  return plain
    ? inner + text + inner
    : `bytes([${[...Buffer.from(text)].join(', ')}]).decode()`;
}

/** The literal in the shape that the author's had: a tuple, a `Path(…)`. */
function literalFor(value: Value, literal: ILiteral | null): string {
  const callee = literal?.type === value.type ? literal.callee : null;
  const text = toPython(value, callee);
  if (value.type !== 'list' || !literal?.tuple) {
    return text;
  }
  const elements: unknown = JSON.parse(value.text);
  const single = Array.isArray(elements) && elements.length === 1;
  return `(${text.slice(1, -1).trim()}${single ? ',' : ''})`;
}

function isSame(literal: ILiteral | null, value: Value): boolean {
  if (!literal) {
    return false;
  }
  const alike =
    literal.type === value.type ||
    (literal.type === 'str' && /^(path|date|enum)$/.test(value.type));
  return alike && literal.text === value.text
    ? true
    : alike && value.type !== 'str' && fits(value, literal.text);
}

/** Whether a text, read as the value's type, is that very value. */
function fits(value: Value, text: string): boolean {
  const plain = { nullable: false, items: null, choices: null };
  const checked = checkText(
    { ...plain, type: value.type, min: null, max: null },
    text
  );
  return checked.ok && checked.value.text === value.text;
}

/** An injected cell from before is renewed, keeping what nobody gives anew. */
function renewInjected(plan: IPlan, scan: IScan): void {
  const before = scan.cells.find(isInjected);
  if (!before) {
    return;
  }
  const own = plan.lines.get(before.index) ?? [];
  const tagged = [...plan.lines.keys()].filter(
    cell => cell >= 0 && cell !== before.index && cell < before.index
  );
  const lines = [...own, ...tagged.flatMap(cell => plan.lines.get(cell) ?? [])];
  if (lines.length === 0) {
    return;
  }
  const renewed = new Set(lines.map(line => line.split(' = ')[0]));
  const kept = scan.assignments
    .filter(({ cell, name }) => cell === before.index && !renewed.has(name))
    .map(({ from, to }) => before.source.slice(from, to));
  plan.replaced.set(
    before.index,
    ['# Parameters', ...new Set(kept), ...lines, ''].join('\n')
  );
  for (const cell of [before.index, ...tagged]) {
    plan.lines.delete(cell);
  }
}
