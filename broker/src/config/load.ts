import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join, resolve } from 'node:path';

import { check, fitting } from './check.ts';
import type {
  IConfig,
  IConfigNote,
  IIdentityConfig,
  IPin,
  ITargetConfig
} from './config.ts';
import { identityOf } from './identities.ts';
import { didYouMean } from './nearest.ts';
import { Problems } from './problems.ts';
import { ConfigFile, Identity, Target } from './schema.ts';
import { localTarget, targetOf, type IMachineSize } from './targets.ts';
import { at, merge, readTree, type ITable } from './tree.ts';

export const FILE_NAME = 'jupyterlab_batch_config.toml';

/** Where work lies by default, and which levels are the user's own. */
const READ = ['WORK', 'HOME', 'JUPYTER_CONFIG_DIR', 'JUPYTER_CONFIG_PATH'];

type Environment = Readonly<Record<string, string | undefined>>;

export interface ILoadOptions {
  /** the data folder: holds the runs where no `$WORK` is set */
  readonly data: string;
  readonly machine?: IMachineSize;
}

/**
 * Reads the configuration of all levels.
 *
 * @param levels Jupyter's config folders, low to high
 * @param env decides which of them is the user's own, and fills in `$NAME`
 * @throws BatchError `malformed_config` with all problems, each with file:line
 */
export function loadConfig(
  levels: readonly string[],
  env: Environment,
  { data, machine = thisMachine() }: ILoadOptions
): IConfig {
  const problems = new Problems();
  const notes: IConfigNote[] = [];
  const files: string[] = [];
  let tree: ITable = {
    kind: 'table',
    origin: { file: FILE_NAME, line: 1 },
    entries: new Map()
  };
  let whole = true;
  for (const level of new Set(levels.map(each => resolve(each)))) {
    const file = join(level, FILE_NAME);
    const text = read(file, problems);
    if (text === null) {
      continue;
    }
    files.push(file);
    const own = readTree(text, file, problems);
    if (own === null) {
      whole = false;
      continue;
    }
    if (isUsers(level, env)) {
      withdrawPins(own, notes);
    }
    tree = merge(tree, own);
  }
  check(ConfigFile, tree, [], problems, whole);
  const identityTables = tablesOf(tree, 'identities');
  const identities = new Map<string, IIdentityConfig>();
  for (const [name, table] of identityTables) {
    const identity = fitting(Identity, table);
    if (identity !== null) {
      identities.set(name, identityOf(name, identity, table, problems));
    }
  }
  const named = new Set(READ);
  const context = {
    env,
    named,
    data,
    machine,
    identityNames: [...identityTables.keys()]
  };
  const targetTables = tablesOf(tree, 'targets');
  const targets = new Map<string, ITargetConfig>();
  for (const [name, table] of targetTables) {
    const target = fitting(Target, table);
    if (target !== null) {
      targets.set(name, targetOf(name, target, table, context, problems));
    }
  }
  if (targetTables.size === 0) {
    targets.set('local', localTarget(context));
  }
  const names = targetTables.size > 0 ? [...targetTables.keys()] : ['local'];
  const defaultTarget = defaultTargetOf(tree, names, problems);
  problems.refuse();
  return {
    files,
    defaultTarget,
    targets,
    identities,
    pins: pinsOf(tree),
    notes,
    environment: Object.fromEntries(
      [...named].map(name => [name, env[name] ?? null])
    )
  };
}

function read(file: string, problems: Problems): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    if (error instanceof TypeError && !('syscall' in error)) {
      problems.add('this file is not UTF-8 text; save it as UTF-8.', file);
      return null;
    }
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      problems.add(
        `this file cannot be read (${String(code)}); make it readable or move it away.`,
        file
      );
    }
    return null;
  }
}

/** Only who may write for others may pin for others. */
function withdrawPins(tree: ITable, notes: IConfigNote[]): void {
  const pins = tree.entries.get('pins');
  if (!pins) {
    return;
  }
  tree.entries.delete('pins');
  const first = pins.kind === 'table' ? [...pins.entries.values()][0] : null;
  notes.push({
    message:
      "[pins] is not honoured in a user's own configuration; give the value " +
      'in the dialog, with -p, or in a parameter file.',
    origin: at((first ?? pins).origin)
  });
}

function defaultTargetOf(
  tree: ITable,
  names: readonly string[],
  problems: Problems
): string {
  const written = tree.entries.get('default_target');
  if (written?.kind === 'leaf' && typeof written.value === 'string') {
    if (!names.includes(written.value)) {
      problems.add(
        `default_target: there is no [targets.${written.value}]; ` +
          didYouMean(written.value, names),
        at(written.origin),
        ['default_target']
      );
    }
    return written.value;
  }
  return names.includes('local') ? 'local' : (names[0] ?? 'local');
}

function pinsOf(tree: ITable): Map<string, Map<string, IPin>> {
  const pins = new Map<string, Map<string, IPin>>();
  for (const [prefix, table] of tablesOf(tree, 'pins')) {
    const found = new Map<string, IPin>();
    for (const [name, leaf] of table.entries) {
      if (leaf.kind === 'leaf' && leaf.text !== null) {
        found.set(name, { text: leaf.text, origin: at(leaf.origin) });
      }
    }
    pins.set(prefix, found);
  }
  return pins;
}

function tablesOf(tree: ITable, key: string): Map<string, ITable> {
  const found = tree.entries.get(key);
  return new Map(
    found?.kind === 'table'
      ? [...found.entries].filter(
          (entry): entry is [string, ITable] => entry[1].kind === 'table'
        )
      : []
  );
}

/** True for a folder that the user chose, not the site or the environment. */
function isUsers(level: string, env: Environment): boolean {
  const own = [
    ...(env.JUPYTER_CONFIG_PATH ?? '').split(':'),
    env.JUPYTER_CONFIG_DIR ?? '',
    env.HOME ? join(env.HOME, '.jupyter') : ''
  ];
  return own.some(each => each !== '' && resolve(each) === level);
}

function thisMachine(): IMachineSize {
  // The limit of a container, where there is one, else something absurd or 0.
  const allowed = process.constrainedMemory() || Infinity;
  return {
    cores: availableParallelism(),
    memory: Math.min(totalmem(), allowed)
  };
}
