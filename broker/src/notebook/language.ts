import type { NotebookContent } from '@jupyterlab-batch/protocol';

import { member } from './cells.ts';

const KNOWN: Record<string, string> = {
  ipython: 'python',
  python2: 'python',
  python3: 'python',
  sh: 'bash',
  shell: 'bash',
  ir: 'r'
};

/** The notebook's language in lower case; Python where it does not say. */
export function languageOf({ metadata }: NotebookContent): string {
  const kernelspec = member(metadata, 'kernelspec');
  const named = [
    member(member(metadata, 'language_info'), 'name'),
    member(kernelspec, 'language')
  ].find(name => typeof name === 'string' && name !== '');
  const kernel = kernelOf({ metadata });
  const name = (typeof named === 'string' ? named : kernel)?.toLowerCase();
  if (name === undefined) {
    return 'python';
  }
  return Object.hasOwn(KNOWN, name) ? KNOWN[name] : name;
}

export function kernelOf({
  metadata
}: Pick<NotebookContent, 'metadata'>): string | null {
  const name = member(member(metadata, 'kernelspec'), 'name');
  return typeof name === 'string' && name !== '' ? name : null;
}
