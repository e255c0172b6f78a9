import * as React from 'react';

import type { IConnection, IRuns } from '../tokens';

type Run = IRuns['runs'][number];

export interface IRunsNow {
  runs: readonly Run[];
  connection: IConnection;
}

/** What the model knows, anew at each of its changes. */
export function useRuns(model: IRuns): IRunsNow {
  const read = () => ({ runs: model.runs, connection: model.connection });
  const [now, setNow] = React.useState(read);
  React.useEffect(() => {
    const update = () => setNow(read());
    update();
    model.changed.connect(update);
    return () => {
      model.changed.disconnect(update);
    };
  }, [model]);
  return now;
}
