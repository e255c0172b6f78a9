import { readFileSync, rmSync, writeFileSync } from 'node:fs';

import { expect, Gate, placeOf, test, WITHOUT_GALATA } from './batch';

test('a page that is loaded again sees the run end', async ({
  batch,
  page
}) => {
  const gate = new Gate(batch.folder);
  await batch.openNotebook(
    await batch.write('gated.ipynb', gate.cell, '1 + 1')
  );
  await batch.ask();
  const run = await batch.go();
  await expect(run.locator('[data-fact="progress"]')).toHaveText('cell 1 of 2');

  await batch.reload();
  await expect(page.locator('.jp-NotebookPanel')).toBeVisible();
  await batch.showRuns();
  await expect(batch.panel.locator('[data-connection]')).toHaveText('live');
  await expect(run).toHaveAttribute('data-state', 'running');
  gate.open();
  await expect(run).toHaveAttribute('data-state', 'succeeded');
  await expect(batch.toast('gated.ipynb succeeded')).toHaveCount(1);
});

test.describe('without galata between page and server', () => {
  test.use(WITHOUT_GALATA);

  test('a run goes on while the Jupyter server is away', async ({ batch }) => {
    const gate = new Gate(batch.folder);
    await batch.openNotebook(
      await batch.write('alone.ipynb', gate.cell, '1 + 1')
    );
    await batch.ask();
    const run = await batch.go();
    await expect(run).toHaveAttribute('data-state', 'running');
    const view = await batch.openRun(await batch.idOf(run));
    const trouble = view.locator('.jp-Batch-liveBar [role="status"]');
    await expect(view.locator('article').first()).toHaveAttribute(
      'data-status',
      'running'
    );
    await expect(trouble).toHaveCount(0);

    const pid = Number(readFileSync(placeOf('lab.pid'), 'utf8'));
    writeFileSync(placeOf('hold'), '');
    process.kill(pid, 'SIGKILL');
    const connection = batch.panel.locator('[data-connection]');
    await expect(connection).toHaveAttribute(
      'data-connection',
      'reconnecting',
      { timeout: 60_000 }
    );
    await expect(connection).toContainText('last seen');
    // The view says so where its outputs would come, and keeps what it has.
    await expect(trouble).toContainText('No connection to the broker');
    const away = view.locator('.jp-Batch-away');
    await expect(away).toContainText('reconnecting, last seen');
    await expect(view.locator('article').first()).toBeVisible();
    await batch.shoot('reconnecting');
    gate.open();
    rmSync(placeOf('hold'));
    // serve.py starts another server; nobody presses anything
    await expect(connection).toHaveAttribute('data-connection', 'live', {
      timeout: 60_000
    });
    await expect(run).toHaveAttribute('data-state', 'succeeded');
    await expect(batch.toast('alone.ipynb succeeded')).toHaveCount(1);
    await expect(view.locator('.jp-Batch-stateWord')).toHaveText('succeeded');
    await expect(view.locator('article').first()).toHaveAttribute(
      'data-status',
      'ok',
      { timeout: 60_000 }
    );
    await expect(trouble).toHaveCount(0);
    await expect(away).toHaveCount(0);
  });
});
