import { stat } from 'node:fs/promises';

import { BatchError, problem } from '@jupyterlab-batch/protocol';

import type { IRunDoc } from './doc.ts';
import { Reader, ReaderFailed } from './reader.ts';

/** Runs that are looked at at once; the longest unused one makes room. */
const AT_ONCE = 4;
const UNUSED_MS = 60_000;
/** A page is cut so that it takes well under a second. */
const LONGEST_MS = 30_000;

interface IOpen {
  readonly reader: Reader;
  timer: NodeJS.Timeout;
  used: number;
}

/** The runs that somebody looks at, each with a process that folds for it. */
export class Readers {
  readonly #open = new Map<string, IOpen>();
  #uses = 0;

  /**
   * @returns the answer as it came, JSON
   * @throws BatchError `not_found` when the run folder is gone
   */
  async ask(run: IRunDoc, question: object): Promise<Buffer> {
    if (!(await exists(run.folder))) {
      throw new BatchError(
        problem(
          'not_found',
          run.attempt === null
            ? 'The run has no folder yet: its files are being copied.'
            : `The run folder ${run.folder} is no longer there, and with it what the cells put out.`
        )
      );
    }
    const { reader } = this.#of(run);
    const late = setTimeout(() => this.#close(run.id), LONGEST_MS);
    try {
      return await reader.ask(question);
    } catch (error) {
      if (error instanceof ReaderFailed) {
        throw new BatchError(
          problem(
            'internal',
            `The cells of this run cannot be read: ${error.message}. They are in events.jsonl in ${run.folder}.`
          )
        );
      }
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  closeAll(): void {
    [...this.#open.keys()].forEach(id => this.#close(id));
  }

  #of(run: IRunDoc): IOpen {
    let open = this.#open.get(run.id);
    if (open?.reader.gone) {
      this.#close(run.id);
      open = undefined;
    }
    if (!open) {
      this.#makeRoom();
      open = {
        reader: new Reader(run.spec.python, run.folder, run.spec.environment),
        timer: setTimeout(() => undefined, 0),
        used: 0
      };
      this.#open.set(run.id, open);
    }
    clearTimeout(open.timer);
    open.timer = setTimeout(() => this.#close(run.id), UNUSED_MS);
    open.timer.unref();
    open.used = ++this.#uses;
    return open;
  }

  #makeRoom(): void {
    if (this.#open.size < AT_ONCE) {
      return;
    }
    const [oldest] = [...this.#open]
      .filter(([, { reader }]) => !reader.busy)
      .sort(([, a], [, b]) => a.used - b.used);
    if (oldest) {
      this.#close(oldest[0]);
    }
  }

  #close(id: string): void {
    const open = this.#open.get(id);
    if (open) {
      this.#open.delete(id);
      clearTimeout(open.timer);
      open.reader.close();
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false
  );
}
