/**
 * What a terminal would show of a text: a carriage return writes over its line,
 * a backspace over one character. Colours stay.
 */
export function asTerminal(text: string): string {
  let shown = text.replace(/\r+\n/g, '\n').replace(/[^\n]*\r(?=[^\n])/g, '');
  for (let before = ''; before !== shown;) {
    before = shown;
    // eslint-disable-next-line no-control-regex
    shown = shown.replace(/[^\n\x08]\x08/g, '');
  }
  return shown;
}
