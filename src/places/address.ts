import { URLExt } from '@jupyterlab/coreutils';

import { CommandIDs } from '../tokens';

const NAME = 'batch-runs';
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Where the file page of Notebook 7 shows these runs: one, or some compared. */
export function addressOf(base: string, ids: readonly string[]): string {
  const query = URLExt.objectToQueryString({ [NAME]: ids.join(',') });
  return URLExt.join(base, 'tree') + query;
}

/**
 * What the query of an address asks for; null: nothing of ours. An address may
 * come from anybody: it can show runs, and nothing else.
 */
export function askedFor(
  query: string
): { command: string; args: { id?: string; ids?: string[] } } | null {
  const given = new URLSearchParams(query).get(NAME);
  if (given === null) {
    return null;
  }
  const ids = given.split(',').filter(id => ID.test(id));
  const [id] = ids;
  return id === undefined
    ? { command: CommandIDs.showRuns, args: {} }
    : ids.length === 1
      ? { command: CommandIDs.openRun, args: { id } }
      : { command: CommandIDs.compareRuns, args: { ids } };
}
