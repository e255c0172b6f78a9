import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

export interface IActionProps {
  commands: CommandRegistry;
  command: string;
  id: string;
  /** shown instead of the command's own label */
  label?: string;
  tabIndex?: number;
}

/** A button for a command on a run; it is there while the command is enabled. */
export function Action(props: IActionProps): React.JSX.Element | null {
  const { commands, command, id, label, tabIndex } = props;
  const args = { id };
  return commands.hasCommand(command) && commands.isEnabled(command, args) ? (
    <button
      type="button"
      className="jp-Batch-action"
      data-command={command}
      tabIndex={tabIndex}
      title={commands.caption(command, args)}
      onClick={() => void commands.execute(command, args)}
    >
      {label ?? commands.label(command, args)}
    </button>
  ) : null;
}
