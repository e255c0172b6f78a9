import type { ChainPlace, Layer } from '@jupyterlab-batch/protocol';

import type { IRow } from './rows';

/** One line of the ladder: a place of the chain, and what it gives. */
export interface IRung {
  layer: Layer;
  /** where the value stands, or what was looked at in vain */
  origin: string;
  /** null: the place has nothing */
  text: string | null;
  /** this one is what the run gets */
  wins: boolean;
}

/**
 * The chain for one parameter from high to low, with the places that have
 * nothing, so that an author sees where a value could be given. Places that are
 * off for this notebook are left out, as is the site where it sets nothing.
 */
export function rungsOf(row: IRow, places: readonly ChainPlace[]): IRung[] {
  const { chain, edited, text, declaration } = row;
  const found: Omit<IRung, 'wins'>[] = chain
    ? [{ layer: chain.layer, origin: chain.origin, text: chain.text }]
    : [];
  found.push(...(chain?.shadowed ?? []));
  if (edited) {
    found.unshift({ layer: 'override', origin: '', text });
  }
  const rungs = places.flatMap(({ layer, where }): IRung[] => {
    const here = found.filter(each => each.layer === layer);
    if (here.length > 0) {
      return here.map(({ origin, text: value }) => ({
        layer,
        origin,
        text: value,
        wins: false
      }));
    }
    return where === null || layer === 'admin' || layer === 'override'
      ? []
      : [
          {
            layer,
            origin: where.replace('_*', `_${declaration.name}`),
            text: null,
            wins: false
          }
        ];
  });
  const first = rungs.findIndex(rung => rung.text !== null);
  return rungs.map((rung, index) => ({ ...rung, wins: index === first }));
}
