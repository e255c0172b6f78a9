import * as React from 'react';

import { BulkBar } from './bulkbar';
import { Empty } from './empty';
import { FilterBar } from './filterbar';
import type { IPanelOptions } from './panel';
import { RunList } from './runlist';
import { useSelection } from './selected';
import { useChanges } from '../parts/follow';
import { narrows } from './wish';

/** Filter, list, and what can be done with the runs that are chosen. */
export default function List(
  props: IPanelOptions & { onShow: (id: string) => void }
): React.JSX.Element {
  const { runs, model, commands, extensions, trans, onShow } = props;
  useChanges(model);
  useChanges(extensions);
  const [selection, setSelection] = useSelection(model);
  const { rows, wish } = model;
  const filtered = narrows(wish);
  return (
    <>
      {rows.count > 0 || filtered || !model.loaded ? (
        <FilterBar model={model} trans={trans} />
      ) : null}
      <BulkBar
        chosen={selection.chosen}
        commands={commands}
        trans={trans}
        onClear={() => setSelection({ ...selection, chosen: new Set() })}
      />
      {rows.count > 0 ? (
        <RunList
          runs={runs}
          rows={rows}
          edition={model.edition}
          grouped={wish.grouped}
          selection={selection}
          commands={commands}
          extensions={extensions}
          trans={trans}
          onSelect={setSelection}
          onOpen={({ id }) => onShow(id)}
          onToggle={notebook => model.toggle(notebook)}
          onLabel={label => model.change({ label })}
        />
      ) : model.loaded ? (
        <Empty
          commands={commands}
          trans={trans}
          filtered={filtered}
          onClear={() => model.clear()}
        />
      ) : (
        <p className="jp-Batch-hint">
          {runs.connection.lastSeen
            ? trans.__('Looking…')
            : trans.__('Asking for your runs…')}
        </p>
      )}
    </>
  );
}
