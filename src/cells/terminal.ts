/**
 * What a terminal would show of a text: a carriage return writes over its line,
 * a backspace over one character. Colours stay. In one pass: a cell may print
 * megabytes without a single line break.
 */
export function asTerminal(text: string): string {
  return text.includes('\r') || text.includes('\b')
    ? text.split('\n').map(asLine).join('\n')
    : text;
}

function asLine(
  line: string,
  at: number,
  { length }: readonly string[]
): string {
  let end = line.length;
  // What would be written over the line has not come yet, or never will.
  while (at < length - 1 && line[end - 1] === '\r') {
    end--;
  }
  const begin = line.slice(0, Math.max(0, end - 1)).lastIndexOf('\r') + 1;
  return withoutErased(line.slice(begin, end));
}

function withoutErased(line: string): string {
  if (!line.includes('\b')) {
    return line;
  }
  const shown: string[] = [];
  for (const character of line) {
    const last = shown.at(-1);
    if (character === '\b' && last !== undefined && last !== '\b') {
      shown.pop();
    } else {
      shown.push(character);
    }
  }
  return shown.join('');
}
