import { BatchError, problem, type Value } from '@jupyterlab-batch/protocol';

/** Signs that are better seen than obeyed: controls, breaks, direction marks. */
const HIDDEN =
  /[\p{Cc}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Surrogate}/gu;
const DATE =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?$/;
const TOKEN = /"(?:[^"\\]|\\.)*"|\b(?:true|false|null)\b/g;
/** Python refuses to read whole numbers of more than 4300 decimal digits. */
const DIGITS = 4000;

/**
 * The Python expression of a value. The value is data: whatever its text, the
 * expression is one literal on one line, or the value is refused.
 *
 * @throws BatchError invalid_value for what no literal can hold
 */
export function toPython(value: Value, callee: string | null = null): string {
  const text = value.text.trim();
  switch (value.type) {
    case 'null':
      return 'None';
    case 'bool':
      return fitting(value, /^(true|false)$/) && text === 'true'
        ? 'True'
        : 'False';
    case 'int':
      fitting(value, /^[+-]?\d+$/);
      return text.length > DIGITS ? wideInt(text) : text;
    case 'float':
      return toFloat(value);
    case 'list':
    case 'dict':
      return toCollection(value);
    case 'date':
      return toDate(value, callee);
    case 'path':
      return callee ? `${callee}(${quote(value.text)})` : quote(value.text);
    case 'str':
    case 'enum':
      return quote(value.text);
  }
}

/** A str literal in double quotes, on one line. */
export function quote(text: string): string {
  if (text.includes('\0')) {
    throw refused('a text with a NUL character', 'Leave it out.');
  }
  const escaped = text
    .replace(/[\\"]/g, '\\$&')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')
    .replace(HIDDEN, sign => {
      const code = sign.charCodeAt(0).toString(16);
      return code.length <= 2
        ? `\\x${code.padStart(2, '0')}`
        : `\\u${code.padStart(4, '0')}`;
    });
  return `"${escaped}"`;
}

function toFloat(value: Value): string {
  const text = value.text.trim();
  const word = /^([+-]?)(nan|inf)$/i.exec(text);
  if (word) {
    const sign = word[1] === '-' ? '-' : '';
    return `float("${sign}${word[2].toLowerCase()}")`;
  }
  fitting(value, /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/);
  return /[.eE]/.test(text) ? text : `${text}.0`;
}

function toCollection(value: Value): string {
  try {
    JSON.parse(value.text);
  } catch {
    throw refused('what is not JSON', 'Write a JSON list or object.');
  }
  return value.text
    .replace(TOKEN, token => {
      switch (token) {
        case 'true':
          return 'True';
        case 'false':
          return 'False';
        case 'null':
          return 'None';
        default:
          return quote(String(JSON.parse(token)));
      }
    })
    .replace(/\s*[\r\n]\s*/g, ' ')
    .trim();
}

/** As the author wrote it (`date(…)`), else with a module of its own. */
function toDate(value: Value, callee: string | null): string {
  fitting(value, DATE);
  const found = DATE.exec(value.text.trim());
  const [year, month, day, hour, minute, second, fraction, zone] = (
    found ?? []
  ).slice(1);
  const date = [year, month, day].map(Number).join(', ');
  if (hour === undefined && !callee?.endsWith('datetime')) {
    return `${callee ?? '__import__("datetime").date'}(${date})`;
  }
  const clock = [hour, minute, second].map(part => Number(part ?? 0));
  const micro = Number((fraction ?? '').slice(0, 6).padEnd(6, '0'));
  const time = [...clock, ...(micro ? [micro] : [])].join(', ');
  const known = callee?.endsWith('datetime') ? callee : null;
  const made = known ?? '__import__("datetime").datetime';
  return `${made}(${date}, ${time}${zone ? `, tzinfo=${toZone(zone)}` : ''})`;
}

function toZone(zone: string): string {
  const module = '__import__("datetime")';
  if (zone === 'Z') {
    return `${module}.timezone.utc`;
  }
  const sign = zone.startsWith('-') ? '-' : '';
  const [hours, minutes] = zone.slice(1).split(':').map(Number);
  const seconds = (hours * 60 + minutes) * 60;
  return `${module}.timezone(${module}.timedelta(0, ${sign}${seconds}))`;
}

function wideInt(text: string): string {
  const digits = text.replace(/^[+-]/, '');
  const sign = text.startsWith('-') ? '-' : '';
  return `${sign}0x${BigInt(digits).toString(16)}`;
}

function fitting(value: Value, pattern: RegExp): boolean {
  if (!pattern.test(value.text.trim())) {
    throw refused(
      `${JSON.stringify(value.text)} as ${value.type}`,
      `Give it as ${value.type}.`
    );
  }
  return true;
}

function refused(what: string, advice: string): BatchError {
  return new BatchError(
    problem('invalid_value', `Python cannot be given ${what}. ${advice}`)
  );
}
