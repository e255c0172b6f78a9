const LITERAL = /^([a-zA-Z]{0,2})("""|'''|"|')([\s\S]*)\2$/;
const ESCAPE =
  /\\(\r?\n|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|[\s\S])/g;
const SIMPLE: Record<string, string> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v'
};

/**
 * The text of a Python string literal (Python reference, 2.5.1), or null where
 * it is not plain text: bytes, formatted, a character by name, half a surrogate
 * pair, NUL.
 */
export function decodeString(literal: string): string | null {
  const found = LITERAL.exec(literal);
  if (!found || /[bBfFtT]/.test(found[1])) {
    return null;
  }
  const body = found[3].replace(/\r\n?/g, '\n');
  let plain = true;
  const text = /[rR]/.test(found[1])
    ? body
    : body.replace(ESCAPE, (whole, escape: string) => {
        const decoded = decodeEscape(escape);
        plain &&= decoded !== null;
        return decoded ?? whole;
      });
  return plain && !text.includes('\0') ? text : null;
}

function decodeEscape(escape: string): string | null {
  if (escape.endsWith('\n')) {
    return '';
  }
  if (/^[xuU]./.test(escape)) {
    return character(parseInt(escape.slice(1), 16));
  }
  if (/^[0-7]/.test(escape)) {
    return character(parseInt(escape, 8));
  }
  if (/^[NxuU]/.test(escape)) {
    return null;
  }
  return SIMPLE[escape] ?? `\\${escape}`;
}

function character(code: number): string | null {
  return code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)
    ? null
    : String.fromCodePoint(code);
}
