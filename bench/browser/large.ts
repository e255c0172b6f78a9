import type { Browser } from '@playwright/test';

import { enlarge, type ISize } from './enlarge.ts';
import { open, type IOpened } from './panel.ts';
import type { IServer } from './lab.ts';

/** Opens a run after it was made large. */
export async function openLarge(
  browser: Browser,
  given: IServer & { run: string; folder: string; size: ISize }
): Promise<IOpened> {
  enlarge(given.folder, given.size);
  return open(browser, {
    url: given.url,
    token: given.token,
    command: 'jupyterlab-batch:open-run',
    args: { id: given.run },
    shown: `#jp-batch-run-${given.run} article[data-cell="0"] pre`
  });
}
