import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const NAME = 'environment.json';

/**
 * Lays the job's environment into its run folder, 0600: in the script, or in
 * sbatch's own environment, Slurm would keep it for operators to read.
 */
export async function lay(
  folder: string,
  environment: Readonly<Record<string, string>>
): Promise<void> {
  const part = join(folder, `${NAME}.part`);
  await rm(part, { force: true });
  const file = await open(part, 'wx', 0o600);
  try {
    await file.writeFile(JSON.stringify(environment, null, 1));
  } finally {
    await file.close();
  }
  await rename(part, join(folder, NAME));
}
