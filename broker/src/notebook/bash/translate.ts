import { BatchError, problem, type Value } from '@jupyterlab-batch/protocol';

/**
 * The Bash statement that sets a name to a value. Single quotes make every
 * sign in them data; a list becomes an indexed array, an object an associative
 * one.
 *
 * @throws BatchError invalid_value for what a shell variable cannot hold
 */
export function toBash(name: string, value: Value): string {
  switch (value.type) {
    case 'null':
      return `${name}=''`;
    case 'list':
      return `declare -a ${name}=(${elements(value).map(quoteBash).join(' ')})`;
    case 'dict':
      return `declare -A ${name}=(${members(value)
        .map(([key, text]) => `[${quoteBash(key)}]=${quoteBash(text)}`)
        .join(' ')})`;
    default:
      return `${name}=${quoteBash(value.text)}`;
  }
}

const CONTROL = /\p{Cc}/u;

/** One word of the shell, whatever the text. */
export function quoteBash(text: string): string {
  if (text.includes('\0')) {
    throw refused('a text with a NUL character. Leave it out.');
  }
  // bash_kernel sends a cell line by line: a line break has to stay in its line
  return CONTROL.test(text)
    ? `$'${text.replace(/[\\']|\p{Cc}/gu, escape)}'`
    : `'${text.replace(/'/g, "'\\''")}'`;
}

function escape(sign: string): string {
  if (sign === '\\' || sign === "'") {
    return `\\${sign}`;
  }
  return sign > '\x7f'
    ? sign
    : `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`;
}

function elements({ text }: Value): string[] {
  const list: unknown = parsed(text);
  if (!Array.isArray(list)) {
    throw refused('what is not a JSON list. Write one, such as [1, 2].');
  }
  return list.map(scalar);
}

function members({ text }: Value): [string, string][] {
  const object: unknown = parsed(text);
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    throw refused('what is not a JSON object. Write one, such as {"a": 1}.');
  }
  const entries = Object.entries(object);
  if (entries.some(([key]) => key === '')) {
    throw refused('an object with an empty key. Give every key a name.');
  }
  return entries.map(([key, value]) => [key, scalar(value)]);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(
      text,
      (_, value: unknown, context?: { source?: string }) =>
        typeof value === 'number'
          ? new Lexeme(context?.source ?? `${value}`)
          : value
    );
  } catch {
    throw refused('what is not JSON. Write a JSON list or object.');
  }
}

/** A number as its author wrote it: `2.50`, a whole number above 2^53. */
class Lexeme {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

function scalar(value: unknown): string {
  if (value instanceof Lexeme) {
    return value.text;
  }
  if (value !== null && !/^(?:string|boolean)$/.test(typeof value)) {
    throw refused('a list within a list. Give one flat list or object.');
  }
  return typeof value === 'string'
    ? value
    : value === true
      ? 'true'
      : value === false
        ? 'false'
        : '';
}

function refused(what: string): BatchError {
  return new BatchError(
    problem('invalid_value', `A Bash variable cannot hold ${what}`)
  );
}
