import type { Browser, Page } from '@playwright/test';

import {
  arrive,
  command,
  load,
  painted,
  type IServer,
  type ITab
} from './lab.ts';
import { longestTask, type ITook } from './trace.ts';

/** ms between two looks of the idle page at its clock */
const TICK = 5;
const EVENT = 'https://events.jupyter.org/jupyterlab_batch/run_changed/v1';

declare global {
  // eslint-disable-next-line @typescript-eslint/naming-convention -- the browser's
  interface Window {
    bench: { updates: number; late: number };
  }
}

export interface ILive {
  task: ITook;
  /** ms by which a timer of a page that does nothing was late at most */
  idle: number;
  /** changes of runs that came while the task was looked for */
  updates: number;
}

/** Follows runs in the panel and one of them in a view of its own. */
export async function follow(
  browser: Browser,
  given: IServer & { run: string; seconds: number }
): Promise<ILive> {
  const tab = await arrive(browser, given);
  await busy(tab, given);
  await openRun(tab.page, given.run);
  const idle = await (await browser.newContext()).newPage();
  await idle.evaluate(tick => {
    window.bench = { updates: 0, late: 0 };
    let due = performance.now() + tick;
    setInterval(() => {
      const now = performance.now();
      window.bench.late = Math.max(window.bench.late, now - due);
      due = now + tick;
    }, tick);
  }, TICK);
  const before = await updates(tab.page);
  const task = await longestTask(browser, tab.page, () =>
    tab.page.waitForTimeout(given.seconds * 1000)
  );
  const late = await idle.evaluate(() => window.bench.late);
  const count = (await updates(tab.page)) - before;
  await Promise.all(browser.contexts().map(context => context.close()));
  return { task, idle: late, updates: count };
}

export interface IGrowth {
  updates: number;
  /** bytes of the heap, collected */
  heap: number;
  nodes: number;
  listeners: number;
}

/**
 * What is left of many updates, panel and a view of a run open all the time:
 * JupyterLab itself keeps the buttons of a document's toolbar that was closed.
 */
export async function growth(
  browser: Browser,
  given: IServer & { run: string; updates: number }
): Promise<IGrowth> {
  const tab = await arrive(browser, given);
  const { page } = tab;
  await busy(tab, given);
  await openRun(page, given.run);
  // Some for what is made once: code, caches, pools, cells in view.
  await until(page, 200);
  const before = await held(tab);
  await until(page, before.updates + given.updates);
  const after = await held(tab);
  await page.context().close();
  return {
    updates: after.updates - before.updates,
    heap: after.heap - before.heap,
    nodes: after.nodes - before.nodes,
    listeners: after.listeners - before.listeners
  };
}

/** A Lab with the panel open, that counts what it is told. */
async function busy(tab: ITab, at: IServer): Promise<void> {
  await load(tab, at);
  const { page } = tab;
  await page.evaluate(schema => {
    window.bench = { updates: 0, late: 0 };
    window.jupyterapp.serviceManager.events.stream.connect((_, event) => {
      if (event.schema_id === schema) {
        window.bench.updates += 1;
      }
    });
  }, EVENT);
  await command(page, 'jupyterlab-batch:show-runs');
  await page.locator('.jp-Batch-run').first().waitFor();
}

async function openRun(page: Page, run: string): Promise<void> {
  await painted(
    page,
    'jupyterlab-batch:open-run',
    { id: run },
    `#jp-batch-run-${run} article pre`
  );
}

function updates(page: Page): Promise<number> {
  return page.evaluate(() => window.bench.updates);
}

async function until(page: Page, count: number): Promise<void> {
  await page.waitForFunction(wanted => window.bench.updates >= wanted, count);
}

/** What the page holds on to: the garbage is collected first. */
async function held({ page, cdp }: ITab): Promise<IGrowth> {
  // Twice: what finalizers let go of is collected the second time.
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await cdp.send('Memory.getDOMCounters');
  return {
    updates: await updates(page),
    heap: usedSize,
    nodes,
    listeners: jsEventListeners
  };
}
