import { Axe } from '../access/axe';
import { expect, test } from './host';

test('Notebook 7: button, dialog, notification', async ({ host, page }) => {
  await page.goto(`/notebooks/${host.write('single.ipynb')}`);
  await host.ask();
  await host.field('AMP').fill('4.0');
  await host.submit();
  await expect(host.ended('single.ipynb succeeded')).toBeVisible({
    timeout: 60_000
  });
});

test('Notebook 7: runs beside the files, a run, a comparison, the result', async ({
  host,
  page,
  context
}, { project }) => {
  // Two runs to compare: the second from the file page's own menu.
  await page.goto(`/notebooks/${host.write('tabs.ipynb')}`);
  await host.ask();
  await host.submit();
  const toast = host.ended('tabs.ipynb succeeded');
  await expect(toast).toBeVisible({ timeout: 60_000 });

  await page.goto('/tree/tabs');
  const file = page.locator('.jp-DirListing-item', { hasText: 'tabs.ipynb' });
  await file.click({ button: 'right', timeout: 60_000 });
  await page.getByRole('menuitem', { name: 'Run as Batch…' }).click();
  await expect(host.dialog.locator('[data-phase="ready"]')).toBeVisible({
    timeout: 60_000
  });
  const axe = new Axe(page);
  expect(await axe.faults(['.jp-Batch-dialog .jp-Dialog-content'])).toEqual([]);
  await host.field('AMP').fill('4.5');
  await host.submit();

  const tabs = page.locator('.jp-TreePanel > .lm-TabBar');
  /* eslint-disable jupyter/galata-prefer-menu-helper -- galata knows JupyterLab alone */
  await page.getByRole('menuitem', { name: 'View', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Batch Runs', exact: true }).click();
  /* eslint-enable jupyter/galata-prefer-menu-helper */
  await expect(page.locator('#jp-batch-runs')).toBeFocused();
  const rows = page.locator('#jp-batch-runs .jp-Batch-run', {
    hasText: 'tabs.ipynb'
  });
  await expect(rows).toHaveCount(2, { timeout: 60_000 });
  await expect(rows.first()).toHaveAttribute('data-state', 'succeeded', {
    timeout: 60_000
  });

  expect(await axe.faults(['#jp-batch-runs'])).toEqual([]);
  if (project.name === 'newest') {
    await host.shoot('notebook-7');
  }

  await rows.first().locator('.jp-Batch-runName').click();
  await page
    .locator('#jp-batch-runs [data-command="jupyterlab-batch:open-run"]')
    .click();
  const run = page.locator('.jp-Batch-document:visible');
  await expect(run).toContainText('AMP is 4.5', { timeout: 60_000 });
  await expect(tabs.getByRole('tab', { name: 'tabs.ipynb' })).toHaveAttribute(
    'aria-selected',
    'true'
  );

  const shown = '.jp-Batch-document:not(.lm-mod-hidden *)';
  expect(await axe.faults([shown])).toEqual([]);

  await host.compare();
  await expect(page.locator('.jp-Batch-compare:visible')).toContainText('4.5', {
    timeout: 60_000
  });

  expect(await axe.faults(['.jp-Batch-compare:not(.lm-mod-hidden *)'])).toEqual(
    []
  );

  // Each tab closes by itself, and the list stays.
  await tabs
    .getByRole('tab', { name: 'Compare 2 runs' })
    .locator('.lm-TabBar-tabCloseIcon')
    .click();
  await expect(page.locator('.jp-Batch-compare')).toHaveCount(0);
  await tabs.getByRole('tab', { name: 'tabs.ipynb' }).click();
  const [result] = await Promise.all([
    context.waitForEvent('page'),
    page
      .locator(
        '.jp-MainAreaWidget:visible [data-command="jupyterlab-batch:open-result"]'
      )
      .click()
  ]);
  await expect(
    result.locator('.jp-OutputArea', { hasText: 'AMP is 4.5' })
  ).toBeVisible({ timeout: 60_000 });
  await result.close();
});

test('Notebook 7: from the notebook to the run in a tab of its own', async ({
  host,
  page,
  context
}) => {
  await page.goto(`/notebooks/${host.write('away.ipynb')}`);
  await host.ask();
  await host.submit();
  const toast = host.ended('away.ipynb succeeded');
  await expect(toast).toBeVisible({ timeout: 60_000 });
  await toast.getByRole('button', { name: 'Show run' }).click();
  const open = page.locator(
    '#jp-batch-runs [data-command="jupyterlab-batch:open-run"]'
  );
  const [there] = await Promise.all([
    context.waitForEvent('page'),
    open.click({ timeout: 60_000 })
  ]);
  await expect(there.locator('.jp-Batch-document')).toContainText(
    'AMP is 3.0',
    {
      timeout: 60_000
    }
  );
  // Asked for again, it is the same page that shows it.
  await open.click();
  await expect(there.locator('.jp-Batch-document')).toContainText(
    'AMP is 3.0',
    {
      timeout: 60_000
    }
  );
  expect(context.pages()).toHaveLength(2);
});
