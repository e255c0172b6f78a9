import { expect, inLab, test } from './host';

test('beside another scheduler: both buttons are there', async ({
  host,
  page
}) => {
  await page.goto(inLab(host.write('beside.ipynb')));
  const toolbar = page.locator('.jp-NotebookPanel-toolbar');
  await expect(
    toolbar.locator('[data-command="scheduling:create-from-notebook"]')
  ).toBeVisible({ timeout: 60_000 });
  await host.ask();
});
