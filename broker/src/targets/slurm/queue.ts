import type { ICommands } from './commands.ts';

/** One job of ours as squeue tells of it. */
export interface IQueued {
  readonly id: string;
  /** the attempt's id */
  readonly name: string;
  readonly state: string;
  readonly exit: string;
  readonly host: string;
  readonly start: string;
  /** when the job was submitted */
  readonly submitted: string;
  readonly reason: string;
}

export type Listing =
  | { readonly kind: 'ok'; readonly jobs: readonly IQueued[] }
  | { readonly kind: 'silent'; readonly why: string };

const FIELDS = [
  'JobID',
  'Name',
  'Comment',
  'State',
  'exit_code',
  'BatchHost',
  'StartTime',
  'SubmitTime',
  'Reason'
] as const;
const SEPARATOR = '|';

/** A run's UUID and a number: the only names that are ours. */
const OURS =
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\.[1-9][0-9]*$/;

/** Asks for the jobs of this user, those that have just ended too. */
export async function list(
  commands: ICommands,
  user: string,
  name?: string
): Promise<Listing> {
  const said = await commands.run('squeue', [
    '--noheader',
    '--states=all',
    `--user=${user}`,
    ...(name === undefined ? [] : [`--name=${name}`]),
    `--Format=${FIELDS.map(field => `${field}:${SEPARATOR}`).join(',')}`
  ]);
  if (said.kind === 'ok') {
    return said.complaint === null || said.warns
      ? read(said.text)
      : { kind: 'silent', why: said.complaint };
  }
  return { kind: 'silent', why: said.kind === 'no' ? said.message : said.why };
}

/**
 * Reads a listing whole or not at all: of half a line nobody knows what it was
 * to say, and a job that is missing from it is not gone.
 */
export function read(text: string): Listing {
  if (text !== '' && !text.endsWith('\n')) {
    return { kind: 'silent', why: 'squeue stopped in the middle of a line' };
  }
  /** by number: one that is listed twice is no twin of itself */
  const jobs = new Map<string, IQueued>();
  for (const line of text.split('\n').filter(part => part.trim() !== '')) {
    const fields = line.split(SEPARATOR).map(field => field.trim());
    const [id, name, comment, state, exit, host, start, submitted, ...reason] =
      fields;
    if (fields.length < FIELDS.length || !/^\d+$/.test(id)) {
      // an array or a name with a | in it: not ours
      if (fields.length >= 3 && /^\d+(_|$)/.test(id)) {
        continue;
      }
      return { kind: 'silent', why: 'squeue answered with something else' };
    }
    // a stranger may have called a job of his anything, but not both by chance
    if (OURS.test(name) && comment === name) {
      jobs.set(id, {
        id,
        name,
        state,
        exit,
        host,
        start,
        submitted,
        reason: reason.filter(word => word !== '').join(SEPARATOR)
      });
    }
  }
  return { kind: 'ok', jobs: [...jobs.values()] };
}
