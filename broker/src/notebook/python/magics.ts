/** Cell magics whose body is Python in the user's own namespace. */
const TRANSPARENT = /^%%(time|capture)\b/;
const CELL_MAGIC = /^\s*%%/;
const PROMPT = /[ \t]*(?=([%!?,;/]))/y;
const LONG = /[rRuUbBfF]{0,2}("""|''')/y;
/** What means nothing here, up to the next sign that might. */
const PLAIN = /[\p{L}_ .,:*+<>-]+[0-9]*(?![0-9.])/uy;
/** `3.` and `3.e5`, which Lezer's grammar does not know as numbers. */
const WHOLE = /(?<![\w.])[0-9][0-9_]*\.(?=[eEjJ]|[^\w.]|$)/y;

/**
 * Replaces what only IPython understands (magics, shell lines, help) by blanks
 * of the same length, so that every offset holds. In `x = !ls` the right side
 * becomes a name: x is set, and not by a literal. Only lines where a
 * statement can begin count: `%` inside brackets is an operator.
 */
export function maskMagics(source: string): string {
  let start = 0;
  if (CELL_MAGIC.test(source)) {
    const first = /\S.*/.exec(source);
    if (!first || !TRANSPARENT.test(first[0])) {
      return blank(source);
    }
    start = first.index + first[0].length;
  }
  let masked = blank(source.slice(0, start));
  let kept = start;
  let at = start;
  let depth = 0;
  let line = start;
  const hide = (from: number, by: string) => {
    const end = lineEnd(source, from);
    const hidden = by + blank(source.slice(from + by.length, end));
    masked += source.slice(kept, from) + hidden;
    kept = at = end;
  };
  let fresh = true;
  while (at < source.length) {
    if (fresh) {
      fresh = false;
      line = at;
      PROMPT.lastIndex = at;
      if (PROMPT.test(source)) {
        hide(at, '');
        continue;
      }
    }
    const sign = source[at];
    switch (sign) {
      case '\n':
        fresh = depth === 0;
        at += 1;
        break;
      case '\\':
        at += source.startsWith('\r\n', at + 1) ? 3 : 2;
        break;
      case '#':
        at = endOf(source, at);
        break;
      case '"':
      case "'":
        at = stringEnd(source, at);
        break;
      case '(':
      case '[':
      case '{':
        depth += 1;
        at += 1;
        break;
      case ')':
      case ']':
      case '}':
        depth = Math.max(0, depth - 1);
        at += 1;
        break;
      case '?':
        // no Python has a question mark outside of strings and comments
        if (depth === 0 && line >= kept) {
          hide(line, '');
        } else {
          at += 1;
        }
        break;
      case '=': {
        const magic = /=[ \t]*(?=[!%])(?!!=)/y;
        magic.lastIndex = at;
        const found = depth === 0 && magic.exec(source);
        if (found && !/[=!<>+\-*/%&|^@:]/.test(source[at - 1] ?? '')) {
          const from = at + found[0].length;
          const code = source.slice(from, endOf(source, from)).trimEnd();
          hide(from, '_'.repeat(code.length));
        } else {
          at += 1;
        }
        break;
      }
      default: {
        WHOLE.lastIndex = at;
        const number = WHOLE.exec(source);
        if (number) {
          const point = at + number[0].length - 1;
          masked += source.slice(kept, point) + '0';
          kept = at = point + 1;
        } else {
          PLAIN.lastIndex = at + 1;
          PLAIN.test(source);
          at = Math.max(at + 1, PLAIN.lastIndex);
        }
      }
    }
  }
  return masked + source.slice(kept);
}

/** The end of the string that begins at a quote; of the line, if it is torn. */
function stringEnd(source: string, at: number): number {
  LONG.lastIndex = at;
  const long = LONG.exec(source);
  const quote = long ? long[1] : source[at];
  let end = at + quote.length;
  while (end < source.length) {
    if (source[end] === '\\') {
      end += 2;
    } else if (source.startsWith(quote, end)) {
      return end + quote.length;
    } else if (!long && source[end] === '\n') {
      return end;
    } else {
      end += 1;
    }
  }
  return source.length;
}

/** The end of the line, or of the last line that a backslash joins to it. */
function lineEnd(source: string, from: number): number {
  let end = endOf(source, from);
  while (end < source.length && /\\\r?$/.test(source.slice(from, end))) {
    end = endOf(source, end + 1);
  }
  return end;
}

function endOf(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end < 0 ? source.length : end;
}

export function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}
