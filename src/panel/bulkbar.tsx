import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { CommandIDs } from '../tokens';
import { count } from '../words/locale';

const BULK = [
  CommandIDs.rerunRuns,
  CommandIDs.cancelRuns,
  CommandIDs.deleteRuns
];

/** What can be done with the runs that are chosen. */
export function BulkBar(props: {
  chosen: ReadonlySet<string>;
  commands: CommandRegistry;
  trans: TranslationBundle;
  onClear: () => void;
}): React.JSX.Element | null {
  const { chosen, commands, trans, onClear } = props;
  if (chosen.size === 0) {
    return null;
  }
  const args = { ids: [...chosen] };
  return (
    <div
      className="jp-Batch-bulk"
      role="toolbar"
      aria-label={trans.__('Chosen runs')}
    >
      <span role="status">
        {trans._n('%2 chosen', '%2 chosen', chosen.size, count(chosen.size))}
      </span>
      {BULK.filter(
        command =>
          commands.hasCommand(command) && commands.isEnabled(command, args)
      ).map(command => (
        <button
          key={command}
          type="button"
          className="jp-Batch-action"
          data-command={command}
          title={commands.caption(command, args)}
          onClick={() => void commands.execute(command, args)}
        >
          {commands.label(command, args)}
        </button>
      ))}
      <button
        type="button"
        className="jp-Batch-iconButton"
        data-action="choose-none"
        title={trans.__('Choose none')}
        aria-label={trans.__('Choose none')}
        onClick={onClear}
      >
        <closeIcon.react tag="span" aria-hidden={true} />
      </button>
    </div>
  );
}
