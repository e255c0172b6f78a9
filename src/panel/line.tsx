import * as React from 'react';

import { NotebookItem } from './notebookitem';
import type { Row } from './rows';
import { RunItem } from './runitem';
import type { IRunListProps } from './runlist';
import { extendTo, focusOn, toggle } from './selection';

export interface ILineProps extends IRunListProps {
  row: Row;
  index: number;
  /** pixels from the top */
  start: number;
  focused: boolean;
  now: Date;
  measure: (node: HTMLDivElement | null) => void;
}

/** One line at its place: the row of a grid, with one cell. */
export function Line(props: ILineProps): React.JSX.Element {
  const { row, index, start, focused, grouped, selection, rows, onSelect } =
    props;
  const chosen = selection.chosen.has(row.key);
  const run = row.kind === 'run' ? row.run : null;
  const press = (event: React.MouseEvent) => {
    if (event.shiftKey && run) {
      event.preventDefault();
      onSelect(extendTo(selection, rows, index));
    } else if ((event.ctrlKey || event.metaKey) && run) {
      onSelect(toggle(selection, row.key));
    } else {
      onSelect(focusOn(selection, row.key));
      if (row.kind === 'notebook') {
        props.onToggle(row.notebook);
      }
    }
  };
  return (
    <div
      ref={props.measure}
      role="row"
      className={`jp-Batch-line jp-Batch-${row.kind}`}
      style={{ transform: `translateY(${start}px)` }}
      tabIndex={focused ? 0 : -1}
      data-index={index}
      data-key={row.key}
      data-run-id={run?.id}
      data-state={run?.state}
      aria-rowindex={index + 1}
      aria-selected={run ? chosen : undefined}
      aria-level={grouped ? (row.kind === 'notebook' ? 1 : 2) : undefined}
      aria-expanded={row.kind === 'notebook' ? row.open : undefined}
      onClick={press}
      onFocus={event => {
        if (event.target === event.currentTarget && !focused) {
          onSelect(focusOn(selection, row.key));
        }
      }}
    >
      <div role="gridcell" className="jp-Batch-lineCell">
        <Content {...props} chosen={chosen} />
      </div>
    </div>
  );
}

function Content(props: ILineProps & { chosen: boolean }): React.JSX.Element {
  const { row, trans, selection, onSelect } = props;
  switch (row.kind) {
    case 'run':
      return (
        <RunItem
          run={row.run}
          now={props.now}
          commands={props.commands}
          extensions={props.extensions}
          trans={trans}
          chosen={props.chosen}
          focused={props.focused}
          onOpen={() => props.onOpen(row.run)}
          onChoose={() => onSelect(toggle(selection, row.key))}
          onLabel={props.onLabel}
        />
      );
    case 'notebook':
      return <NotebookItem {...row} trans={trans} />;
    case 'more':
      return (
        <button
          type="button"
          className="jp-Batch-action"
          data-action="load-more"
          tabIndex={props.focused ? 0 : -1}
          onClick={row.load}
        >
          {row.loading ? trans.__('Loading more…') : trans.__('Load more')}
        </button>
      );
  }
}
