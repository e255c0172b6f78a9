import type { Absence } from '../target.ts';
import type { ICommands } from './commands.ts';
import { timeOf } from './states.ts';

const ENDED =
  'The job ended at the cluster before it asked for its start permit, while nobody looked, and Slurm has forgotten how: ' +
  'it was cancelled there, or failed as it began, and then its log says why. No cell was run. Submit the run again if it is still wanted.';

const OTHER = 'Slurm has lost the job, and given its number to another one';

/**
 * What became of a job that squeue does not show. The controller forgets a job a
 * while after its end (`MinJobAge`), and one that it had not saved when it was
 * killed: one that has been there since before the submission has lost none.
 *
 * @param submitted - when, as Slurm has it; null: not known
 */
export async function fateOf(
  commands: ICommands,
  attempt: string,
  number: string,
  submitted: number | null
): Promise<Absence> {
  // a squeue that says nothing is no evidence of an end
  const shown = await commands.run('scontrol', [
    '--oneliner',
    'show',
    'job',
    number
  ]);
  if (shown.kind === 'ok') {
    return shown.text.split(/\s/).includes(`JobName=${attempt}`)
      ? { kind: 'unknown' }
      : { kind: 'lost', why: OTHER };
  }
  if (shown.kind === 'silent' || !/invalid job id/i.test(shown.message)) {
    return { kind: 'unknown' };
  }
  const said = await commands.run('scontrol', ['show', 'config']);
  return said.kind === 'ok' ? judge(said.text, submitted) : { kind: 'unknown' };
}

/** Pure. */
export function judge(text: string, submitted: number | null): Absence {
  const since = timeOf(/^BOOT_TIME\s*=\s*(\S+)/m.exec(text)?.[1] ?? '');
  // one that takes over tells when it was started, and not since when it decides
  const alone = !/^SlurmctldHost\[1\]/m.test(text);
  if (since === null || submitted === null || !alone) {
    return {
      kind: 'lost',
      why: 'Slurm does not know the job any more, and cannot tell whether it lost it or let it end'
    };
  }
  return since < submitted
    ? { kind: 'ended', message: ENDED }
    : {
        kind: 'lost',
        why: 'Slurm was started again since it took the job, and does not know it: lost, or cancelled there meanwhile'
      };
}
