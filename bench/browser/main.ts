/**
 * Measures one thing in a browser of its own:
 *
 *     node bench/browser/main.ts SCENARIO < ARGUMENTS.json
 *
 * and prints what it found as JSON.
 */
import { text } from 'node:stream/consumers';

import type { Browser } from '@playwright/test';

import { launch } from './lab.ts';
import { openLarge } from './large.ts';
import { follow, growth } from './live.ts';
import { open, scroll } from './panel.ts';
import { startOnce } from './start.ts';

type Scenario = (browser: Browser, given: never) => Promise<object>;

const SCENARIOS: Record<string, Scenario> = {
  start: startOnce,
  open,
  scroll,
  large: openLarge,
  follow,
  growth
};

const scenario = SCENARIOS[process.argv[2] ?? ''];
if (!scenario) {
  throw new Error(`usage: main.ts ${Object.keys(SCENARIOS).join(' | ')}`);
}
const given = JSON.parse(await text(process.stdin)) as never;
const browser = await launch();
try {
  console.log(JSON.stringify(await scenario(browser, given)));
} finally {
  await browser.close();
}
