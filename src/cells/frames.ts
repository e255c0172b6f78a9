/** A place that a traceback names. */
export interface IFrame {
  /** execution count of a cell, as in `In[3]`; null: it is a file */
  readonly count: number | null;
  readonly file: string | null;
  /** from 1 */
  readonly line: number;
  /** the function, if it is said */
  readonly name: string | null;
}

// eslint-disable-next-line no-control-regex
const ANSI = /\x1b\[[0-9;?]*[ -/]*[@-~]/g;
const CELL = /^\s*(?:Cell |File )?In ?\[(\d+)\], line (\d+)(?:, in (.+))?/;
const FILE = /^\s*File "?(.+?)"?(?::|, line )(\d+)(?:, in (.+))?$/;
const MANY = 50;

/** The frames of a Python traceback, outermost first; at most fifty, the last. */
export function framesOf(traceback: readonly string[]): IFrame[] {
  const frames: IFrame[] = [];
  for (const line of traceback.join('\n').replace(ANSI, '').split('\n')) {
    const cell = CELL.exec(line);
    const file = cell ? null : FILE.exec(line);
    if (cell) {
      const [, count, at, name] = cell;
      frames.push({
        count: Number(count),
        file: null,
        line: Number(at),
        name: functionName(name)
      });
    } else if (file) {
      const [, path, at, name] = file;
      frames.push({
        count: null,
        file: path,
        line: Number(at),
        name: functionName(name)
      });
    }
  }
  return frames.slice(-MANY);
}

function functionName(text: string | undefined): string | null {
  const name = /^[^(\s]+/.exec(text ?? '')?.[0] ?? null;
  return name === '<module>' ? null : name;
}

/**
 * Where the contents manager has the original of a file that a run's copy was
 * made of; null: it is none, or lies outside of what the server serves.
 *
 * @param file - as a traceback names it, absolute
 * @param folder - the run folder
 * @param project - root of the project that was copied, absolute
 * @param notebook - the notebook's absolute path
 * @param contentsPath - the same for the contents manager
 */
export function originalOf(
  file: string,
  folder: string | null,
  project: string | null,
  notebook: string,
  contentsPath: string | null
): string | null {
  if (contentsPath === null || !notebook.endsWith(`/${contentsPath}`)) {
    return null;
  }
  const served = notebook.slice(0, -contentsPath.length);
  const copies = `${folder ?? ''}/files/`;
  const original =
    folder !== null && project !== null && file.startsWith(copies)
      ? `${project}/${file.slice(copies.length)}`
      : file;
  return original.startsWith(served) ? original.slice(served.length) : null;
}
