import type { TranslationBundle } from '@jupyterlab/translation';
import { filterIcon, HTMLSelect } from '@jupyterlab/ui-components';
import * as React from 'react';

import { count } from '../words/locale';
import { stateWord } from '../words/states';
import { FilterMore } from './filtermore';
import type { PanelModel } from './model';
import { hidden, LONGEST, STATES, type StateWish } from './wish';

/** What to show: a search, the state, this notebook, and more when unfolded. */
export function FilterBar(props: {
  model: PanelModel;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { model, trans } = props;
  const { wish, front } = model;
  const [open, setOpen] = React.useState(false);
  const folded = hidden(wish);
  const unfold = () => {
    setOpen(!open);
    if (!open) {
      void model.askTargets();
    }
  };
  const more =
    folded > 0
      ? trans._n(
          'More filters, %2 is set',
          'More filters, %2 are set',
          folded,
          count(folded)
        )
      : trans.__('More filters, order and groups');
  return (
    <div
      className="jp-Batch-filter"
      role="search"
      aria-label={trans.__('Filter runs')}
    >
      <input
        type="search"
        className="jp-mod-styled jp-Batch-search"
        data-filter="search"
        maxLength={LONGEST.search}
        placeholder={trans.__('Search notebook, label, values…')}
        aria-label={trans.__('Search runs')}
        value={wish.search}
        onChange={event => model.change({ search: event.target.value })}
      />
      <div className="jp-Batch-filterRow">
        <HTMLSelect
          data-filter="state"
          aria-label={trans.__('State')}
          value={wish.state}
          onChange={event =>
            model.change({ state: event.target.value as StateWish })
          }
        >
          <option value="">{trans.__('All states')}</option>
          <option value="active">{trans.__('not ended')}</option>
          <option value="ended">{trans.__('ended')}</option>
          {STATES.map(state => (
            <option key={state} value={state}>
              {stateWord(trans, { state, cancelling: false, deleting: false })}
            </option>
          ))}
        </HTMLSelect>
        <button
          type="button"
          className="jp-Batch-toggle"
          data-filter="here"
          aria-pressed={wish.here && front !== null}
          disabled={front === null}
          title={
            front === null
              ? trans.__('No notebook is open in front')
              : trans.__('Only runs of %1', front)
          }
          onClick={() => model.change({ here: !wish.here })}
        >
          {trans.__('This notebook')}
        </button>
        <button
          type="button"
          className="jp-Batch-iconButton"
          data-filter="more"
          aria-expanded={open}
          aria-label={more}
          title={more}
          onClick={unfold}
        >
          <filterIcon.react tag="span" aria-hidden={true} />
          {folded > 0 ? (
            <span className="jp-Batch-count" aria-hidden={true}>
              {count(folded)}
            </span>
          ) : null}
        </button>
      </div>
      {open ? <FilterMore model={model} trans={trans} /> : null}
    </div>
  );
}
