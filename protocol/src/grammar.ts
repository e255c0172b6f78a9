import type { BaseType } from './parameters.js';

/**
 * The grammar of parameter texts as data, for TypeScript and Python alike (the
 * patterns use only what both regex dialects share). `pattern` is matched
 * against the whole text. `canonical` names the one change that is made to it.
 */
export interface ITypeGrammar {
  /** whole-text pattern; null where JSON decides (list, dict) */
  pattern: string | null;
  /** matched without regard to case */
  ignoreCase: boolean;
  /** `trim`: surrounding blanks do not count */
  trim: boolean;
  canonical: 'none' | 'point_zero' | 'boolean' | 'null' | 'json';
  /** what to tell the user */
  expects: string;
}

export const GRAMMAR: Record<BaseType, ITypeGrammar> = {
  bool: {
    pattern: 'true|false|yes|no|on|off|1|0',
    ignoreCase: true,
    trim: true,
    canonical: 'boolean',
    expects: 'true or false'
  },
  int: {
    pattern: '[+-]?(0|[1-9][0-9]*)',
    ignoreCase: false,
    trim: true,
    canonical: 'none',
    expects: 'a whole number without point or leading zeros, such as 3'
  },
  float: {
    pattern:
      '[+-]?(([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?|[nN][aA][nN]|[iI][nN][fF])',
    ignoreCase: false,
    trim: true,
    canonical: 'point_zero',
    expects: 'a number, such as 3.0 or 1e3'
  },
  str: {
    pattern: '[^\\u0000]*',
    ignoreCase: false,
    trim: false,
    canonical: 'none',
    expects: 'text'
  },
  null: {
    pattern: '|null|none|~',
    ignoreCase: true,
    trim: true,
    canonical: 'null',
    expects: 'null'
  },
  list: {
    pattern: null,
    ignoreCase: false,
    trim: true,
    canonical: 'json',
    expects: 'a JSON list, such as [1, 2]'
  },
  dict: {
    pattern: null,
    ignoreCase: false,
    trim: true,
    canonical: 'json',
    expects: 'a JSON object, such as {"a": 1}'
  },
  date: {
    pattern:
      '[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]+)?)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?)?',
    ignoreCase: false,
    trim: true,
    canonical: 'none',
    expects: 'a date, such as 2026-11-23 or 2026-11-23T12:03:00Z'
  },
  path: {
    pattern: '[^\\u0000]+',
    ignoreCase: false,
    trim: false,
    canonical: 'none',
    expects: 'a path'
  },
  enum: {
    pattern: null,
    ignoreCase: false,
    trim: false,
    canonical: 'none',
    expects: 'one of the choices'
  }
};
