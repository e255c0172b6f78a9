import { existsSync } from 'node:fs';

import type { JupyterFrontEnd } from '@jupyterlab/application';
import {
  chromium,
  type Browser,
  type CDPSession,
  type Page
} from '@playwright/test';

declare global {
  // eslint-disable-next-line @typescript-eslint/naming-convention -- the browser's
  interface Window {
    /** there, since the server was started with `expose_app_in_browser` */
    jupyterapp: JupyterFrontEnd;
  }
}

/** ms until a browser gives up */
const PATIENCE = 300_000;

/** Where a Jupyter server is, and how it lets us in. */
export interface IServer {
  url: string;
  token: string;
}

/** Chromium as everyone has it, but without its own traffic. */
export async function launch(): Promise<Browser> {
  const places = [process.env.JLB_CHROMIUM, '/usr/bin/chromium'];
  return chromium.launch({
    // undefined: the browser that playwright has downloaded
    executablePath: places.find(place => place && existsSync(place)),
    args: [
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--disable-gpu',
      '--disable-background-networking',
      // exact numbers of the heap
      '--enable-precise-memory-info'
    ]
  });
}

/** A page, and the way to ask the browser about it. */
export interface ITab {
  page: Page;
  cdp: CDPSession;
}

/**
 * A page of the server that runs nothing yet, with an empty cache: what comes
 * next on it stays in its process.
 */
export async function arrive(browser: Browser, at: IServer): Promise<ITab> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 }
  });
  // Twenty kernels, and on a busy machine: a measure says how long it took.
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  await page.goto(`${at.url}api/status?token=${at.token}`);
  const cdp = await context.newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  return { page, cdp };
}

/** Opens an empty JupyterLab, until it can be used. */
export async function load({ page }: ITab, at: IServer): Promise<void> {
  await page.goto(`${at.url}lab?reset`);
  await page.waitForFunction(() => 'jupyterapp' in window);
  await page.evaluate(() => window.jupyterapp.restored.then(() => undefined));
}

/** The same, until it has nothing left to do. */
export async function start(tab: ITab, at: IServer): Promise<void> {
  await load(tab, at);
  await settled(tab);
}

/** CPU time of the main thread in JavaScript since the page arrived, in ms. */
export async function scripted({ cdp }: ITab): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  const seconds = metrics.find(({ name }) => name === 'ScriptDuration')?.value;
  if (seconds === undefined) {
    throw new Error('the browser tells no ScriptDuration');
  }
  return seconds * 1000;
}

/** Until a second passed with next to no script in it. */
export async function settled(tab: ITab): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    const before = await scripted(tab);
    await tab.page.waitForTimeout(1000);
    if ((await scripted(tab)) - before < 5) {
      return;
    }
  }
  throw new Error('the page does not come to rest');
}

/** Runs a command of the Lab and leaves it to itself. */
export async function command(
  page: Page,
  id: string,
  args: Record<string, string> = {}
): Promise<void> {
  await page.evaluate(
    async ([name, given]) => {
      await window.jupyterapp.commands.execute(name, given);
    },
    [id, args] as const
  );
}

/**
 * From a command until what it shows is painted, in ms by the page's own clock.
 *
 * @param shown - selector of the last thing that has to be there
 */
export async function painted(
  page: Page,
  id: string,
  args: Record<string, string>,
  shown: string
): Promise<number> {
  return page.evaluate(
    async ([name, given, selector]) => {
      const begun = performance.now();
      const there = new Promise<void>(resolve => {
        const look = () => {
          if (document.querySelector(selector)) {
            observer.disconnect();
            resolve();
          }
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, { childList: true, subtree: true });
        look();
      });
      void window.jupyterapp.commands.execute(name, given);
      await there;
      // The frame that has it begins, and what comes after it is painted.
      await new Promise(requestAnimationFrame);
      await new Promise<void>(resolve => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve();
        port2.postMessage(null);
      });
      return performance.now() - begun;
    },
    [id, args, shown] as const
  );
}
