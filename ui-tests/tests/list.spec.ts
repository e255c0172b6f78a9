import { expect, test, type Batch } from './batch';

/** Submits a notebook with a label and waits for its end. */
async function runs(batch: Batch, label: string, target = 'local') {
  await batch.ask();
  await batch.dialog.locator('[data-field="target"]').selectOption(target);
  await batch.asked();
  await batch.dialog.locator('[data-field="label"]').fill(label);
  const run = await batch.go();
  await expect(run).toHaveAttribute('data-state', /succeeded|failed/);
  return { run, id: await batch.idOf(run) };
}

test('runs are found, grouped, chosen and deleted together', async ({
  batch,
  page
}) => {
  await batch.openNotebook(await batch.write('calm.ipynb', "print('calm')"));
  const first = await runs(batch, 'alpha');
  const second = await runs(batch, 'beta', 'second');
  await page.sidebar.openTab('filebrowser');
  await batch.openNotebook(
    await batch.write('storm.ipynb', "raise ValueError('too much wind')")
  );
  const failed = await runs(batch, 'alpha');
  await page.sidebar.setWidth(320, 'left');
  const filter = (name: string) =>
    batch.panel.locator(`[data-filter="${name}"]`);
  /** The list shows these and no others, in this order. */
  const lists = (...expected: { id: string }[]) =>
    expect
      .poll(() =>
        batch.runs.evaluateAll(lines =>
          lines.map(line => line.getAttribute('data-run-id'))
        )
      )
      .toEqual(expected.map(({ id }) => id));

  // This notebook: the one in front.
  await filter('here').click();
  await lists(failed);
  await filter('here').click();

  await filter('search').fill(`CALM alp ${batch.folder}`);
  await lists(first);
  await filter('state').selectOption('failed');
  await expect(batch.panel.locator('[data-empty="filtered"]')).toBeVisible();
  await batch.panel.getByRole('button', { name: 'Show all runs' }).click();
  await expect(batch.runs.first()).toHaveAttribute('data-run-id', failed.id);

  await filter('more').click();
  await filter('label').fill('alpha');
  await filter('span').selectOption('today');
  await filter('order').selectOption('oldest');
  await lists(first, failed);
  await filter('order').selectOption('newest');
  await lists(failed, first);
  await filter('order').selectOption('notebook');
  await lists(first, failed);
  await batch.shoot('list-filter');
  await page.theme.setDarkTheme();
  await batch.shoot('list-filter-dark');
  await page.theme.setLightTheme();
  await batch.panel.locator('[data-action="clear-filter"]').click();

  await filter('order').selectOption('newest');
  await filter('grouped').check();
  const groups = batch.panel.locator('.jp-Batch-notebook');
  await expect(groups.filter({ hasText: 'calm.ipynb' })).toContainText(
    '2 runs'
  );
  await groups.filter({ hasText: 'calm.ipynb' }).click();
  await lists(second, first);
  await batch.shoot('list-grouped');
  await filter('grouped').uncheck();
  await filter('more').click();

  // Where they ran; and a filter that got a name is there after a reload.
  await filter('more').click();
  await filter('target').selectOption('second');
  await lists(second);
  await batch.panel.locator('[data-action="save-filter"]').click();
  await page.locator('.jp-Dialog input').fill('elsewhere');
  await page.keyboard.press('Enter');
  await expect(filter('saved')).toHaveValue('elsewhere');
  // JupyterLab keeps such things a moment later.
  const kept = page.waitForRequest(request => {
    const { data } = (request.postDataJSON() ?? {}) as {
      data?: { 'jupyterlab-batch:panel'?: { wish: { target: string } } };
    };
    return data?.['jupyterlab-batch:panel']?.wish.target === '';
  });
  await batch.panel.locator('[data-action="clear-filter"]').click();
  await expect(filter('saved')).toHaveValue('');
  await kept;
  await expect(batch.runs.first()).toHaveAttribute('data-run-id', failed.id);
  await batch.reload();
  await batch.showRuns();
  await expect(batch.runs.first()).toHaveAttribute('data-run-id', failed.id);
  await filter('more').click();
  await filter('saved').selectOption('elsewhere');
  await lists(second);
  await expect(filter('target')).toHaveValue('second');
  await batch.panel.locator('[data-action="clear-filter"]').click();
  await filter('more').click();

  // The keyboard alone chooses the newest two of these and deletes them.
  await filter('search').fill(batch.folder);
  await lists(failed, second, first);
  await batch.runs.first().focus();
  await page.keyboard.press('Shift+ArrowDown');
  await expect(batch.runs.nth(1)).toBeFocused();
  await expect(batch.panel.locator('[aria-selected="true"]')).toHaveCount(2);
  await batch.shoot('list-chosen');
  await page.keyboard.press('Delete');
  const question = page.locator('.jp-Dialog', { hasText: 'Delete 2 runs?' });
  await expect(question).toContainText('storm.ipynb (alpha)');
  await batch.shoot('list-question');
  await question.getByRole('button', { name: 'Delete' }).click();
  await lists(first);
  expect(await batch.ids()).not.toContain(failed.id);
});
