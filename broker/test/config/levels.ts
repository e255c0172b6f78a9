import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BatchError } from '@jupyterlab-batch/protocol';

import type { IConfig } from '../../src/config/config.ts';
import { FILE_NAME, loadConfig } from '../../src/config/load.ts';

/** A site, an environment and a user, each with a folder for its file. */
export class Levels {
  readonly folder = mkdtempSync(join(tmpdir(), 'jlb-config-'));
  readonly env: Record<string, string> = {
    HOME: join(this.folder, 'home'),
    JUPYTER_CONFIG_DIR: this.of('user')
  };

  constructor() {
    for (const level of ['site', 'environment', 'user'] as const) {
      mkdirSync(this.of(level));
    }
  }

  of(level: 'site' | 'environment' | 'user'): string {
    return join(this.folder, level);
  }

  /** @returns the path of the file */
  write(
    level: 'site' | 'environment' | 'user',
    content: string | Buffer
  ): string {
    const file = join(this.of(level), FILE_NAME);
    writeFileSync(file, content);
    return file;
  }

  /** Writes a file of secrets beside a level's configuration. */
  secret(
    level: 'site' | 'environment' | 'user',
    name: string,
    mode = 0o600
  ): string {
    const file = join(this.of(level), name);
    writeFileSync(file, 'not looked at', { mode });
    return file;
  }

  load(): IConfig {
    return loadConfig(
      [this.of('site'), this.of('environment'), this.of('user')],
      this.env,
      {
        data: join(this.folder, 'data'),
        machine: { cores: 8, memory: 5 * 2 ** 30 }
      }
    );
  }

  /** What is wrong with the files: `file:line: message`, without the folders. */
  problems(): string[] {
    try {
      this.load();
    } catch (error) {
      if (error instanceof BatchError && error.code === 'malformed_config') {
        return (error.problem.errors ?? []).map(({ origin, detail }) =>
          `${origin ?? ''}: ${detail}`.replaceAll(`${this.folder}/`, '')
        );
      }
      throw error;
    }
    return [];
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
