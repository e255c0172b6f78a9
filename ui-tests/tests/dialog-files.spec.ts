import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';

import type { RunDetail } from '@jupyterlab-batch/protocol';

import { expect, placeOf, test } from './batch';

test('what is switched off stays behind, what is expected has to be there, and the notebook remembers', async ({
  batch,
  page
}) => {
  const path = await batch.write(
    'files.ipynb',
    'AMP = 3.0',
    'open("data/kept.csv").read()',
    'with open("eta.txt", "w") as out:\n    out.write(str(AMP))'
  );
  const project = placeOf('root', batch.folder);
  mkdirSync(`${project}/data`, { recursive: true });
  mkdirSync(`${project}/results`);
  mkdirSync(`${project}/big`, { recursive: true });
  writeFileSync(`${project}/jupyterlab-batch.toml`, '');
  writeFileSync(`${project}/.jupyterlab-batch-ignore`, 'data/\n');
  writeFileSync(`${project}/data/kept.csv`, '1');
  writeFileSync(`${project}/data/other.csv`, '2');
  writeFileSync(`${project}/big/mesh.bin`, 'x'.repeat(5000));
  await batch.openNotebook(path);
  await batch.ask();

  // A file that is named and left out goes along by one press, alone.
  await batch.dialog.locator('[data-fix="missing_file"]').click();
  await expect(batch.dialog.locator('[data-fix="missing_file"]')).toHaveCount(
    0
  );
  await batch.dialog.locator('[data-fold="files"]').click();
  const tree = batch.dialog.locator('.jp-Batch-tree').first();
  await expect(tree.locator('[data-path="big"]')).toContainText('1 file, 5 kB');
  await tree.locator('[data-toggle="big"]').uncheck();
  await expect(tree.locator('[data-path="big"]')).toContainText('stays behind');
  await tree.getByRole('button', { name: 'data' }).click();
  await expect(tree.locator('[data-path^="data/"]')).toHaveText(/kept\.csv/);

  // A folder that is not there keeps the run, and is where the focus goes.
  const into = batch.dialog.locator('[data-field="deliver-to"]');
  await into.fill('resluts');
  await expect(into).toHaveAttribute('aria-invalid', 'true');
  await batch.dialog.locator('[data-fold="files"]').click();
  await batch.dialog.locator('.jp-Batch-submit').click();
  await expect(into).toBeFocused();
  await batch.shoot('deliver-refused');
  await into.fill('results');
  await expect(into).toHaveAttribute('aria-invalid', 'false');

  await batch.dialog.locator('[data-fold="outputs"]').click();
  await batch.dialog.locator('[data-declare="eta.txt"]').click();
  await expect(batch.dialog.locator('[data-output]')).toHaveValue('eta.txt');
  await batch.dialog.locator('[data-fix="tag-cell"]').click();
  await expect(batch.parameter('AMP')).toHaveAttribute('data-included', 'true');
  await batch.dialog.locator('[data-field="remember"]').check();
  await batch.field('AMP').fill('4.5');
  await batch.dialog.locator('[data-fold="files"]').scrollIntoViewIfNeeded();
  await batch.shoot('files');
  await page.theme.setDarkTheme();
  await batch.shoot('files-dark');
  await page.setViewportSize({ width: 320, height: 640 });
  await batch.shoot('files-narrow');
  await page.setViewportSize({ width: 1280, height: 800 });

  const run = await batch.go();
  await expect(run).toHaveAttribute('data-state', 'succeeded');
  const id = await run.getAttribute('data-run-id');
  const reply = await page.request.get(`/jupyterlab-batch/v1/runs/${id}`);
  const { run: told } = (await reply.json()) as RunDetail;
  expect(told.output).toContain('/results/files-runs/');
  const files = `${told.run_folder}/files`;
  expect(readdirSync(files)).not.toContain('big');
  expect(readdirSync(`${files}/data`)).toEqual(['kept.csv']);

  await expect(batch.toast('Remembered in files.ipynb')).toBeVisible();
  await page.notebook.save();
  const saved = JSON.parse(batch.read(path)) as {
    metadata: Record<string, unknown>;
    cells: { metadata: { tags?: string[] } }[];
  };
  expect(saved.metadata.jupyterlab_batch).toEqual({
    parameters: [{ name: 'AMP', type: 'float' }],
    outputs: [{ glob: 'eta.txt', min_bytes: 1 }],
    files: 'snapshot',
    deliver_to: 'results'
  });
  expect(saved.cells[0].metadata.tags).toEqual(['parameters']);
  await batch
    .toast('Remembered in files.ipynb')
    .getByRole('button', { name: 'Undo' })
    .click();
  await page.notebook.save();
  expect(batch.read(path)).not.toContain('jupyterlab_batch');
});
