import { writeFileSync } from 'node:fs';

import { expect, placeOf, test } from './batch';

test('the chip opens the whole chain, and a link opens the file there', async ({
  batch,
  page
}) => {
  await batch.openNotebook(await batch.layOutExample());
  // Not where a file opens anyway.
  writeFileSync(
    placeOf('root', `${batch.folder}/wave.params.toml`),
    '# of the basin\n\nXc = 251.5\n'
  );
  await batch.ask();
  const row = batch.parameter('Xc');
  await expect(batch.submit).toBeFocused();
  await row.locator('.jp-Batch-chip').focus();
  await page.keyboard.press('Enter');
  const rungs = row.locator('[data-rung]');
  await expect(rungs).toHaveText([
    /^environmentFUNWAVE_Xc–$/,
    /^local filewave\.params\.toml:3251\.5in force$/,
    /^settings file\$FUNWAVE_SETTINGS–$/,
    /^home file~\/\.config\/.*funwave\.\*–$/,
    /^notebookcell 4250\.0hidden$/
  ]);
  await batch.parameter('WID').locator('.jp-Batch-chip').click();
  await expect(
    batch.parameter('WID').locator('[aria-current="true"]')
  ).toHaveText(/FUNWAVE_WID18\.0in force/);
  await batch.shoot('ladder');
  await page.theme.setDarkTheme();
  await batch.shoot('ladder-dark');
  await page.setViewportSize({ width: 320, height: 640 });
  await batch.parameter('Xc').scrollIntoViewIfNeeded();
  await batch.shoot('ladder-narrow');
  await page.setViewportSize({ width: 1280, height: 800 });

  await batch.field('AMP').fill('4.25');
  await rungs.getByRole('button', { name: 'wave.params.toml:3' }).click();
  await expect(batch.dialog).toHaveCount(0);
  const editor = page.locator('.jp-FileEditor:visible');
  await expect(editor).toContainText('Xc = 251.5');
  await expect(
    page.getByRole('tab', { name: 'wave.params.toml', selected: true })
  ).toBeVisible();

  await expect(page.locator('#jp-main-statusbar').getByText('Ln 3')).toBeVisible();

  // Back at the notebook, what was typed is still there.
  await page.notebook.activate('wave.ipynb');
  await batch.ask();
  await expect(batch.field('AMP')).toHaveValue('4.25');
});
