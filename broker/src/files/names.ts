import { isUtf8 } from 'node:buffer';

const LONE = /[\ud800-\udfff]/u;

/**
 * A file name is bytes. One that is UTF-8 is itself; every other byte becomes a
 * lone surrogate U+DC80…U+DCFF, as Python's `surrogateescape` writes it, so that
 * broker and runner speak of one file by one string, through JSON too.
 */
export function decodeName(bytes: Buffer): string {
  if (isUtf8(bytes)) {
    return bytes.toString('utf8');
  }
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const length = sequence(bytes, at);
    text +=
      length > 0
        ? bytes.toString('utf8', at, at + length)
        : String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
    at += Math.max(length, 1);
  }
  return text;
}

/** What `fs` has to be given for a path of decoded names. */
export function onDisk(path: string): string | Buffer {
  if (!LONE.test(path)) {
    return path;
  }
  const pieces = Array.from(path, letter => {
    const code = letter.codePointAt(0) ?? 0;
    return code >= 0xdc80 && code <= 0xdcff
      ? Buffer.from([code - 0xdc00])
      : Buffer.from(letter);
  });
  return Buffer.concat(pieces);
}

/** For people and for wires that want well-formed Unicode. */
export function printable(path: string): string {
  return path.replace(new RegExp(LONE.source, 'gu'), '\ufffd');
}

/** Length of the UTF-8 sequence that begins at `at`; 0 if none does. */
function sequence(bytes: Buffer, at: number): number {
  const lead = bytes[at] ?? 0;
  const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}
