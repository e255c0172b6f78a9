import { RESOURCE_NAMES, type Run } from '@jupyterlab-batch/protocol';

import { elsewhere } from './elsewhere';

/**
 * A run as a command line for a POSIX shell. Values that the notebook itself
 * has are left out; what the site has set cannot be given.
 */
export function commandLine(run: Run): string {
  const folder = elsewhere(run);
  const values = run.parameters
    .filter(
      ({ declared, layer }) =>
        declared && layer !== 'notebook' && layer !== 'admin'
    )
    .flatMap(({ name, text }) => ['-p', `${name}=${text}`]);
  const words = [
    'jupyter',
    'batch',
    'run',
    // A name alone may look like an option.
    run.notebook.startsWith('-') ? `./${run.notebook}` : run.notebook,
    ...values,
    `--target=${run.target}`,
    `--time-limit=${run.time_limit}s`,
    ...RESOURCE_NAMES.flatMap(name => {
      const text = run.resources[name];
      return text ? [`--${name}=${text}`] : [];
    }),
    `--files=${run.files_mode}`,
    ...(folder === null ? [] : [`--deliver-to=${folder}`]),
    ...(run.label === null ? [] : [`--label=${run.label}`])
  ];
  return words.map(quote).join(' ');
}

/** One word for `sh`: as it is if that is safe, else in single quotes. */
function quote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
