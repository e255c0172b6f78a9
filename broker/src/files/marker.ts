import { lstat } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { inLanes } from './lanes.ts';
import { onDisk } from './names.ts';

/** The file that says: this folder was delivered by us. */
export const RECORD = 'record.json';
/** What a delivery folder's children are called: date and end of the run's id. */
const CHILD = /^(\.)?\d{4}-\d{2}-\d{2}-[0-9a-f-]{8,36}(\.part)?$/;

/** What the folder of a run is called. */
export const RUN_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Either says that a folder is a run's; they are deleted last. */
export const RUN_MARKERS: readonly string[] = ['plan.json', 'job.json'];

/** Whether a folder (with these names in it) is a run's: a work folder may lie in a project. */
export function isRunFolder(folder: string, names: readonly string[]): boolean {
  return (
    RUN_ID.test(basename(folder)) &&
    RUN_MARKERS.some(marker => names.includes(marker))
  );
}

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
