import { instant } from './dates.js';
import { GRAMMAR } from './grammar.js';
import { readLexemes, type ILexeme } from './lexemes.js';
import type { BaseType, Declaration, Value } from './parameters.js';

/** What of a declaration decides whether a text fits it. */
export type Declared = Pick<
  Declaration,
  'type' | 'nullable' | 'items' | 'choices' | 'min' | 'max'
>;

export type Checked =
  { ok: true; value: Value } | { ok: false; expects: string };

/**
 * Checks a text against a declaration. The value that comes back has the
 * canonical text: the author's digits plus at most `.0` or a leading zero.
 * The value of an `enum` has the type of the choice, and `null` has the type
 * `null` whatever the declaration says.
 *
 * A nullable parameter is null for exactly `null` and `None`, and for the other
 * spellings (`~`, nothing, `NULL`) only where its type refuses them: an empty
 * string is a value.
 */
export function checkText(declared: Declared, text: string): Checked {
  const trimmed = trim(text);
  const isNull = trimmed === 'null' || trimmed === 'None';
  const choice = declared.choices ? ofChoices(declared.choices, text) : null;
  if (declared.nullable && isNull && !choice) {
    return { ok: true, value: { type: 'null', text: 'null' } };
  }
  const value = declared.choices ? choice : ofType(declared, text);
  if (value && withinBounds(declared, value)) {
    return { ok: true, value };
  }
  if (declared.nullable && !value && fits('null', trimmed)) {
    return { ok: true, value: { type: 'null', text: 'null' } };
  }
  return { ok: false, expects: expectation(declared) };
}

/** Says what fits a declaration, as the end of a sentence. */
export function expectation(declared: Declared): string {
  const parts: string[] = [];
  if (declared.choices) {
    parts.push(`one of ${declared.choices.map(({ text }) => text).join(', ')}`);
  } else if (declared.type === null) {
    parts.push('a type first: it has none yet');
  } else {
    parts.push(GRAMMAR[declared.type].expects);
    if (declared.type === 'list' && declared.items) {
      parts.push(`each element ${GRAMMAR[declared.items].expects}`);
    }
  }
  if (declared.min !== null) {
    parts.push(`not below ${declared.min}`);
  }
  if (declared.max !== null) {
    parts.push(`not above ${declared.max}`);
  }
  return parts.join(', ') + (declared.nullable ? ', or null' : '');
}

function ofChoices(choices: readonly Value[], text: string): Value | null {
  const exact = choices.find(choice => choice.text === text);
  if (exact) {
    return { ...exact };
  }
  for (const choice of choices) {
    const value = ofType({ type: choice.type, items: null }, text);
    if (value?.text === choice.text) {
      return { ...choice };
    }
  }
  return null;
}

function ofType(
  { type, items }: Pick<Declared, 'type' | 'items'>,
  text: string
): Value | null {
  if (type === null) {
    return null;
  }
  const canonical = GRAMMAR[type].trim ? trim(text) : text;
  const checked =
    type === 'list' || type === 'dict'
      ? ofJson(type, items, canonical)
      : ofScalar(type, canonical);
  return checked === null ? null : { type, text: checked };
}

function ofScalar(type: BaseType, text: string): string | null {
  if (!fits(type, text) || /\p{Surrogate}/u.test(text)) {
    return null;
  }
  if (type === 'date' && instant(text) === null) {
    return null;
  }
  switch (GRAMMAR[type].canonical) {
    case 'point_zero':
      return pointZero(text);
    case 'boolean':
      return /^(true|yes|on|1)$/i.test(text) ? 'true' : 'false';
    case 'null':
      return 'null';
    default:
      return text;
  }
}

/** `3` → `3.0`, `3.e5` → `3.0e5`, `-.5` → `-0.5`; `1e400` holds no float. */
function pointZero(text: string): string | null {
  if (/[a-z]$/i.test(text)) {
    return text;
  }
  if (!Number.isFinite(Number(text))) {
    return null;
  }
  return text
    .replace(/^([+-]?)\./, '$10.')
    .replace(/\.(?![0-9])/, '.0')
    .replace(/^([+-]?[0-9]+)$/, '$1.0');
}

function ofJson(
  type: 'list' | 'dict',
  items: BaseType | null,
  text: string
): string | null {
  const outer = readLexemes(text);
  if (outer?.kind !== type || /\p{Surrogate}/u.test(text)) {
    return null;
  }
  if (type === 'dict' || items === null) {
    return text;
  }
  let rewritten = '';
  let at = 0;
  for (const member of outer.members) {
    const element = ofElement(items, member, text);
    if (element === null) {
      return null;
    }
    rewritten += text.slice(at, member.start) + element;
    at = member.end;
  }
  return rewritten + text.slice(at);
}

/** An element as JSON text: JSON's own kinds hold, so `"3"` is no number. */
function ofElement(
  items: BaseType,
  member: ILexeme,
  text: string
): string | null {
  const lexeme = text.slice(member.start, member.end);
  switch (items) {
    case 'bool':
    case 'null':
    case 'dict':
    case 'list':
      return member.kind === items ? lexeme : null;
    case 'int':
    case 'float':
      return member.kind === 'number' ? ofScalar(items, lexeme) : null;
    default: {
      if (member.kind !== 'string') {
        return null;
      }
      const content: unknown = JSON.parse(lexeme);
      const type = items === 'enum' ? 'str' : items;
      return typeof content === 'string' && ofScalar(type, content) !== null
        ? lexeme
        : null;
    }
  }
}

function withinBounds(declared: Declared, value: Value): boolean {
  const { min, max } = declared;
  return (
    (min === null || !(order(value, min) < 0)) &&
    (max === null || !(order(value, max) > 0)) &&
    // NaN is neither above nor below anything, and so not between bounds
    ((min === null && max === null) || !/^[+-]?nan$/i.test(value.text))
  );
}

/** Negative: below the bound. A type without an order is never out of bounds. */
function order(value: Value, bound: string): number {
  if (value.type === 'int' && fits('int', bound)) {
    const difference = whole(value.text) - whole(bound);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  if (value.type === 'date') {
    return (instant(value.text) ?? 0) - (instant(bound) ?? NaN);
  }
  if (
    (value.type === 'int' || value.type === 'float') &&
    fits('float', trim(bound))
  ) {
    const [left, right] = [number(value.text), number(bound)];
    return left === right ? 0 : left - right;
  }
  return 0;
}

function whole(text: string): bigint {
  return text.startsWith('-')
    ? -BigInt(text.slice(1))
    : BigInt(text.replace('+', ''));
}

function number(text: string): number {
  return Number(text.replace(/inf$/i, 'Infinity'));
}

/** The whole text against the grammar's pattern. */
function fits(type: BaseType, text: string): boolean {
  const { pattern, ignoreCase } = GRAMMAR[type];
  return (
    pattern === null ||
    new RegExp(`^(?:${pattern})$`, ignoreCase ? 'i' : '').test(text)
  );
}

function trim(text: string): string {
  return text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
}
