import * as React from 'react';

import { ParameterFormModel } from './parameterform';
import { Parameters, type IParametersProps } from './parameters';

/**
 * The parameters in the first form of another extension that takes this
 * notebook, else in ours. One that fails is no reason not to run.
 */
export function ParametersOrForm(props: IParametersProps): React.JSX.Element {
  const { session, host, trans } = props;
  const place = React.useRef<HTMLDivElement>(null);
  const [ours, setOurs] = React.useState(host.forms.length === 0);
  React.useEffect(() => {
    const node = place.current;
    if (node === null) {
      return;
    }
    const model = new ParameterFormModel(session, trans);
    for (const { id, mount } of host.forms) {
      try {
        const mounted = mount(node, model);
        if (mounted !== null) {
          return () => {
            mounted.dispose();
            model.dispose();
          };
        }
      } catch (reason) {
        console.warn(`The parameter form ${id} failed`, reason);
        node.replaceChildren();
      }
    }
    setOurs(true);
    return () => model.dispose();
  }, [session, host.forms, trans]);
  return ours ? (
    <Parameters {...props} />
  ) : (
    <div className="jp-Batch-ownForm" ref={place} />
  );
}
