import { expect, test } from './batch';

test('what one tab does is seen in another, whose edits stay', async ({
  batch,
  page
}) => {
  const path = await batch.writeTagged('shared.ipynb', 'AMP = 1.0');
  await batch.openNotebook(path);
  const other = await page.context().newPage();
  const root = page.url().split('/lab')[0];
  const workspace = `other-${crypto.randomUUID().slice(0, 8)}`;
  await other.goto(`${root}/lab/workspaces/${workspace}/tree/${path}`);
  await other
    .locator('[data-command="jupyterlab-batch:run-notebook"]')
    .first()
    .click({ timeout: 60_000 });
  const dialog = other.locator('.jp-Batch-dialog');
  await expect(dialog.locator('[data-phase="ready"]')).toBeVisible();
  const field = dialog.locator('[data-parameter="AMP"]');
  await field.fill('7.5');

  await batch.ask();
  const first = await batch.go();
  await expect(first).toHaveAttribute('data-state', 'succeeded');
  const id = await batch.idOf(first);
  await expect(field).toHaveValue('7.5');
  await dialog.locator('.jp-Batch-submit').click();
  await expect(dialog).toHaveCount(0);

  const runs = page.locator('#jp-batch-runs .jp-Batch-run', {
    hasText: 'shared.ipynb'
  });
  await expect(runs).toHaveCount(2);
  await expect(runs.first()).toContainText('AMP 7.5');
  await expect(runs.first()).toHaveAttribute('data-state', 'succeeded');

  // A run that is looked at in one tab is deleted in the other.
  await other.evaluate(async shown => {
    await window.jupyterapp.commands.execute('jupyterlab-batch:open-run', {
      id: shown
    });
  }, id);
  const view = batch.viewOf(id, other);
  await expect(view.locator('.jp-Batch-stateWord')).toHaveText('succeeded');
  await first
    .locator('[data-command="jupyterlab-batch:delete-run"]')
    .click();
  await page.locator('.jp-Dialog .jp-mod-accept').click();
  await expect(runs).toHaveCount(1);
  await expect(view).toHaveCount(0);
  await other.close();
});
