import { lstat } from 'node:fs/promises';
import { join } from 'node:path';

import { inLanes } from './lanes.ts';
import { onDisk } from './names.ts';

/** The file that says: this folder was delivered by us. */
export const RECORD = 'record.json';
/** What a delivery folder's children are called: date and end of the run's id. */
const CHILD = /^(\.)?\d{4}-\d{2}-\d{2}-[0-9a-f-]{8,36}(\.part)?$/;

/** Whether a folder (with these names in it) is where runs were delivered. */
export async function earlierRuns(
  folder: string,
  names: readonly string[]
): Promise<boolean> {
  if (!folder.endsWith('-runs')) {
    return false;
  }
  let ours = false;
  await inLanes(
    names.filter(name => CHILD.test(name)),
    4,
    async name => {
      const path = join(folder, name, RECORD);
      ours ||= await lstat(onDisk(path)).then(
        stat => stat.isFile(),
        () => false
      );
    }
  );
  return ours;
}
