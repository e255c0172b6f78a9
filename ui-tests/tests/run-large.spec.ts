import type { RunDetail } from '@jupyterlab-batch/protocol';

import { enlarge } from '../../bench/browser/enlarge';
import { expect, test } from './batch';

// How long the page does not answer meanwhile: `make bench`, beside a page at rest.
test('of a run of 10,000 cells and 50 MB only what is in view is there', async ({
  batch,
  page
}) => {
  await batch.openNotebook(await batch.write('large.ipynb', 'print(0)'));
  await batch.ask();
  const run = await batch.go();
  await expect(run).toHaveAttribute('data-state', 'succeeded');
  const [id] = await batch.ids();
  const reply = await page.request.get(`/jupyterlab-batch/v1/runs/${id}`);
  const detail = (await reply.json()) as RunDetail;
  enlarge(detail.run.run_folder ?? '', {
    cells: 10_000,
    heavy: 5000,
    megabytes: 50
  });

  const view = await batch.openRun(id);
  await expect(view.locator('article[data-cell="0"]')).toContainText(
    'output 0'
  );
  const heavy = view.locator('article[data-cell="5000"]');
  await view.locator('.jp-Batch-cellList').evaluate(node => {
    node.scrollTop = 4990 * 26;
  });
  await view.locator('[data-list-cell="5000"]').click();
  await expect(heavy.locator('.jp-Batch-omitted')).toContainText('MB');
  await expect(heavy).toBeInViewport();
  await expect(heavy.locator('pre').last()).toContainText('abcdefghi');
  await batch.shoot('run-large');
  // Of 10,000 cells a few dozen exist, and of 50 MB what fits on some screens.
  expect(await view.locator('article').count()).toBeLessThan(300);
  expect(await view.locator('[data-list-cell]').count()).toBeLessThan(100);
  const length = await view.evaluate(node => node.textContent?.length ?? 0);
  expect(length).toBeLessThan(1_000_000);

  // Who looks at another document in between finds the place again.
  const bring = (widget: string) =>
    page.evaluate(to => window.jupyterapp.shell.activateById(to), widget);
  const notebook = page.locator('.jp-NotebookPanel');
  await bring((await notebook.getAttribute('id')) ?? '');
  await expect(notebook).toBeVisible();
  await expect(view).toBeHidden();
  await bring(`jp-batch-run-${id}`);
  await expect(heavy).toBeInViewport();

  await heavy.getByRole('button', { name: 'Show all' }).click();
  await expect(heavy.locator('.jp-Batch-omitted')).toContainText(
    'The executed notebook has all of it.'
  );
  await expect
    .poll(() => heavy.evaluate(node => node.textContent?.length ?? 0))
    .toBeGreaterThan(1_000_000);
});
