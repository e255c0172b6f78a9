import { isError } from '@jupyterlab/nbformat';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { framesOf, type IFrame } from '../cells/frames';
import type { IShownOutput } from '../cells/screen';

/** Where the frames of a traceback can be looked at. */
export interface IPlaces {
  /** name of the cell that `In[count]` was; null: not of this run */
  cell(count: number): string | null;
  showCell(count: number): void;
  /** path for the contents manager; null: it cannot be opened here */
  file(path: string): string | null;
  openFile(path: string, line: number): void;
}

/** The traceback once more, as places to go to. */
export function Frames(props: {
  outputs: readonly IShownOutput[];
  places: IPlaces;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { outputs, places, trans } = props;
  const error = outputs.map(({ output }) => output).find(isError);
  const frames = React.useMemo(
    () => (error ? framesOf(error.traceback) : []),
    [error]
  );
  return frames.length === 0 ? null : (
    <ol className="jp-Batch-frames" aria-label={trans.__('Traceback')}>
      {frames.map((frame, at) => (
        <li key={at}>
          <Place frame={frame} places={places} trans={trans} />
          {frame.name ? <code translate="no">{frame.name}</code> : null}
        </li>
      ))}
    </ol>
  );
}

function Place(props: {
  frame: IFrame;
  places: IPlaces;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { frame, places, trans } = props;
  const { count, file, line } = frame;
  if (count !== null) {
    const name = places.cell(count);
    const words = trans.__('%1, line %2', name ?? `In[${count}]`, line);
    return name === null ? (
      <span>{words}</span>
    ) : (
      <button
        type="button"
        data-frame="cell"
        onClick={() => places.showCell(count)}
      >
        {words}
      </button>
    );
  }
  const path = places.file(file ?? '');
  const words = trans.__('%1, line %2', path ?? file ?? '', line);
  return path === null ? (
    <span>{words}</span>
  ) : (
    <button
      type="button"
      data-frame="file"
      onClick={() => places.openFile(path, line)}
    >
      {words}
    </button>
  );
}
