import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

/** Draws a component anew at each change of a model. */
export function useChanges(model: { changed: ISignal<unknown, void> }): void {
  const [, draw] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    const listen = () => draw();
    model.changed.connect(listen);
    listen();
    return () => {
      model.changed.disconnect(listen);
    };
  }, [model]);
}
