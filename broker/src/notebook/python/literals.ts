import type { SyntaxNode } from '@lezer/common';
import type { BaseType } from '@jupyterlab-batch/protocol';

import { decodeString } from './strings.ts';
import { parts, textOf } from './syntax.ts';

/** A value that the source spells out. */
export interface ILiteral {
  type: BaseType;
  text: string;
  /** of a list: the type that all its elements have */
  items: BaseType | null;
  /** a list that was written as a tuple stays one */
  tuple: boolean;
  /** the constructor that was written: `Path`, `datetime.date` */
  callee: string | null;
}

/** Deeper nesting holds no parameter, and would cost us our stack. */
const DEPTH = 50;

const INFINITE =
  /^(?:float\(\s*(["'])([+-]?)(nan|inf|infinity)\1\s*\)|(?:math|np|numpy)\.(nan|inf))$/i;
const PATH = /^(?:pathlib\.)?(?:Path|PurePath|PosixPath)$/;
const DATE = /^(?:(?:datetime|dt)\.)?(?:date|datetime)$/;

/** The value of an expression, or null where it is not a literal. */
export function evaluate(
  node: SyntaxNode,
  source: string,
  depth = 0
): ILiteral | null {
  if (depth > DEPTH) {
    return null;
  }
  switch (node.name) {
    case 'Number':
      return ofNumber(textOf(node, source));
    case 'Boolean':
      return scalar('bool', textOf(node, source).toLowerCase());
    case 'None':
      return scalar('null', 'null');
    case 'String':
    case 'ContinuedString':
      return ofString(node, source);
    case 'UnaryExpression':
      return ofSigned(node, source, depth + 1);
    case 'ParenthesizedExpression': {
      const inner = parts(node);
      return inner.length === 1 ? evaluate(inner[0], source, depth + 1) : null;
    }
    case 'ArrayExpression':
    case 'TupleExpression':
      return ofList(node, source, depth + 1);
    case 'DictionaryExpression':
      return ofDictionary(node, source, depth + 1);
    case 'CallExpression':
    case 'MemberExpression':
      return ofNamed(node, source, depth + 1);
    default:
      return null;
  }
}

function scalar(
  type: BaseType,
  text: string,
  callee: string | null = null
): ILiteral {
  return { type, text, items: null, tuple: false, callee };
}

/** Digits as the grammar takes them: no underscores, no base, a whole float. */
function ofNumber(lexeme: string): ILiteral | null {
  const digits = lexeme.replace(/_/g, '');
  if (/^0[xXoObB]/.test(digits)) {
    return /^0[xX][0-9a-fA-F]+$|^0[oO][0-7]+$|^0[bB][01]+$/.test(digits)
      ? scalar('int', BigInt(digits).toString())
      : null;
  }
  if (/[jJ]$/.test(digits)) {
    return null;
  }
  if (!/[.eE]/.test(digits)) {
    const whole = /^0+$/.test(digits) ? '0' : digits;
    return /^0[0-9]/.test(whole) ? null : scalar('int', whole);
  }
  return Number.isFinite(Number(digits))
    ? scalar('float', wholeFloat(digits))
    : null;
}

function wholeFloat(digits: string): string {
  return digits
    .replace(/^\./, '0.')
    .replace(/\.(?![0-9])/, '.0')
    .replace(/^0+(?=[0-9])/, '');
}

function ofSigned(
  node: SyntaxNode,
  source: string,
  depth: number
): ILiteral | null {
  const operand = node.lastChild;
  const inner = operand && evaluate(operand, source, depth);
  const sign = source[node.from];
  if (!inner || (inner.type !== 'int' && inner.type !== 'float')) {
    return null;
  }
  if (sign === '+' || (inner.type === 'int' && inner.text === '0')) {
    return sign === '~' ? null : inner;
  }
  if (sign !== '-' || inner.text.startsWith('-')) {
    return null;
  }
  return { ...inner, text: inner.text === 'nan' ? 'nan' : `-${inner.text}` };
}

function ofString(node: SyntaxNode, source: string): ILiteral | null {
  const pieces = node.name === 'String' ? [node] : parts(node);
  const texts = pieces.map(piece =>
    piece.name === 'String' ? decodeString(textOf(piece, source)) : null
  );
  return texts.every(text => text !== null)
    ? scalar('str', texts.join(''))
    : null;
}

function ofList(
  node: SyntaxNode,
  source: string,
  depth: number
): ILiteral | null {
  const elements = parts(node).map(part => evaluate(part, source, depth));
  const texts = elements.map(element => element && asJson(element));
  if (!texts.every(text => text !== null)) {
    return null;
  }
  const types = new Set(elements.map(element => element?.type ?? null));
  const mixed = types.size === 2 && types.has('int') && types.has('float');
  const only = types.size === 1 ? [...types][0] : mixed ? 'float' : null;
  return {
    type: 'list',
    text: `[${texts.join(', ')}]`,
    items: only === 'null' ? null : only,
    tuple: node.name === 'TupleExpression',
    callee: null
  };
}

function ofDictionary(
  node: SyntaxNode,
  source: string,
  depth: number
): ILiteral | null {
  const members: string[] = [];
  const keys = new Set<string>();
  const inner = parts(node);
  if (source.slice(node.from, node.to).includes('**') || inner.length % 2) {
    return null;
  }
  for (let at = 0; at < inner.length; at += 2) {
    const key = evaluate(inner[at], source, depth);
    const value = evaluate(inner[at + 1], source, depth);
    const text = value && asJson(value);
    if (key?.type !== 'str' || text === null || keys.has(key.text)) {
      return null;
    }
    keys.add(key.text);
    members.push(`${JSON.stringify(key.text)}: ${text}`);
  }
  return scalar('dict', `{${members.join(', ')}}`);
}

function asJson({ type, text, callee }: ILiteral): string | null {
  if (callee !== null || /^-?(nan|inf)$/.test(text)) {
    return type === 'str' && callee === null ? JSON.stringify(text) : null;
  }
  return type === 'str' ? JSON.stringify(text) : text;
}

/** `float("nan")`, `math.inf`, `Path("x")`, `date(2026, 11, 23)`. */
function ofNamed(
  node: SyntaxNode,
  source: string,
  depth: number
): ILiteral | null {
  const infinite = INFINITE.exec(textOf(node, source));
  if (infinite) {
    const word = (infinite[3] ?? infinite[4]).slice(0, 3).toLowerCase();
    const sign = infinite[2] === '-' && word === 'inf' ? '-' : '';
    return scalar('float', sign + word);
  }
  const [called, args] = parts(node);
  if (node.name !== 'CallExpression' || args?.name !== 'ArgList') {
    return null;
  }
  const callee = textOf(called, source);
  const given = parts(args);
  if (PATH.test(callee) && given.length === 1) {
    const path = evaluate(given[0], source, depth);
    return path?.type === 'str' && path.text !== ''
      ? scalar('path', path.text, callee)
      : null;
  }
  return DATE.test(callee) ? ofDate(callee, given, source) : null;
}

function ofDate(
  callee: string,
  given: readonly SyntaxNode[],
  source: string
): ILiteral | null {
  const numbers = given.map(part => evaluate(part, source));
  if (!numbers.every(number => number?.type === 'int')) {
    return null;
  }
  const [year, month, day, ...time] = numbers.map(number => number?.text ?? '');
  const withTime = callee.endsWith('datetime');
  if (day === undefined || time.length > (withTime ? 3 : 0)) {
    return null;
  }
  const pad = (text: string | undefined) => (text ?? '0').padStart(2, '0');
  const date = `${year.padStart(4, '0')}-${pad(month)}-${pad(day)}`;
  const clock = `T${pad(time[0])}:${pad(time[1])}:${pad(time[2])}`;
  return scalar('date', withTime ? date + clock : date, callee);
}
