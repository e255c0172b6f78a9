import type { ICommands } from './commands.ts';
import { timeOf } from './states.ts';

/** What Slurm says of a job that is not submitted. */
export type Rehearsed =
  /** ms since the epoch; null: it would take it, and says no time */
  | { readonly kind: 'taken'; readonly startsAt: number | null }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'silent' };

/** Has Slurm judge a job by its options, without queueing anything. */
export async function rehearse(
  commands: ICommands,
  options: readonly string[]
): Promise<Rehearsed> {
  const said = await commands.run(
    'sbatch',
    ['--test-only', ...options],
    '#!/bin/sh\n'
  );
  switch (said.kind) {
    case 'ok': {
      const at = /to start at (\S+)/.exec(said.complaint ?? said.text);
      return { kind: 'taken', startsAt: at && timeOf(at[1]) };
    }
    case 'no': {
      const message = said.message.replace(/^allocation failure: /, '');
      return { kind: 'refused', message };
    }
    case 'silent':
      return { kind: 'silent' };
  }
}
