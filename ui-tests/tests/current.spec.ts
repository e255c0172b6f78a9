import { expect, test } from './batch';

test('what runs is the notebook on screen, edits not yet saved included', async ({
  batch,
  page
}) => {
  const path = await batch.write('front.ipynb', "print('as saved')");
  await batch.write('selected.ipynb', "print('the wrong notebook')");
  await batch.openNotebook(path);
  await batch.retype(0, "print('as on screen')");
  const item = page.locator('.jp-DirListing-item', {
    hasText: 'selected.ipynb'
  });
  await item.click();
  await expect(item).toHaveClass(/jp-mod-selected/);

  await batch.ask();
  await expect(batch.dialog).toContainText('front.ipynb');
  const run = await batch.go();
  await expect(run).toHaveAttribute('data-state', 'succeeded');
  await expect(run.locator('.jp-Batch-runName')).toHaveText('front.ipynb');
  // it ran without being saved
  expect(batch.read(path)).toContain('as saved');

  await run.locator('.jp-Batch-runName').click();
  const result = await batch.openResult();
  await expect(result.locator('.jp-OutputArea-output')).toHaveText(
    'as on screen'
  );
});

test('the context menu runs the selected notebook from the disk', async ({
  batch,
  page
}) => {
  await batch.openNotebook(await batch.write('front.ipynb', "print('front')"));
  await batch.write('selected.ipynb', "print('from the disk')");
  await page
    .locator('.jp-DirListing-item', { hasText: 'selected.ipynb' })
    .click({ button: 'right' });
  await page
    .locator('.lm-Menu [data-command="jupyterlab-batch:run-file"]')
    .click();
  await batch.asked();
  await expect(batch.dialog).toContainText('selected.ipynb');
  const run = await batch.go();
  await expect(run).toHaveAttribute('data-state', 'succeeded');
  await run.locator('.jp-Batch-runName').click();
  const result = await batch.openResult();
  await expect(result.locator('.jp-OutputArea-output')).toHaveText(
    'from the disk'
  );
});
