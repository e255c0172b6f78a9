import type { PlanFolder, PlanRow } from '@jupyterlab-batch/protocol';

import type { IPlanEntry } from './entry.ts';
import { printable } from './names.ts';

/** A dialog lists no more of one folder; the rest is counted. */
const SHOWN = 500;

/**
 * What of a plan lies in one folder: folders with the sum of what is in them,
 * then files, and what the user has left out.
 *
 * @param folder - relative to the root; empty for the root
 */
export function listFolder(
  entries: readonly IPlanEntry[],
  excluded: readonly string[],
  folder: string
): PlanFolder {
  const start = folder === '' ? '' : `${folder}/`;
  const rows = new Map<string, PlanRow>();
  for (const { path, kind, size } of entries) {
    if (!path.startsWith(start)) {
      continue;
    }
    const [name = ''] = path.slice(start.length).split('/', 1);
    const own = start + name;
    const row = rows.get(own) ?? newRow(own, name, 'folder');
    rows.set(own, {
      ...row,
      kind: path === own ? kind : row.kind,
      files: row.files + (kind === 'folder' ? 0 : 1),
      bytes: row.bytes + size
    });
  }
  for (const path of excluded) {
    const name = path.slice(start.length);
    if (path.startsWith(start) && !name.includes('/')) {
      rows.set(path, { ...newRow(path, name, 'file'), excluded: true });
    }
  }
  const sorted = [...rows.values()].sort(
    (a, b) =>
      Number(b.kind === 'folder') - Number(a.kind === 'folder') ||
      (a.name < b.name ? -1 : 1)
  );
  return {
    rows: sorted.slice(0, SHOWN),
    more: Math.max(0, sorted.length - SHOWN)
  };
}

function newRow(path: string, name: string, kind: PlanRow['kind']): PlanRow {
  return {
    path,
    name: printable(name),
    kind,
    files: 0,
    bytes: 0,
    excluded: false
  };
}
