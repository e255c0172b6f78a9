import type { Change, RunPage } from '@jupyterlab-batch/protocol';

/** so few are read one by one; runs of a page; pages that are read for the others */
const FEW = 20;
const PAGE = 200;
const PAGES = 10;

export interface IRestOptions {
  /** whether something newer than what is known is told of a run */
  isNews: (change: Change) => boolean;
  /** whether somebody has it in view */
  isKnown: (id: string) => boolean;
  /** Reads a page of all runs, the newest first, and learns from it. */
  page: (limit: number, cursor?: string) => Promise<RunPage>;
  /** Reads one run. */
  take: (change: Change) => Promise<void>;
}

/**
 * Reads the runs that changed and are on no page that is loaded: who was away wants
 * to know how many ended, not how many of those fit a page.
 */
export async function readRest(
  changes: readonly Change[],
  { isNews, isKnown, page, take }: IRestOptions
): Promise<void> {
  const left = () =>
    changes.filter(change => change.state !== null && isNews(change));
  let cursor: string | undefined;
  for (let read = 0; read < PAGES && left().length > FEW; read += 1) {
    const { next } = await page(PAGE, cursor);
    if (next === null) {
      break;
    }
    cursor = next;
  }
  const rest = left();
  const wanted =
    rest.length > FEW ? rest.filter(({ id }) => isKnown(id)) : rest;
  await Promise.all(wanted.map(take));
}
