import {
  RESOURCE_NAMES,
  type Chosen,
  type Run
} from '@jupyterlab-batch/protocol';

import {
  Clipboard,
  Notification,
  showErrorMessage
} from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IBatchApi } from '../tokens';
import { problemTitle, toProblem } from '../words/problems';
import { elsewhere } from './elsewhere';
import { given, typeSaid } from './given';

/**
 * A run as a command line for a POSIX shell. Values that the notebook itself
 * has are left out; what the site has set cannot be given.
 */
export function commandLine(run: Run, { kernel }: Chosen): string {
  const folder = elsewhere(run);
  const values = given(run).flatMap(parameter => {
    const { name, text } = parameter;
    const type = typeSaid(parameter);
    return ['-p', `${name}${type === null ? '' : `:${type}`}=${text}`];
  });
  const words = [
    'jupyter',
    'batch',
    'run',
    // A name alone may look like an option.
    run.notebook.startsWith('-') ? `./${run.notebook}` : run.notebook,
    ...values,
    `--kernel=${kernel}`,
    `--target=${run.target}`,
    `--time-limit=${run.time_limit}s`,
    ...RESOURCE_NAMES.flatMap(name => {
      const text = run.resources[name];
      return text ? [`--${name}=${text}`] : [];
    }),
    ...(run.runtime === null
      ? []
      : [`--runtime=${run.runtime.kind}:${run.runtime.path}`]),
    `--files=${run.files_mode}`,
    ...(folder === null ? [] : [`--deliver-to=${folder}`]),
    ...(run.label === null ? [] : [`--label=${run.label}`])
  ];
  return words.map(quote).join(' ');
}

/** Copies it, and says so. */
export async function copyCommand(
  api: IBatchApi,
  trans: TranslationBundle,
  run: Run
): Promise<void> {
  try {
    const { chosen } = await api.call('show', { id: run.id });
    Clipboard.copyToSystem(commandLine(run, chosen));
    Notification.info(trans.__('The command was copied.'), { autoClose: 3000 });
  } catch (reason) {
    const problem = toProblem(reason);
    await showErrorMessage(trans.__('The command cannot be copied'), {
      message: `${problemTitle(trans, problem)}. ${problem.detail}`
    });
  }
}

/** One word for `sh`: as it is if that is safe, else in single quotes. */
function quote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
