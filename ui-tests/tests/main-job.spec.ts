import { expect, test } from './batch';

test('from the button to the delivered result', async ({ batch, page }) => {
  await batch.openNotebook(await batch.layOutExample());
  await batch.ask();

  const chips = {
    AMP: 'notebook',
    Xc: 'local_file',
    Yc: 'home_file',
    WID: 'environment'
  };
  await expect(batch.dialog.locator('[data-parameter-row]')).toHaveCount(4);
  for (const [name, layer] of Object.entries(chips)) {
    await expect(
      batch.parameter(name).locator('.jp-Batch-chip')
    ).toHaveAttribute('data-layer', layer);
  }
  await expect(batch.field('AMP')).toHaveValue('3.0');
  await expect(batch.field('Xc')).toHaveValue('251.5');
  await expect(batch.field('Yc')).toHaveValue('51.0');
  await expect(batch.field('WID')).toHaveValue('18.0');
  await expect(batch.parameter('Xc')).toContainText('wave.params.toml:1');
  await expect(batch.parameter('WID')).toContainText('FUNWAVE_WID');

  await batch.parameter('Xc').locator('.jp-Batch-chip').click();
  await expect(
    batch.parameter('Xc').locator('.jp-Batch-shadowed')
  ).toContainText('250.0');
  await batch.field('AMP').fill('4.0');
  await expect(batch.parameter('AMP')).toHaveAttribute('data-edited', 'true');
  await expect(batch.dialog.locator('[data-fold="identity"]')).toContainText(
    'community account at platform; may jobs:read, meta:write; made for this run, dies with it'
  );
  await batch.shoot('dialog');

  const run = await batch.go();
  await expect(run).toHaveAttribute('data-state', 'running');
  await expect(run.locator('[data-fact="progress"]')).toHaveText(
    /cell \d of 7/
  );
  await batch.shoot('running');

  const toast = batch.toast('wave.ipynb succeeded');
  await expect(toast).toBeVisible({ timeout: 60_000 });
  await expect(run).toHaveAttribute('data-state', 'succeeded');
  await run.locator('.jp-Batch-runName').click();
  await expect(batch.detail.locator('.jp-Batch-credential')).toContainText(
    'verified dead'
  );
  await expect(batch.detail.locator('.jp-Batch-credential')).toHaveAttribute(
    'data-certainty',
    'dead'
  );
  await expect(
    batch.detail.locator('[data-parameter-row="AMP"]')
  ).toContainText('4.0');
  await batch.shoot('detail');

  await toast.getByRole('button', { name: 'Open result' }).click();
  const result = page.locator('.jp-NotebookPanel:not(.lm-mod-hidden)');
  await expect(
    result.locator('.jp-InputArea-editor', { hasText: 'AMP = 4.0' })
  ).toBeVisible();
  const plot = result.locator('.jp-RenderedImage img');
  await expect(plot).toBeAttached();
  await plot.scrollIntoViewIfNeeded();
  await expect(plot).toBeVisible();
  await expect
    .poll(() => plot.evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBeGreaterThan(300);
  await batch.shoot('result');
});
