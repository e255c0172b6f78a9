import { expect, test } from './batch';

test.beforeEach(async ({ batch }) => {
  await batch.openNotebook(await batch.write('way.ipynb', 'depth = 3.0'));
});

test.afterEach(async ({ batch, page }) => {
  await batch.asked();
  await expect(batch.dialog).toContainText('Run as batch: way.ipynb');
  await page.keyboard.press('Escape');
  await expect(batch.dialog).toHaveCount(0);
});

test('the Run menu leads to the dialog', async ({ page }) => {
  await page.menu.clickMenuItem('Run>Run as Batch…');
});

test('the command palette leads to the dialog', async ({ batch, page }) => {
  const quickly = { timeout: 3000 };
  const palette = page.locator('.lm-CommandPalette');
  // It hides whenever the notebook, still being opened, takes the focus.
  await expect(async () => {
    if ((await batch.dialog.count()) > 0) {
      return; // it came late
    }
    await page.keyboard.press('ControlOrMeta+Shift+C');
    await palette.locator('input').fill('run as batch', quickly);
    await expect(palette.locator('.lm-mod-active')).toHaveAttribute(
      'data-command',
      'jupyterlab-batch:run-notebook',
      quickly
    );
    await page.keyboard.press('Enter');
    await expect(batch.dialog).toBeVisible(quickly);
  }).toPass({ timeout: 60_000 });
});

test('the shortcut leads to the dialog, in a cell and beside it', async ({
  batch,
  page
}) => {
  await page.notebook.selectCells(0);
  await page.keyboard.press('ControlOrMeta+Shift+Enter');
  await batch.asked();
  await expect(batch.dialog.locator(':focus')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(batch.dialog).toHaveCount(0);
  await page.notebook.enterCellEditingMode(0);
  await page.keyboard.press('ControlOrMeta+Shift+Enter');
});

test('the View menu shows the panel', async ({ batch, page }) => {
  await expect(batch.panel).toBeHidden();
  await page.menu.clickMenuItem('View>Batch Runs');
  await expect(batch.panel).toBeVisible();
  await batch.button().click();
});
