import { setTimeout as sleep } from 'node:timers/promises';

import type { ICommands } from './commands.ts';
import { Ledger } from './ledger.ts';
import { Lookout } from './lookout.ts';
import { list } from './queue.ts';

/** What all targets of one cluster share, so that each question is asked once. */
export interface ICluster {
  readonly commands: ICommands;
  readonly lookout: Lookout;
  readonly ledger: Ledger;
}

/**
 * Opens the way to a cluster.
 *
 * @param uid - numeric: a name could be an option
 */
export function openCluster(
  commands: ICommands,
  uid: number,
  clock: () => number,
  random: () => number
): ICluster {
  return {
    commands,
    lookout: new Lookout({
      ask: () => list(commands, String(uid)),
      clock,
      random,
      sleep: ms => sleep(ms)
    }),
    ledger: new Ledger(commands, uid, clock)
  };
}
