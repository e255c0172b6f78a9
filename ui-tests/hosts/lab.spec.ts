import { expect, inLab, test } from './host';

test('JupyterLab: button, dialog, notification, result', async ({
  host,
  page
}) => {
  await page.goto(inLab(host.write('lab.ipynb')));
  await host.ask();
  await host.field('AMP').fill('4.0');
  await host.submit();
  const toast = host.ended('lab.ipynb succeeded');
  await expect(toast).toBeVisible({ timeout: 60_000 });
  await toast.getByRole('button', { name: 'Open result' }).click();
  await expect(
    page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea', {
      hasText: 'AMP is 4.0'
    })
  ).toBeVisible({ timeout: 60_000 });
});

test('JupyterLab: the panel lists two runs; one is opened, both are compared', async ({
  host,
  page
}) => {
  await page.goto(inLab(host.write('listed.ipynb')));
  await page.locator('.lm-TabBar-tab[data-id="jp-batch-runs"]').click();
  const rows = page.locator('#jp-batch-runs .jp-Batch-run', {
    hasText: 'listed.ipynb'
  });
  for (const [index, value] of ['3.5', '4.5'].entries()) {
    await host.ask();
    await host.field('AMP').fill(value);
    await host.submit();
    await expect(rows).toHaveCount(index + 1);
    await expect(rows.first()).toHaveAttribute('data-state', 'succeeded', {
      timeout: 60_000
    });
  }

  await rows.first().locator('.jp-Batch-runName').click();
  await page
    .locator('#jp-batch-runs [data-command="jupyterlab-batch:open-run"]')
    .click();
  const run = page.locator('.jp-Batch-document:visible');
  await expect(run).toContainText('AMP is 4.5', { timeout: 60_000 });
  for (const [tab, words] of [
    ['Parameters', '4.5'],
    ['Files', 'listed.ipynb'],
    ['History', 'succeeded']
  ]) {
    await run.getByRole('tab', { name: tab }).click();
    await expect(run.getByRole('tabpanel')).toContainText(words);
  }
  await host.compare();
  await expect(
    page.locator('.jp-Batch-compare:visible [data-compared="AMP"]')
  ).toContainText('4.5', { timeout: 60_000 });
});
