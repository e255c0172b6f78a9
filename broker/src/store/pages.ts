import { ByName } from './byname.ts';
import type { Database } from './database.ts';
import { Listing } from './listing.ts';
import type { Runs } from './runs.ts';
import type {
  INotebookPageResult,
  IRunPageQuery,
  IRunPageResult
} from './types.ts';

/** Pages of the list, in any of its orders. */
export class Pages {
  readonly #bySubmission: Listing;
  readonly #byName: ByName;

  constructor(db: Database, runs: Runs) {
    this.#bySubmission = new Listing(db, runs);
    this.#byName = new ByName(db, this.#bySubmission, runs);
  }

  page(query: IRunPageQuery): IRunPageResult {
    return this.#ordered(query).page(query);
  }

  notebooks(query: IRunPageQuery): INotebookPageResult {
    return this.#ordered(query).notebooks(query);
  }

  #ordered({ order }: IRunPageQuery): Listing | ByName {
    return order === 'notebook' ? this.#byName : this.#bySubmission;
  }
}
