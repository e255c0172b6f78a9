import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Outputs } from './outputs';
import type { IShownOutput } from './screen';

/** Outputs of a cell as the notebook renders them, untrusted. */
export function OutputView(props: {
  outputs: readonly IShownOutput[];
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { outputs, rendermime, trans } = props;
  const host = React.useRef<HTMLDivElement>(null);
  const area = React.useRef<Outputs | null>(null);
  // Lumino widgets have to leave before React takes their host away.
  React.useLayoutEffect(() => {
    if (!host.current) {
      return;
    }
    const made = new Outputs(host.current, rendermime, trans);
    area.current = made;
    return () => made.dispose();
  }, [rendermime, trans]);
  React.useLayoutEffect(() => area.current?.set(outputs), [outputs]);
  return <div ref={host} className="jp-Batch-outputs" translate="no" />;
}
