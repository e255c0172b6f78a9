import { expect, Gate, test } from './batch';

test('a notebook that fails shows its traceback', async ({ batch }) => {
  await batch.openNotebook(
    await batch.write(
      'leak.ipynb',
      'depth = 3',
      "raise ValueError('the basin leaks')",
      "print('never reached')"
    )
  );
  await batch.ask();
  const run = await batch.go();
  await expect(run).toHaveAttribute('data-state', 'failed');
  await expect(run.locator('.jp-Batch-stateWord')).toHaveText('failed');
  await expect(batch.toast('leak.ipynb failed')).toBeVisible();

  await run.locator('.jp-Batch-runName').click();
  const traceback = batch.detail.locator('.jp-Batch-traceback');
  await expect(traceback).toContainText('ValueError');
  await expect(traceback).toContainText('the basin leaks');
  await batch.shoot('failed');

  const result = await batch.openResult();
  await expect(result.locator('.jp-OutputArea')).toContainText([
    'the basin leaks'
  ]);
  await expect(result.getByText('never reached')).toBeVisible();
  await expect(
    result.locator('.jp-OutputArea', { hasText: 'never reached' })
  ).toHaveCount(0);
});

test('a cancelled run keeps what it has produced', async ({ batch }) => {
  const gate = new Gate(batch.folder);
  await batch.openNotebook(
    await batch.write('long.ipynb', "print('produced so far')", gate.cell)
  );
  await batch.ask();
  const run = await batch.go();
  await expect(run.locator('[data-fact="progress"]')).toHaveText('cell 2 of 2');
  await run.getByRole('button', { name: 'Cancel' }).click();
  await expect(run).toHaveAttribute('data-state', 'cancelled');
  await expect(batch.toast('long.ipynb was cancelled')).toBeVisible();
  await expect(run.getByRole('button', { name: 'Cancel' })).toHaveCount(0);

  await run.locator('.jp-Batch-runName').click();
  const result = await batch.openResult();
  await expect(
    result.locator('.jp-OutputArea-output', { hasText: 'produced so far' })
  ).toBeVisible();
});

test('a run is deleted once that is confirmed', async ({ batch, page }) => {
  await batch.openNotebook(await batch.write('short.ipynb', "print('short')"));
  await batch.ask();
  const run = await batch.go();
  await expect(run).toHaveAttribute('data-state', 'succeeded');
  const id = await batch.idOf(run);
  expect(await batch.ids()).toContain(id);

  const remove = run.getByRole('button', { name: 'Delete' });
  const question = page.locator('.jp-Dialog', { hasText: 'Delete this run?' });
  await remove.click();
  await question.getByRole('button', { name: 'Keep' }).click();
  await expect(question).toHaveCount(0);
  await expect(run).toBeVisible();
  expect(await batch.ids()).toContain(id);

  await remove.click();
  await question.getByRole('button', { name: 'Delete' }).click();
  await expect(run).toHaveCount(0);
  // The list lets go of it at once; the broker, once its files are gone.
  await expect.poll(() => batch.ids()).not.toContain(id);
});
