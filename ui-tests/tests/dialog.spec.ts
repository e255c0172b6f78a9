import { expect, test } from './batch';

test('a wrong value marks its field, and Submit says why it waits', async ({
  batch
}) => {
  await batch.openNotebook(await batch.layOutExample());
  const before = await batch.ids();
  await batch.ask();
  const amp = batch.field('AMP');
  await amp.fill('three');
  await expect(amp).toHaveAttribute('aria-invalid', 'true');
  await expect(batch.parameter('AMP').locator('.jp-Batch-wrong')).toContainText(
    'expects'
  );

  await batch.submit.click();
  await expect(batch.dialog.locator('.jp-Batch-status')).toContainText(
    'Submit waits: AMP'
  );
  await expect(amp).toBeFocused();
  await batch.shoot('wrong-value');
  expect(await batch.ids()).toEqual(before);

  // Out of the range that the comment behind the parameter gives.
  await amp.fill('5.5');
  await expect(amp).toHaveAttribute('aria-invalid', 'true');
  await amp.fill('4.5');
  await expect(amp).toHaveAttribute('aria-invalid', 'false');
  await expect(batch.dialog.locator('.jp-Batch-status')).toBeEmpty();
});

test('one keystroke submits when nothing needs attention', async ({
  batch,
  page
}) => {
  await batch.openNotebook(await batch.write('quick.ipynb', "print('quick')"));
  const before = await batch.ids();
  await batch.ask();
  await expect(batch.submit).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(batch.dialog).toHaveCount(0);
  await expect.poll(() => batch.ids()).toHaveLength(before.length + 1);
  await batch.showRuns();
  await expect(batch.runs.first()).toHaveAttribute('data-state', 'succeeded');
});
