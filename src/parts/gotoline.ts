import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { CommandRegistry } from '@lumino/commands';

const GO_TO_LINE = 'fileeditor:go-to-line';

/**
 * Goes to a line (from 1) of a file that was opened just now: before its text is
 * there it has no such line, and the editor would stay at the first.
 *
 * @param opened - undefined: the host opens files in pages of their own
 */
export async function goToLine(
  commands: CommandRegistry,
  opened: Pick<IDocumentWidget, 'context'> | undefined,
  line: number
): Promise<void> {
  await opened?.context.ready;
  if (opened && commands.hasCommand(GO_TO_LINE)) {
    await commands.execute(GO_TO_LINE, { line, column: 1 });
  }
}
