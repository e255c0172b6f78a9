import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IRuns } from '../tokens';
import { Connection } from './connection';
import { useChanges } from './follow';

/** Says of a document that what it shows may be old; nothing while it is not. */
export function Away(props: {
  runs: IRuns;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { runs, trans } = props;
  useChanges(runs);
  return ['live', 'polling'].includes(runs.connection.state) ? null : (
    <p className="jp-Batch-away">
      <Connection connection={runs.connection} trans={trans} />
    </p>
  );
}
