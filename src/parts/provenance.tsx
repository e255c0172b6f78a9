import type { Parameter } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { layerWord, originMark, originWords } from '../words/layers';

/** What the run was given, from where, and what that stood in front of. */
export function Provenance(props: {
  parameters: readonly Parameter[];
  trans: TranslationBundle;
}): React.JSX.Element {
  const { parameters, trans } = props;
  const declared = parameters.filter(parameter => parameter.declared);
  return declared.length === 0 ? (
    <p className="jp-Batch-hint">{trans.__('The notebook ran as it is.')}</p>
  ) : (
    <table className="jp-Batch-table">
      <thead>
        <tr>
          <th scope="col">{trans.__('Parameter')}</th>
          <th scope="col">{trans.__('Value')}</th>
          <th scope="col">{trans.__('From')}</th>
          <th scope="col">{trans.__('Instead of')}</th>
        </tr>
      </thead>
      <tbody>
        {declared.map(({ name, type, text, layer, origin, shadowed }) => (
          <tr key={name} data-parameter-row={name}>
            <th scope="row" title={type} translate="no">
              {name}
            </th>
            <td>
              <code translate="no">{text}</code>
            </td>
            <td title={layerWord(trans, layer)}>
              {layer === 'override' ? (
                layerWord(trans, layer)
              ) : (
                <bdi translate={originMark({ layer, origin })}>
                  {originWords(trans, { layer, origin })}
                </bdi>
              )}
            </td>
            <td>
              {shadowed.map(below => (
                <div key={below.layer + below.origin}>
                  <bdi translate={originMark(below)}>
                    {originWords(trans, below)}
                  </bdi>{' '}
                  <code translate="no">{below.text}</code>
                </div>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
