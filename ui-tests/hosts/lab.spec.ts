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

test('JupyterLab: the panel lists the run', async ({ host, page }) => {
  await page.goto(inLab(host.write('listed.ipynb')));
  await host.ask();
  await host.submit();
  await page.locator('.lm-TabBar-tab[data-id="jp-batch-runs"]').click();
  await expect(
    page.locator('#jp-batch-runs .jp-Batch-run', { hasText: 'listed.ipynb' })
  ).toHaveAttribute('data-state', 'succeeded', { timeout: 60_000 });
});
