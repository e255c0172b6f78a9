import type { RunRecord } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { RunModel } from '../parts/runmodel';
import { Trouble } from '../parts/trouble';

/**
 * `record.json` as it was written last: it is completed when the credential has
 * ended, after the run. Null while it is not known.
 */
export function useRecord(model: RunModel): {
  record: RunRecord | null;
  failure: unknown;
} {
  const [state, setState] = React.useState<{
    record: RunRecord | null;
    failure: unknown;
  }>({ record: null, failure: null });
  React.useEffect(() => {
    let gone = false;
    if (!model.active) {
      model.api.call('record', { id: model.id }).then(
        record => {
          if (!gone) {
            setState({ record, failure: null });
          }
        },
        (failure: unknown) => {
          if (!gone) {
            setState(before => ({ ...before, failure }));
          }
        }
      );
    }
    return () => {
      gone = true;
    };
  }, [model, model.active, model.run?.revision]);
  return state;
}

/** Exactly what ran, with what, where, as whom. */
export function RecordView(props: {
  model: RunModel;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { model, trans } = props;
  const { record, failure } = useRecord(model);
  if (record) {
    return (
      <>
        <p>
          <a href={model.link('record.json', 'run')} download="">
            {trans.__('Download record.json')}
          </a>
        </p>
        <pre
          className="jp-Batch-json"
          translate="no"
          tabIndex={0}
          role="region"
          aria-label={trans.__('Record')}
        >
          {JSON.stringify(record, null, 2)}
        </pre>
      </>
    );
  }
  return (
    <p className="jp-Batch-hint">
      {model.active ? (
        trans.__('The record is written when the run has ended.')
      ) : failure === null ? (
        trans.__('Asking…')
      ) : (
        <Trouble failure={failure} trans={trans} />
      )}
    </p>
  );
}
