import { parseArgs } from 'node:util';

/** What the launcher says when it starts a broker. */
export interface IArguments {
  /** data folder: database, key, log, lock */
  readonly data: string;
  readonly control: string;
  readonly job: string;
  /** the launcher's flock on `broker.lock`, held for life */
  readonly lockFd: number;
  /** one JSON line goes there once the sockets listen, or why they never will */
  readonly readyFd: number | null;
  /** Jupyter's config levels, low to high */
  readonly configPath: readonly string[];
}

/** @throws Error that says how to start the broker */
export function readArguments(argv: readonly string[]): IArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      data: { type: 'string' },
      control: { type: 'string' },
      job: { type: 'string' },
      'lock-fd': { type: 'string' },
      'ready-fd': { type: 'string' },
      'config-path': { type: 'string' }
    }
  });
  const need = (name: keyof typeof values): string => {
    const value = values[name];
    if (value === undefined || value === '') {
      throw new Error(
        `--${name} is missing. The broker is started by its launcher: any "jupyter batch" command does it.`
      );
    }
    return value;
  };
  return {
    data: need('data'),
    control: need('control'),
    job: need('job'),
    lockFd: descriptor(need('lock-fd')),
    readyFd:
      values['ready-fd'] === undefined ? null : descriptor(values['ready-fd']),
    configPath: (values['config-path'] ?? '').split(':').filter(Boolean)
  };
}

function descriptor(text: string): number {
  const fd = Number(text);
  if (!Number.isInteger(fd) || fd < 0) {
    throw new Error(`${text} is not a file descriptor.`);
  }
  return fd;
}
