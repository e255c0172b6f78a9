import type { OutlineCell, Run } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import {
  cellName,
  cellStatus,
  cellStatusWord,
  cellTime,
  endOf
} from '../words/cells';
import { brief } from '../words/duration';

/** px; the style sheet says the same */
const ROW = 26;
const MARGIN = 10;

export interface ICellListProps {
  run: Run;
  outline: readonly OutlineCell[];
  now: Date;
  /** index of the cell that was chosen last */
  chosen: number | null;
  trans: TranslationBundle;
  onChoose: (index: number) => void;
}

/** Every code cell with how it went; only the rows in view exist. */
export function CellList(props: ICellListProps): React.JSX.Element {
  const { run, outline, now, chosen, trans, onChoose } = props;
  const cells = React.useMemo(
    () => outline.filter(({ number }) => number !== null),
    [outline, run.revision]
  );
  const [view, setView] = React.useState({ top: 0, height: 600 });
  const list = React.useRef<HTMLOListElement>(null);
  const measure = (node: HTMLElement) =>
    setView({ top: node.scrollTop, height: node.clientHeight || 600 });
  const first = Math.max(0, Math.floor(view.top / ROW) - MARGIN);
  const last = Math.min(
    cells.length,
    Math.ceil((view.top + view.height) / ROW) + MARGIN
  );
  const rows = cells.slice(first, last);
  const stop = rows.some(({ index }) => index === chosen)
    ? chosen
    : (rows[0]?.index ?? null);
  const walk = (event: React.KeyboardEvent) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const at = cells.findIndex(({ index }) => index === stop);
    const next = step === undefined ? undefined : cells[at + step];
    if (next) {
      event.preventDefault();
      onChoose(next.index);
      const node = list.current?.querySelector<HTMLElement>(
        `[data-list-cell="${next.index}"]`
      );
      node?.focus();
    }
  };
  return (
    <nav
      className="jp-Batch-cellList"
      aria-label={trans.__('Cells')}
      onScroll={event => measure(event.currentTarget)}
      onKeyDown={walk}
    >
      <ol
        ref={list}
        style={{
          paddingTop: first * ROW,
          paddingBottom: (cells.length - last) * ROW
        }}
      >
        {rows.map(cell => {
          const status = cellStatus(cell, run);
          const time = cellTime(cell, endOf(run, now));
          const name = cellName(trans, cell);
          return (
            <li key={cell.index}>
              <button
                type="button"
                data-list-cell={cell.index}
                data-status={status}
                aria-current={cell.index === chosen ? 'true' : undefined}
                tabIndex={cell.index === stop ? 0 : -1}
                title={name}
                onClick={() => onChoose(cell.index)}
              >
                <CellSign status={status} trans={trans} />
                <span className="jp-Batch-cellName">{name}</span>
                {time === null ? null : (
                  <span className="jp-Batch-cellTime">
                    {brief(trans, time)}
                  </span>
                )}
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

const SIGNS = {
  waiting: '○',
  never: '○',
  running: '▶',
  ok: '✔',
  error: '✖',
  interrupted: '⊘',
  kernel_died: '✖'
} as const;

/** Sign, colour, and the word for those who see neither. */
export function CellSign(props: {
  status: keyof typeof SIGNS;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { status, trans } = props;
  const word = cellStatusWord(trans, status);
  return (
    <span className="jp-Batch-cellSign" data-status={status} title={word}>
      <span aria-hidden={true}>{SIGNS[status]}</span>
      <span className="jp-Batch-unseen">{word}</span>
    </span>
  );
}
