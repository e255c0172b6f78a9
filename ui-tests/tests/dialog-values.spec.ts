import { expect, test } from './batch';

test('values of an earlier run, of lines and of a file', async ({
  batch,
  page
}) => {
  await batch.openNotebook(await batch.layOutExample());
  await page.contents.uploadContent(
    'AMP: 4.75\nYc: 60\nDEPTH: 3\n',
    'text',
    `${batch.folder}/study.yaml`
  );
  await batch.ask();
  await batch.dialog.locator('[data-fill-from="bring"]').click();
  const lines = batch.dialog.locator('[data-field="lines"]');
  await lines.fill('AMP 4');
  await batch.dialog.locator('[data-take-lines]').click();
  await expect(batch.dialog.locator('.jp-Batch-bring')).toContainText(
    'lines:1 cannot be read: NAME=VALUE is expected'
  );
  await lines.fill('AMP = 4.5\nXcc=252');
  await batch.dialog.locator('[data-take-lines]').click();
  const filled = batch.dialog.locator('.jp-Batch-filled');
  await expect(filled).toContainText('Taken: AMP.');
  await expect(filled).toContainText('Did you mean Xc?');
  await expect(batch.field('AMP')).toHaveValue('4.5');
  await batch.shoot('lines');

  await batch.dialog.locator('[data-field="import"]').click();
  const files = page.locator('.jp-Dialog:not(.jp-Batch-dialog)');
  await files.locator('.jp-DirListing-item', { hasText: 'study.yaml' }).click();
  await files.getByRole('button', { name: 'Select' }).click();
  await batch.asked();
  await expect(filled).toContainText('Taken: AMP, Yc.');
  await expect(filled).toContainText('no parameter DEPTH');
  await expect(batch.field('Yc')).toHaveValue('60');
  await batch.dialog.locator('[data-field="label"]').fill('the study');
  const run = await batch.go();
  await expect(run).toBeVisible();

  await batch.ask();
  await expect(batch.field('AMP')).toHaveValue('3.0');
  await batch.dialog.locator('[data-fill-from="earlier"]').click();
  const earlier = batch.dialog.locator('[data-values-of]').first();
  await expect(earlier).toContainText('the study');
  await expect(earlier).toContainText('AMP 4.75, Yc 60.0');
  await batch.shoot('earlier');
  await earlier.click();
  await expect(batch.field('AMP')).toHaveValue('4.75');
  await expect(batch.field('Yc')).toHaveValue('60.0');
  await expect(earlier).toContainText('the same values');
});
