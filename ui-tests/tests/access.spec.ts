import { galata } from '@jupyterlab/galata';

import type { Page } from '@playwright/test';

import { Axe } from '../access/axe';
import { clipped, unlocal, untranslated } from '../access/inspect';
import { placesOf, unmirrored } from '../access/mirror';
import { LOCALE, TAG, writePack } from '../access/pack';
import { Walk } from '../access/views';
import { expect, test } from './batch';

/** Nothing is scrolled out of sight in it: axe judges no colour behind others. */
const WINDOW = { width: 1280, height: 2000 };
const LANGUAGE = '@jupyterlab/translation-extension:plugin';

test.use({
  viewport: WINDOW,
  mockSettings: { ...galata.DEFAULT_SETTINGS, [LANGUAGE]: { locale: LOCALE } }
});
test.beforeAll(writePack);

/** The page from right to left is the mirror of the one from left to right. */
async function backwards(
  page: Page,
  ours: readonly string[]
): Promise<string[]> {
  const turn = (dir: string) =>
    page.evaluate(wanted => {
      document.documentElement.dir = wanted;
    }, dir);
  let faults: string[] = [];
  await expect(async () => {
    const ltr = await page.evaluate(placesOf, ours);
    await turn('rtl');
    const rtl = await page.evaluate(placesOf, ours);
    await turn('ltr');
    faults = unmirrored(ltr, rtl);
    // Else something came in between, and both were not the same view.
    expect(await page.evaluate(placesOf, ours)).toEqual(ltr);
  }).toPass();
  return faults;
}
test('every view is accessible in both themes, and speaks the language of JupyterLab', async ({
  batch,
  page
}) => {
  test.setTimeout(240_000);
  const axe = new Axe(page);
  const found: Record<string, string[]> = {};
  const walk = new Walk(batch, async ({ name, ours, wordsOnly }) => {
    const faults = [
      ...(await page.evaluate(untranslated, ours)),
      ...(await page.evaluate(unlocal, { selectors: ours, tag: TAG })),
      ...(await page.evaluate(clipped, ours)),
      ...(wordsOnly
        ? []
        : [
            ...(await backwards(page, ours)),
            ...(await axe.faults(ours))
          ])
    ];
    if (faults.length > 0) {
      found[name] = faults;
    }
  });
  await walk.all();
  expect(found).toEqual({});
});
