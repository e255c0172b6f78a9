/** Entries of one page, and the most that one answer holds. */
export const PAGE = 50;
const MOST = 500;

interface IAgainOptions<P> {
  /** how many entries are shown: as many are read, and at least a page */
  length: number;
  read: (limit: number, cursor?: string) => Promise<P>;
  /** how many entries a page has */
  size: (page: P) => number;
  /** nobody wants the rest any more */
  stop: () => boolean;
}

/**
 * Reads a list anew: whoever looks at the end of a long one shall still find it there.
 *
 * @throws what `read` rejects with
 */
export async function readAgain<P extends { readonly next: string | null }>({
  length,
  read,
  size,
  stop
}: IAgainOptions<P>): Promise<[P, ...P[]]> {
  let page = await read(Math.min(MOST, Math.max(PAGE, length)));
  const pages: [P, ...P[]] = [page];
  let known = size(page);
  while (page.next !== null && known < length && !stop()) {
    page = await read(MOST, page.next);
    pages.push(page);
    known += size(page);
  }
  return pages;
}
