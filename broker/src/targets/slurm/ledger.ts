import type { IJob } from '../target.ts';
import type { ICommands, Said } from './commands.ts';
import type { IQueued } from './queue.ts';
import { phaseOf } from './states.ts';

const FIELDS = ['JobIDRaw', 'JobName', 'State', 'ExitCode'] as const;
const SEPARATOR = '|';
/** in one question */
const MOST = 500;
/** Where there is no accounting, there will be none soon. */
const NONE_MS = 600_000;
const NONE = /accounting storage is disabled|cannot be run \(ENOENT\)/i;

/** Ends, by attempt. */
type Ends = ReadonlyMap<string, IQueued>;

const NOTHING: Ends = new Map();

/**
 * The accounting of a cluster, where it has one: it still knows how a job ended that
 * the controller has forgotten (`MinJobAge` after its end, or by a restart).
 */
export class Ledger {
  readonly #commands: ICommands;
  readonly #uid: number;
  readonly #clock: () => number;
  #noneUntil = -Infinity;

  constructor(commands: ICommands, uid: number, clock: () => number) {
    this.#commands = commands;
    this.#uid = uid;
    this.#clock = clock;
  }

  /**
   * How these jobs ended. One that it does not know, that it believes to be under
   * way, or that has our number and another name, is not in the answer.
   */
  async ends(jobs: ReadonlyMap<string, IJob>): Promise<Ends> {
    if (jobs.size === 0 || this.#clock() < this.#noneUntil) {
      return NOTHING;
    }
    const asked = [...jobs].slice(0, MOST);
    const said = await this.#commands.run('sacct', [
      '--noheader',
      '--parsable2',
      '--allocations',
      // a number that was given twice has two lines
      '--duplicates',
      `--uid=${this.#uid}`,
      `--jobs=${asked.map(([, { native }]) => native).join(',')}`,
      `--format=${FIELDS.join(',')}`
    ]);
    if (said.kind !== 'ok') {
      this.#noneUntil = NONE.test(whyOf(said))
        ? this.#clock() + NONE_MS
        : -Infinity;
      return NOTHING;
    }
    return read(said.text, new Map(asked));
  }
}

const whyOf = (said: Said): string =>
  said.kind === 'no' ? said.message : said.kind === 'silent' ? said.why : '';

/** Reads lines that are whole; of what is none nothing is known. */
export function read(
  text: string,
  jobs: ReadonlyMap<string, IJob>
): Map<string, IQueued> {
  const ends = new Map<string, IQueued>();
  for (const line of text.split('\n').slice(0, -1)) {
    const [id, name, state, exit, ...more] = line.split(SEPARATOR);
    if (
      more.length === 0 &&
      exit !== undefined &&
      jobs.get(name)?.native === id &&
      phaseOf(state).phase === 'over'
    ) {
      ends.set(name, {
        id,
        name,
        state,
        exit,
        host: '',
        start: '',
        submitted: '',
        reason: ''
      });
    }
  }
  return ends;
}
