import * as React from 'react';

import type { IBatchApi, IRuns } from '../tokens';
import { useChanges } from './follow';
import { RunModel } from './runmodel';

/** One run for as long as a component shows it. */
export function useRunModel(api: IBatchApi, runs: IRuns, id: string): RunModel {
  const model = React.useMemo(
    () => new RunModel(api, runs, id),
    [api, runs, id]
  );
  React.useEffect(() => {
    void model.refresh();
    return () => model.dispose();
  }, [model]);
  useChanges(model);
  return model;
}
