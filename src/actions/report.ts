import { showErrorMessage } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { problemTitle, toProblem } from '../words/problems';

/** Does it, and shows why where it cannot be done. */
export async function report(
  trans: TranslationBundle,
  title: string,
  work: () => Promise<void>
): Promise<void> {
  try {
    await work();
  } catch (reason) {
    const problem = toProblem(reason);
    await showErrorMessage(title, {
      message: `${problemTitle(trans, problem)}. ${problem.detail}`
    });
  }
}
