import { existsSync } from 'node:fs';

/**
 * What surrounds this machine's processes and takes them with it, in words.
 *
 * @returns null when nothing is known to
 */
export function surroundings(
  environment: Readonly<Record<string, string | undefined>>,
  exists: (path: string) => boolean = existsSync
): string | null {
  const job = environment['SLURM_JOB_ID'];
  if (job !== undefined) {
    return `Jupyter runs inside Slurm job ${job}: runs on this machine end when that job ends.`;
  }
  if (Object.keys(environment).some(name => name.startsWith('JUPYTERHUB_'))) {
    return 'JupyterHub started this server: runs on this machine may end when the Hub stops it.';
  }
  if (exists('/.dockerenv') || exists('/run/.containerenv')) {
    return 'Jupyter runs in a container: runs on this machine end when the container stops.';
  }
  return null;
}
