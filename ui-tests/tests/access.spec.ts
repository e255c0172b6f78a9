import { galata } from '@jupyterlab/galata';

import { Axe } from '../access/axe';
import { clipped, unlocal, untranslated } from '../access/inspect';
import { LOCALE, TAG, writePack } from '../access/pack';
import { Walk } from '../access/views';
import { expect, test } from './batch';

const LANGUAGE = '@jupyterlab/translation-extension:plugin';

test.use({
  // Nothing is scrolled out of sight: axe judges no colour behind others.
  viewport: { width: 1280, height: 2000 },
  mockSettings: { ...galata.DEFAULT_SETTINGS, [LANGUAGE]: { locale: LOCALE } }
});
test.beforeAll(writePack);

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
      ...(wordsOnly ? [] : await axe.faults(ours))
    ];
    if (faults.length > 0) {
      found[name] = faults;
    }
  });
  await walk.all();
  expect(found).toEqual({});
});
