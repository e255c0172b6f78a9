import type { Browser } from '@playwright/test';

import { arrive, command, painted, start, type IServer } from './lab.ts';
import { longestTask, type ITook } from './trace.ts';

/** What opens something, and the selector of what has to be there then. */
export interface IOpening extends IServer {
  command: string;
  args: Record<string, string>;
  shown: string;
}

export interface IOpened {
  /** ms from the command until it is painted, its code and data fetched */
  painted: number;
  task: ITook;
}

/** Opens something for the first time in a fresh JupyterLab. */
export async function open(
  browser: Browser,
  given: IOpening
): Promise<IOpened> {
  const tab = await arrive(browser, given);
  await start(tab, given);
  let took = 0;
  const task = await longestTask(browser, tab.page, async () => {
    took = await painted(tab.page, given.command, given.args, given.shown);
  });
  await tab.page.context().close();
  return { painted: took, task };
}

/** Goes to the end of what is loaded, over and over, which loads more. */
export async function scroll(
  browser: Browser,
  given: IServer & { runs: number }
): Promise<{ task: ITook; loaded: number }> {
  const tab = await arrive(browser, given);
  const { page } = tab;
  await start(tab, given);
  await command(page, 'jupyterlab-batch:show-runs');
  await page.locator('.jp-Batch-run').first().focus();
  const rows = page.locator('.jp-Batch-scroller');
  const loaded = async () => Number(await rows.getAttribute('aria-rowcount'));
  const task = await longestTask(browser, page, async () => {
    for (let known = await loaded(); known < given.runs;) {
      await page.keyboard.press('End');
      await page.waitForFunction(
        before =>
          Number(
            document
              .querySelector('.jp-Batch-scroller')
              ?.getAttribute('aria-rowcount')
          ) > before,
        known
      );
      known = await loaded();
    }
  });
  const count = await loaded();
  await page.context().close();
  return { task, loaded: count };
}
