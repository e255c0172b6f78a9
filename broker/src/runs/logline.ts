/** Events as a terminal would have shown them. */
export function told(lines: readonly string[]): string {
  let text = '';
  for (const line of lines) {
    const more = toldOf(parse(line));
    // What a cell printed need not end its line; what we say begins one.
    const apart = more.own && text !== '' && !text.endsWith('\n') ? '\n' : '';
    text += apart + more.text;
  }
  return text;
}

interface ITold {
  readonly text: string;
  /** false: a piece of a stream, which goes on where the one before ended */
  readonly own: boolean;
}

const NOTHING: ITold = { text: '', own: false };

function toldOf(event: Readonly<Record<string, unknown>>): ITold {
  switch (event.op) {
    case 'cell_started':
      return own(`\n── cell ${String(event.number)}${titled(event.title)} ──`);
    case 'stream':
      return { text: textOf(event.text), own: false };
    case 'output':
      return outputOf(record(event.output));
    case 'truncated':
      return own(
        `[cut after ${String(event.bytes)} bytes: the rest is in ${textOf(event.spill)} of the run folder]`
      );
    case 'warning':
      return own(`[warning: ${textOf(event.message)}]`);
    case 'run_ended':
      return event.message === null
        ? NOTHING
        : own(`\n[${textOf(event.message)}]`);
    default:
      return NOTHING;
  }
}

/** What is not text is told by its types; an image has a place in the notebook. */
function outputOf(output: Readonly<Record<string, unknown>>): ITold {
  switch (output.output_type) {
    case 'stream':
      return { text: textOf(output.text), own: false };
    case 'error': {
      const lines = Array.isArray(output.traceback)
        ? output.traceback.map(textOf)
        : [];
      return own(
        lines.length > 0
          ? lines.join('\n')
          : `${textOf(output.ename)}: ${textOf(output.evalue)}`
      );
    }
    default: {
      const plain = textOf(record(output.data)['text/plain']);
      return plain === '' ? NOTHING : own(plain);
    }
  }
}

function own(text: string): ITold {
  return { text: `${text}\n`, own: true };
}

function titled(title: unknown): string {
  return typeof title === 'string' && title !== '' ? ` · ${title}` : '';
}

/** Text of the notebook format: one string, or its lines. */
function textOf(text: unknown): string {
  return Array.isArray(text)
    ? text.map(String).join('')
    : typeof text === 'string'
      ? text
      : '';
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

function parse(line: string): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(line));
  } catch {
    return {}; // a hole that a crash of the host left
  }
}
