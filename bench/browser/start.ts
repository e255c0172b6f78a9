import type { Browser } from '@playwright/test';

import { arrive, load, scripted, settled, type IServer } from './lab.ts';

const OURS = '/lab/extensions/jupyterlab-batch/';

export interface IStarted {
  /** ms of script until JupyterLab can be used, and until it rests */
  restored: number;
  rested: number;
  /** bytes of this extension's files that were loaded by the first time */
  loaded: number;
}

/** Starts JupyterLab with an empty cache. */
export async function startOnce(
  browser: Browser,
  at: IServer
): Promise<IStarted> {
  const tab = await arrive(browser, at);
  const { page } = tab;
  const sizes: Promise<Buffer>[] = [];
  page.on('response', response => {
    if (response.url().includes(OURS) && response.url().includes('.js')) {
      sizes.push(response.body());
    }
  });
  await load(tab, at);
  const restored = await scripted(tab);
  const early = [...sizes];
  await settled(tab);
  const rested = await scripted(tab);
  const loaded = (await Promise.all(early)).reduce(
    (sum, { length }) => sum + length,
    0
  );
  await page.context().close();
  return { restored, rested, loaded };
}
