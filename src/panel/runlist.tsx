import type { Run } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { useVirtualizer } from '@tanstack/react-virtual';
import * as React from 'react';

import { CommandIDs, type IBatchExtensions, type IRuns } from '../tokens';
import { isActive } from '../words/states';
import { useHeld } from './held';
import { deedOf, type Deed } from './keys';
import { Line } from './line';
import { useNow } from '../parts/now';
import type { IRows, Row } from './rows';
import {
  chooseAll,
  extendTo,
  focusOn,
  NOTHING,
  toggle,
  type ISelection
} from './selection';

/** Pixels of a line before it is measured; lines read ahead of the end. */
const ESTIMATE = { run: 74, notebook: 30, more: 34 };
const AHEAD = 10;

export interface IRunListProps {
  runs: IRuns;
  rows: IRows;
  /** of the lines, see `PanelModel` */
  edition: number;
  /** true: the lines are those of a tree */
  grouped: boolean;
  selection: ISelection;
  commands: CommandRegistry;
  extensions: IBatchExtensions;
  trans: TranslationBundle;
  onSelect: (selection: ISelection) => void;
  onOpen: (run: Run) => void;
  onToggle: (notebook: string) => void;
  onLabel: (label: string) => void;
}

/** The lines in view of however many there are, for pointer and keyboard. */
export function RunList(props: IRunListProps): React.JSX.Element {
  const { rows, grouped, trans, commands, onSelect } = props;
  const scroller = React.useRef<HTMLDivElement>(null);
  const pointed = React.useRef(false);
  /** the line that gets the focus as soon as it is rendered */
  const wanted = React.useRef<string | null>(null);
  const place = Math.max(0, rows.indexOf(props.selection.focus ?? ''));
  // Until a line was gone to, Tab leads to the first.
  const selection =
    props.selection.focus === null && rows.count > 0
      ? focusOn(props.selection, rows.at(place).key)
      : props.selection;
  const lines = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: rows.count,
    getScrollElement: () => scroller.current,
    estimateSize: index => ESTIMATE[rows.at(index).kind],
    getItemKey: React.useCallback(
      (index: number) => rows.at(index).key,
      [rows]
    ),
    overscan: 3,
    // The line that has the focus stays, or the keyboard would lose its place.
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const first = Math.max(0, startIndex - overscan);
      const last = Math.min(count - 1, endIndex + overscan);
      const seen = Array.from(
        { length: Math.max(0, last - first + 1) },
        (_, index) => first + index
      );
      return place < first
        ? [place, ...seen]
        : place > last && place < count
          ? [...seen, place]
          : seen;
    }
  });
  const { above, hold } = useHeld(
    lines,
    rows,
    props.edition,
    scroller,
    () =>
      pointed.current ||
      (scroller.current?.contains(document.activeElement) ?? false)
  );
  const items = lines.getVirtualItems();
  const shown = items.map(({ index }) => rows.at(index));
  const now = useNow(
    props.runs,
    shown.some(row => row.kind === 'run' && isActive(row.run.state))
  );
  useReadAhead(rows, items.at(-1)?.index ?? 0);

  const go = (to: number) => {
    lines.scrollToIndex(to);
    wanted.current = rows.at(to).key;
  };
  React.useLayoutEffect(() => {
    const line = wanted.current && lineOf(scroller.current, wanted.current);
    if (line) {
      wanted.current = null;
      line.focus({ preventScroll: true });
    }
  });
  const perform = (deed: Deed, from: HTMLElement) => {
    const row = rows.at(place);
    switch (deed.kind) {
      case 'go':
        onSelect(
          deed.extend
            ? extendTo(selection, rows, deed.to)
            : focusOn(selection, rows.at(deed.to).key)
        );
        return go(deed.to);
      case 'all':
        return onSelect(chooseAll(selection, rows));
      case 'none':
        return onSelect({ ...selection, chosen: NOTHING.chosen });
      case 'toggle':
        return row.kind === 'run'
          ? onSelect(toggle(selection, row.key))
          : press(row, props);
      case 'open':
        return press(row, props);
      case 'delete': {
        const { chosen } = selection;
        const ids =
          chosen.size > 0 ? [...chosen] : row.kind === 'run' ? [row.key] : [];
        if (ids.length > 0) {
          void commands.execute(CommandIDs.deleteRuns, { ids });
        }
        return;
      }
      case 'into':
      case 'out':
        return sideways(deed.kind, row, from, props.onToggle);
    }
  };
  const listen = (event: React.KeyboardEvent<HTMLDivElement>) => {
    const from = event.target as HTMLElement;
    const inside = from.getAttribute('role') !== 'row';
    const rtl = getComputedStyle(event.currentTarget).direction === 'rtl';
    const page = Math.max(1, items.length - 10);
    const deed = deedOf(event, place, rows, page, rtl);
    // A button in the line keeps its own keys.
    const own = inside && (deed?.kind === 'open' || deed?.kind === 'toggle');
    if (deed && !own && rows.count > 0) {
      event.preventDefault();
      event.stopPropagation();
      perform(deed, from);
    }
  };

  return (
    <div className="jp-Batch-listBox">
      {above ? (
        <button
          type="button"
          className="jp-Batch-above jp-mod-styled"
          data-action="to-top"
          onClick={() => lines.scrollToOffset(0)}
        >
          {trans.__('New runs above')}
        </button>
      ) : null}
      <div
        ref={scroller}
        className="jp-Batch-scroller"
        role={grouped ? 'treegrid' : 'grid'}
        aria-label={trans.__('Runs')}
        aria-multiselectable={true}
        aria-rowcount={rows.count}
        onKeyDown={listen}
        onScroll={hold}
        onPointerEnter={() => (pointed.current = true)}
        onPointerLeave={() => (pointed.current = false)}
      >
        <div
          role="rowgroup"
          className="jp-Batch-lines"
          style={{ height: lines.getTotalSize() }}
        >
          {items.map(({ index, key, start }, position) => (
            <Line
              {...props}
              key={key}
              selection={selection}
              index={index}
              start={start}
              measure={lines.measureElement}
              row={shown[position]}
              focused={index === place}
              now={now}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

/** Reads the next page before the end of the loaded ones is in view. */
function useReadAhead(rows: IRows, last: number): void {
  React.useEffect(() => {
    const end = Math.min(rows.count - 1, last + AHEAD);
    for (let index = Math.max(0, last - AHEAD); index <= end; index++) {
      const row = rows.at(index);
      if (row.kind === 'more' && !row.loading) {
        row.load();
        return;
      }
    }
  }, [rows, last]);
}

function lineOf(
  scroller: HTMLElement | null,
  key: string
): HTMLElement | undefined {
  return [
    ...(scroller?.querySelectorAll<HTMLElement>('[role="row"]') ?? [])
  ].find(line => line.dataset.key === key);
}

function press(row: Row, props: IRunListProps): void {
  if (row.kind === 'run') {
    props.onOpen(row.run);
  } else if (row.kind === 'notebook') {
    props.onToggle(row.notebook);
  } else {
    row.load();
  }
}

/** Opens and closes a notebook; in a run, from button to button and back. */
function sideways(
  kind: 'into' | 'out',
  row: Row,
  from: HTMLElement,
  onToggle: (notebook: string) => void
): void {
  if (row.kind === 'notebook') {
    if (row.open === (kind === 'out')) {
      onToggle(row.notebook);
    }
    return;
  }
  const line = from.closest<HTMLElement>('[role="row"]');
  const buttons = [...(line?.querySelectorAll<HTMLElement>('button') ?? [])];
  const next = buttons.indexOf(from) + (kind === 'into' ? 1 : -1);
  (next < 0 ? line : (buttons[next] ?? from))?.focus();
}
