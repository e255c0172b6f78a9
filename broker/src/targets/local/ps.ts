import { execFileSync } from 'node:child_process';

import type { IProcess, IProcessTable, Sight } from './processes.ts';

/**
 * Where there is no /proc (macOS). A process is told apart by the second of its
 * start; the environment of others cannot be read, so a sweep ends the runner
 * alone and what outlives it has to end by itself.
 */
export class PsTable implements IProcessTable {
  readonly bootId: string;
  readonly namespace = 'host';
  readonly canScan = false;

  constructor(bootId = sysctl('kern.bootsessionuuid')) {
    this.bootId = bootId;
  }

  look(pid: number): Sight {
    let line: string;
    try {
      line = run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]);
    } catch {
      return { kind: 'gone' }; // ps says so by its exit code
    }
    const [, state = 'Z', start = ''] =
      /^\s*(\S+)\s+(.+?)\s*$/.exec(line) ?? [];
    return state.startsWith('Z')
      ? { kind: 'gone' }
      : { kind: 'alive', process: { pid, start } };
  }

  async marked(): Promise<IProcess[]> {
    return [];
  }
}

function sysctl(name: string): string {
  return run('/usr/sbin/sysctl', ['-n', name]).trim();
}

function run(file: string, args: readonly string[]): string {
  return execFileSync(file, args, {
    encoding: 'utf8',
    // lstart is a date in words
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 5000
  });
}
