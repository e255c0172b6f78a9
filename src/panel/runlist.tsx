import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { batchIcon } from '../icons';
import type { IRuns } from '../tokens';
import { isActive } from '../words/states';
import { useNow } from '../parts/now';
import { RunItem } from './runitem';
import { useRuns } from './runsnow';

export interface IRunListProps {
  model: IRuns;
  commands: CommandRegistry;
  trans: TranslationBundle;
  onShow: (id: string) => void;
}

/** The runs, newest first; what teaches while there are none. */
export function RunList(props: IRunListProps): React.JSX.Element {
  const { model, commands, trans, onShow } = props;
  const { runs, hasMore, connection } = useRuns(model);
  const now = useNow(runs.some(({ state }) => isActive(state)));
  if (runs.length === 0) {
    return connection.lastSeen === null ? (
      <p className="jp-Batch-hint">{trans.__('Asking for your runs…')}</p>
    ) : (
      <div className="jp-Batch-empty">
        <batchIcon.react tag="span" aria-hidden={true} />
        <p>{trans.__('No batch runs yet.')}</p>
        <p>
          {trans.__(
            'Open a notebook and press Run as batch in its toolbar. You see each parameter with where its value comes from, and the run goes on when you close the browser.'
          )}
        </p>
      </div>
    );
  }
  return (
    <>
      <ul className="jp-Batch-list" aria-label={trans.__('Runs')}>
        {runs.map(run => (
          <RunItem
            key={run.id}
            run={run}
            now={now}
            commands={commands}
            trans={trans}
            onShow={onShow}
          />
        ))}
      </ul>
      {hasMore ? (
        <button
          type="button"
          className="jp-Batch-more jp-mod-styled"
          data-action="load-more"
          onClick={() => void model.loadMore()}
        >
          {trans.__('Load more')}
        </button>
      ) : null}
    </>
  );
}
