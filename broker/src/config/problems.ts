import { BatchError, problem } from '@jupyterlab-batch/protocol';

interface IFound {
  readonly message: string;
  /** `file:line` */
  readonly origin: string;
  /** JSON pointer into the merged configuration */
  readonly pointer: string;
}

/** Collects what is wrong, so that a user mends all of it in one go. */
export class Problems {
  readonly #found: IFound[] = [];

  add(message: string, origin: string, path: readonly string[] = []): void {
    const pointer = path
      .map(key => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
      .join('');
    this.#found.push({ message, origin, pointer });
  }

  /** @throws BatchError `malformed_config` with every problem, if there is one */
  refuse(): void {
    if (this.#found.length === 0) {
      return;
    }
    const lines = this.#found.map(
      ({ origin, message }) => `${origin}: ${message}`
    );
    const [only] = lines;
    throw new BatchError(
      problem(
        'malformed_config',
        lines.length === 1 && only
          ? only
          : `The configuration has ${lines.length} problems.\n${lines.join('\n')}`,
        {
          errors: this.#found.map(({ message, origin, pointer }) => ({
            code: 'malformed_config',
            detail: message,
            pointer,
            parameter: null,
            origin
          }))
        }
      )
    );
  }
}
