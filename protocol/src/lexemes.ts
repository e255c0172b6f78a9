/**
 * A strict reader of JSON text that builds nothing: it says where the members
 * of the outermost list or object stand, so that a list or dict parameter keeps
 * its author's lexemes (`2.50`, a whole number above 2^53). Stricter than
 * `JSON.parse` in one thing: a key that comes twice is an error (RFC 8259,
 * section 4 leaves it open, and readers disagree about which one counts).
 */
export type LexemeKind =
  'string' | 'number' | 'bool' | 'null' | 'list' | 'dict';

export interface ILexeme {
  kind: LexemeKind;
  start: number;
  end: number;
  /** of a list or dict: its members, keys left out */
  members: ILexeme[];
}

/** Deeper nesting is refused: Python's stack is the shorter one. */
const DEPTH = 100;

const BLANK = /[ \t\r\n]*/y;
// eslint-disable-next-line no-control-regex -- RFC 8259: they have to be escaped
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;

class Reader {
  private readonly _text: string;
  private _at = 0;

  constructor(text: string) {
    this._text = text;
  }

  document(): ILexeme | null {
    const lexeme = this._value(0);
    return lexeme && this._at === this._text.length ? lexeme : null;
  }

  private _match(pattern: RegExp): string | null {
    pattern.lastIndex = this._at;
    const found = pattern.exec(this._text);
    if (!found) {
      return null;
    }
    this._at += found[0].length;
    return found[0];
  }

  private _skip(sign: string): boolean {
    this._match(BLANK);
    if (this._text[this._at] !== sign) {
      return false;
    }
    this._at += 1;
    return true;
  }

  private _value(depth: number): ILexeme | null {
    this._match(BLANK);
    const start = this._at;
    const scalar = this._scalar();
    if (scalar) {
      const lexeme = { kind: scalar, start, end: this._at, members: [] };
      this._match(BLANK);
      return lexeme;
    }
    if (depth >= DEPTH) {
      return null;
    }
    const kind = this._text[this._at] === '[' ? 'list' : 'dict';
    const members = kind === 'list' ? this._list(depth) : this._dict(depth);
    if (!members) {
      return null;
    }
    const lexeme: ILexeme = { kind, start, end: this._at, members };
    this._match(BLANK);
    return lexeme;
  }

  private _scalar(): LexemeKind | null {
    if (this._match(STRING) !== null) {
      return 'string';
    }
    if (this._match(NUMBER) !== null) {
      return 'number';
    }
    const word = this._match(WORD);
    return word === null ? null : word === 'null' ? 'null' : 'bool';
  }

  private _list(depth: number): ILexeme[] | null {
    this._skip('[');
    const members: ILexeme[] = [];
    if (this._skip(']')) {
      return members;
    }
    do {
      const member = this._value(depth + 1);
      if (!member) {
        return null;
      }
      members.push(member);
    } while (this._skip(','));
    return this._skip(']') ? members : null;
  }

  private _dict(depth: number): ILexeme[] | null {
    if (!this._skip('{')) {
      return null;
    }
    const members: ILexeme[] = [];
    const keys = new Set<string>();
    if (this._skip('}')) {
      return members;
    }
    do {
      this._match(BLANK);
      const quoted = this._match(STRING);
      if (quoted === null) {
        return null;
      }
      const key: unknown = JSON.parse(quoted);
      if (typeof key !== 'string' || keys.has(key) || !this._skip(':')) {
        return null;
      }
      keys.add(key);
      const member = this._value(depth + 1);
      if (!member) {
        return null;
      }
      members.push(member);
    } while (this._skip(','));
    return this._skip('}') ? members : null;
  }
}

/** The outermost value of a JSON text, or null where the text is not JSON. */
export function readLexemes(text: string): ILexeme | null {
  return new Reader(text).document();
}
