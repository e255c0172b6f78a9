import type { RunState } from '@jupyterlab-batch/protocol';

import type { IBatchSettingsValues, RunFilter } from '../tokens';

/** In the order in which a run goes through them. */
export const STATES: readonly RunState[] = [
  'staged',
  'queued',
  'running',
  'finishing',
  'succeeded',
  'failed',
  'cancelled',
  'lost'
];
export type StateWish = '' | 'active' | 'ended' | RunState;
export type SpanWish = '' | 'today' | 'week' | 'month' | 'between';

/** What of a wish is one of a few words. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  state: ['', 'active', 'ended', ...STATES],
  span: ['', 'today', 'week', 'month', 'between'],
  order: ['newest', 'oldest', 'notebook']
};
/** Characters of a search, and of a label: a request has room for no book. */
export const LONGEST = { search: 500, label: 200 };
/** The last day of which the contract can write the time. */
export const LAST_DAY = '9999-12-30';

/** What the user wants to see, as the filter bar holds it. */
export interface IWish {
  readonly search: string;
  readonly state: StateWish;
  /** runs of the notebook in front only */
  readonly here: boolean;
  /** empty: any */
  readonly target: string;
  readonly label: string;
  readonly span: SpanWish;
  /** days as `<input type="date">` gives them, for `between`; empty: open */
  readonly from: string;
  readonly to: string;
  readonly order: 'newest' | 'oldest' | 'notebook';
  readonly grouped: boolean;
}

export const EVERYTHING: IWish = {
  search: '',
  state: '',
  here: false,
  target: '',
  label: '',
  span: '',
  from: '',
  to: '',
  order: 'newest',
  grouped: false
};

/** What is set for the list in the settings editor. */
export type ListSettings = Pick<
  IBatchSettingsValues,
  'panelShows' | 'panelGrouped'
>;

/**
 * What a list begins with.
 *
 * @param kept - what this browser showed last; null: nothing yet
 */
export function beginning(
  kept: IWish | null,
  { panelShows, panelGrouped: grouped }: ListSettings
): IWish {
  if (panelShows === null) {
    return kept ?? { ...EVERYTHING, grouped };
  }
  return {
    ...EVERYTHING,
    grouped,
    order: kept?.order ?? EVERYTHING.order,
    state: panelShows === 'active' ? 'active' : '',
    here: panelShows === 'here'
  };
}

/** A wish that has a name. */
export interface ISavedWish {
  readonly name: string;
  readonly wish: IWish;
}

/** True where a run may be hidden by the wish; order and groups hide none. */
export function narrows(wish: IWish): boolean {
  return (
    wish.search.trim() !== '' ||
    wish.state !== '' ||
    wish.here ||
    hidden(wish) > 0
  );
}

/** How many of the filters are set that the bar folds away. */
export function hidden({ target, label, span, from, to }: IWish): number {
  const timed = span === 'between' ? from !== '' || to !== '' : span !== '';
  return [target !== '', label !== '', timed].filter(Boolean).length;
}

/**
 * The wish in the words of the contract.
 *
 * @param notebook - how runs name the notebook in front; null: none is
 */
export function filterOf(
  wish: IWish,
  notebook: string | null,
  now: Date
): RunFilter {
  const { search, state, here, target, label, order } = wish;
  return {
    ...(search.trim() === ''
      ? {}
      : { q: search.trim().slice(0, LONGEST.search) }),
    ...(state === '' ? {} : { state }),
    ...(here && notebook !== null ? { notebook } : {}),
    ...(target === '' ? {} : { target }),
    ...(label === '' ? {} : { label: label.slice(0, LONGEST.label) }),
    ...spanOf(wish, now),
    ...(order === 'newest' ? {} : { order })
  };
}

const DAYS: Partial<Record<SpanWish, number>> = {
  today: 0,
  week: 6,
  month: 29
};

function spanOf({ span, from, to }: IWish, now: Date): RunFilter {
  if (span === 'between') {
    return {
      ...(isDay(from) ? { after: midnight(from, 0) } : {}),
      // The last day belongs to the span.
      ...(isDay(to) ? { before: midnight(to, 1) } : {})
    };
  }
  const days = DAYS[span];
  if (days === undefined) {
    return {};
  }
  const [y, m, d] = [now.getFullYear(), now.getMonth(), now.getDate() - days];
  return { after: new Date(y, m, d).toISOString() };
}

/** A field of a browser takes years of six digits. */
function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && text <= LAST_DAY;
}

/** Begin of a day where the user is, as the contract writes times. */
function midnight(day: string, later: number): string {
  const [y, m, d] = day.split('-').map(Number);
  return new Date(y, m - 1, d + later).toISOString();
}

/** What a state database holds may be of another version, or not ours at all. */
export function readWish(saved: unknown): IWish {
  const wish: Record<string, unknown> = { ...EVERYTHING };
  if (typeof saved === 'object' && saved !== null) {
    for (const [key, value] of Object.entries(saved)) {
      const known =
        !Object.hasOwn(WORDS, key) || WORDS[key].includes(String(value));
      if (key in wish && typeof value === typeof wish[key] && known) {
        wish[key] = value;
      }
    }
  }
  return wish as unknown as IWish;
}
