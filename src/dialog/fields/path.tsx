import { folderIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { IFieldProps } from './field';
import { TextField } from './text';

/** A path, typed or looked for; whether it is there the server says. */
export function PathField(
  props: IFieldProps & { browse: ((name: string) => void) | null }
): React.JSX.Element {
  const { row, trans, browse, attributes } = props;
  const { name } = row.declaration;
  return (
    <span className="jp-Batch-path">
      <TextField {...props} kind="text" />
      {browse ? (
        <button
          type="button"
          className="jp-Batch-iconButton"
          disabled={attributes.disabled}
          title={trans.__('Browse…')}
          aria-label={trans.__('Browse for %1', name)}
          data-browse={name}
          onClick={() => browse(name)}
        >
          <folderIcon.react tag="span" />
        </button>
      ) : null}
    </span>
  );
}
