import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Cells } from '../cells/model';
import { useChanges } from '../parts/follow';
import { useNow } from '../parts/now';
import type { RunModel } from '../parts/runmodel';
import { Trouble } from '../parts/trouble';
import { cellName, cellStatus } from '../words/cells';
import { CellList } from './celllist';
import { CellView } from './cellview';
import { CHUNK, Chunks } from './chunks';
import type { IPlaces } from './frames';

export interface ICellsPaneProps {
  model: RunModel;
  cells: Cells;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
  /** files of a traceback */
  files: Pick<IPlaces, 'file' | 'openFile'>;
}

/** px from the end that still count as the end */
const END = 24;

/** The list of cells beside their outputs, which it follows to the end. */
export function CellsPane(props: ICellsPaneProps): React.JSX.Element {
  const { model, cells, rendermime, trans, files } = props;
  useChanges(cells);
  const { run } = model;
  const now = useNow(model.runs, model.active);
  const column = React.useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = React.useState<number | null>(null);
  const [following, setFollowing] = React.useState(model.active);
  useFollow(column, cells, following && model.active);
  const show = (index: number) => {
    setFollowing(false);
    setChosen(index);
    reveal(column.current, index);
  };
  if (!run) {
    return <p className="jp-Batch-hint">{trans.__('Asking…')}</p>;
  }
  const { outline } = cells;
  const failing = outline.find(
    cell => cellStatus(cell, run) === 'error' || cell.status === 'kernel_died'
  );
  const of = (count: number) =>
    outline.find(cell => cell.execution_count === count);
  const places: IPlaces = {
    ...files,
    cell: count => {
      const cell = of(count);
      return cell ? cellName(trans, cell) : null;
    },
    showCell: count => {
      const cell = of(count);
      if (cell) {
        show(cell.index);
      }
    }
  };
  return (
    <div className="jp-Batch-cells">
      <CellList
        run={run}
        outline={outline}
        now={now}
        chosen={chosen}
        trans={trans}
        onChoose={show}
      />
      <section className="jp-Batch-live" aria-label={trans.__('Outputs')}>
        <div className="jp-Batch-liveBar">
          {failing ? (
            <button
              type="button"
              data-action="failing-cell"
              onClick={() => show(failing.index)}
            >
              {trans.__('Go to the failing cell')}
            </button>
          ) : null}
          {model.active ? (
            <label>
              <input
                type="checkbox"
                data-action="follow"
                checked={following}
                onChange={event => setFollowing(event.target.checked)}
              />
              {trans.__('Follow the output')}
            </label>
          ) : null}
          <CellsTrouble cells={cells} trans={trans} />
        </div>
        <div
          ref={column}
          className="jp-Batch-column"
          tabIndex={0}
          role="group"
          aria-label={trans.__('Cells and outputs')}
          onWheel={event => {
            if (event.deltaY < 0) {
              setFollowing(false);
            }
          }}
          onPointerDown={event => {
            if (isOnScrollbar(event)) {
              setFollowing(false);
            }
          }}
          onTouchMove={() => setFollowing(false)}
          onKeyDown={event => {
            if (['PageUp', 'ArrowUp', 'Home'].includes(event.key)) {
              setFollowing(false);
            }
          }}
        >
          {cells.looked && outline.length === 0 ? (
            <p className="jp-Batch-hint">
              {trans.__('The notebook is being prepared.')}
            </p>
          ) : null}
          <Chunks
            total={outline.length}
            root={column}
            onShow={(from, to) => cells.show(from, to)}
            render={index => (
              <CellView
                run={run}
                cell={outline[index]}
                shown={cells.get(index)}
                now={now}
                cells={cells}
                places={places}
                rendermime={rendermime}
                trans={trans}
                paper={name => model.link(name, 'run')}
              />
            )}
          />
        </div>
      </section>
    </div>
  );
}

function CellsTrouble(props: {
  cells: Cells;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { cells, trans } = props;
  if (cells.failure === null) {
    return null;
  }
  return (
    <span role="status" className="jp-Batch-runMessage">
      <Trouble failure={cells.failure} trans={trans} />
    </span>
  );
}

/** Beside what an element shows of its content, on either side. */
function isOnScrollbar({
  clientX,
  currentTarget
}: React.PointerEvent<HTMLElement>): boolean {
  const { left } = currentTarget.getBoundingClientRect();
  const x = clientX - left - currentTarget.clientLeft;
  return x < 0 || x >= currentTarget.clientWidth;
}

/** Keeps the cell that runs in view, at its end. */
function useFollow(
  column: React.RefObject<HTMLElement>,
  cells: Cells,
  on: boolean
): void {
  React.useEffect(() => {
    const node = column.current;
    if (!on || !node) {
      return;
    }
    const follow = () => {
      const running = cells.outline.filter(cell => cell.started_at !== null);
      const last = running[running.length - 1];
      if (last) {
        reveal(node, last.index, 'end');
      }
    };
    follow();
    // What is rendered later (pictures, long texts) grows later.
    const observer = new ResizeObserver(follow);
    [...node.children].forEach(child => observer.observe(child));
    cells.changed.connect(follow);
    return () => {
      observer.disconnect();
      cells.changed.disconnect(follow);
    };
  }, [on, cells, column]);
}

/** Scrolls to a cell; one that does not exist yet, to where it will be. */
function reveal(
  column: HTMLElement | null,
  index: number,
  block: 'start' | 'end' = 'start'
): void {
  const cell = column?.querySelector<HTMLElement>(`[data-cell="${index}"]`);
  if (cell && column) {
    const box = cell.getBoundingClientRect();
    const frame = column.getBoundingClientRect();
    const by =
      block === 'start' ? box.top - frame.top : box.bottom - frame.bottom + END;
    if (block === 'start' || by > 0) {
      column.scrollTop += by;
    }
    return;
  }
  const chunk = column?.querySelector<HTMLElement>(
    `[data-chunk="${Math.floor(index / CHUNK)}"]`
  );
  if (chunk && column) {
    chunk.scrollIntoView({ block: 'start' });
    window.requestAnimationFrame(() => retry(column, index, block, 20));
  }
}

/** A chunk that came into view is drawn in one of the next frames. */
function retry(
  column: HTMLElement,
  index: number,
  block: 'start' | 'end',
  times: number
): void {
  if (column.querySelector(`[data-cell="${index}"]`)) {
    reveal(column, index, block);
  } else if (times > 0) {
    window.requestAnimationFrame(() => retry(column, index, block, times - 1));
  }
}
