import { BatchError, problem } from '@jupyterlab-batch/protocol';

import { ProcTable, type IProcessTable } from './processes.ts';
import { PsTable } from './ps.ts';

/**
 * What this platform knows of its processes.
 *
 * @throws BatchError `unsupported_platform`
 */
export function processTable(
  platform: NodeJS.Platform = process.platform
): IProcessTable {
  switch (platform) {
    case 'linux':
      return new ProcTable();
    case 'darwin':
      return new PsTable();
    default:
      throw new BatchError(
        problem(
          'unsupported_platform',
          `Runs on this machine need Linux or macOS; this is ${platform}. ` +
            'On Windows, use the Windows Subsystem for Linux.'
        )
      );
  }
}
