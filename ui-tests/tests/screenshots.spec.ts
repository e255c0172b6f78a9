import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';

import { expect, placeOf, test } from './batch';

const IMAGES = resolve(__dirname, '../../docs/images');

// File browser and titles show it.
test.use({ tmpPath: 'waves' });
test.beforeAll(() => {
  mkdirSync(placeOf('root', 'waves'), { recursive: true });
});

test('the pictures of the documentation', async ({ batch, page }) => {
  const shoot = async (name: string) => {
    await page.screenshot({
      path: `${IMAGES}/${name}.png`,
      animations: 'disabled'
    });
  };
  const dismissToasts = async () => {
    await page.evaluate(async () => {
      const helpers = await window.galata.getPlugin(
        '@jupyterlab/galata-extension:helpers'
      );
      helpers?.notifications.dismiss();
    });
    await expect(page.locator('.Toastify__toast')).toHaveCount(0);
  };

  await batch.openNotebook(await batch.layOutExample());
  await batch.ask();
  await batch.field('AMP').fill('4.0');
  await batch.parameter('Xc').locator('.jp-Batch-chip').click();
  await batch.dialog.locator('[data-field="label"]').fill('a higher hump');
  await batch.submit.focus();
  await shoot('dialog');
  await batch.parameter('Xc').locator('.jp-Batch-chip').click();
  await batch.dialog.locator('[data-fold="files"]').click();
  await expect(batch.dialog.getByText('solver.py').first()).toBeVisible();
  await shoot('files');

  const run = await batch.go();
  await page.sidebar.setWidth(360, 'left');
  await dismissToasts();
  await expect(run.locator('[data-fact="progress"]')).toHaveText('cell 4 of 7');
  await shoot('running');

  await expect(run).toHaveAttribute('data-state', 'succeeded');
  await expect(batch.toast('succeeded')).toBeVisible();
  await shoot('ended');
  await dismissToasts();
  const id = (await run.getAttribute('data-run-id')) ?? '';
  await page.evaluate(async shown => {
    await window.jupyterapp.commands.execute('jupyterlab-batch:open-run', {
      id: shown
    });
  }, id);
  const view = page.locator(`#jp-batch-run-${id}`);
  await expect(view.locator('article').first()).toBeVisible();
  await shoot('run-view');

  await dismissToasts();
  const result = await batch.openResult();
  const plot = result.locator('.jp-RenderedImage img');
  await plot.scrollIntoViewIfNeeded();
  await expect(plot).toBeVisible();
  await shoot('result');

  await page.theme.setDarkTheme();
  await batch.ask();
  await shoot('dialog-dark');
});
