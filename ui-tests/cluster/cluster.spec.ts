import { galata } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { Axe } from '../access/axe';
import { clipped, unlocal, untranslated } from '../access/inspect';
import { LOCALE, TAG, writePack } from '../access/pack';
import { expect, Gate, test, type Batch } from '../tests/batch';

const DIALOG = ['.jp-Batch-dialog .jp-Dialog-content'];
const LANGUAGE = '@jupyterlab/translation-extension:plugin';
/** By which an operator has to know a credential for dead, ms. */
const DEAD = 10_000;

const resource = (batch: Batch, name: string): Locator =>
  batch.dialog.locator(`[data-field="resource:${name}"]`);

/** Chooses the cluster; gives the summary of its resources. */
async function chooseCluster(batch: Batch): Promise<Locator> {
  await batch.dialog.locator('[data-field="target"]').selectOption('cluster');
  const fold = batch.dialog.locator('[data-fold="resources"]');
  await expect(fold).toBeVisible();
  return fold;
}

test('from the button to a result of the cluster, by the keyboard', async ({
  batch,
  page
}) => {
  await batch.openNotebook(await batch.layOutExample());
  await batch.ask();
  await batch.field('AMP').fill('4.0');
  const fold = await chooseCluster(batch);
  await fold.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(resource(batch, 'partition')).toBeFocused();
  await expect(batch.dialog.locator('[data-starts-at]')).toBeVisible();

  const nodes = resource(batch, 'nodes');
  await nodes.fill('3');
  await expect(nodes).toHaveAttribute('aria-invalid', 'true');
  await expect(nodes).toHaveAccessibleDescription(/has 2 nodes for a job/);
  await nodes.press('Enter');
  await expect(batch.dialog.locator('.jp-Batch-status')).toContainText(
    '2 nodes'
  );
  await expect(nodes).toBeFocused();
  await nodes.fill('1');
  await resource(batch, 'memory').fill('1 GiB');
  await expect(nodes).toHaveAttribute('aria-invalid', 'false');

  const run = await batch.go();
  const toast = batch.toast('wave.ipynb succeeded');
  await expect(toast).toBeVisible({ timeout: 60_000 });
  const id = await batch.idOf(run);
  await expect
    .poll(async () => (await batch.told(id)).closed_at)
    .not.toBeNull();
  const { target, resources, lease, ended_at } = await batch.told(id);
  expect(target).toBe('cluster');
  expect(resources).toEqual({ nodes: '1', memory: '1024M' });
  expect(lease?.end).toBe('dead_at_resource');
  const took = Date.parse(lease?.ended_at ?? '') - Date.parse(ended_at ?? '');
  expect(took).toBeLessThanOrEqual(DEAD);

  const view = await batch.openRun(id);
  await expect(view.locator('[data-resource]')).toHaveText([
    'Nodes: 1',
    'Memory per node: 1024M'
  ]);
  await toast.getByRole('button', { name: 'Open result' }).click();
  await expect(
    page
      .locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-InputArea-editor')
      .filter({ hasText: 'AMP = 4.0' })
  ).toBeVisible();
});

test('what a job on the cluster prints is seen while it runs', async ({
  batch
}) => {
  const gate = new Gate(batch.folder);
  const path = await batch.write(
    'live.ipynb',
    "print('half', 'way')",
    gate.cell
  );
  await batch.openNotebook(path);
  await batch.ask();
  await chooseCluster(batch);
  const run = await batch.go();
  const view = await batch.openRun(await batch.idOf(run));
  await expect(view.getByText('half way')).toBeVisible({ timeout: 30_000 });
  await expect(run).toHaveAttribute('data-state', 'running');
  gate.open();
  await expect(run).toHaveAttribute('data-state', 'succeeded');
});

test('more time is one click, as far as the partition gives it', async ({
  batch
}) => {
  const gate = new Gate(batch.folder);
  await batch.openNotebook(await batch.write('long.ipynb', gate.cell));
  await batch.ask();
  await (await chooseCluster(batch)).click();
  await resource(batch, 'partition').selectOption('short');
  await batch.dialog.locator('[data-field="time-limit"]').fill('20 s');
  const id = await batch.idOf(await batch.go());
  await expect
    .poll(async () => (await batch.told(id)).reason, { timeout: 60_000 })
    .toBe('timeout');
  const view = await batch.openRun(id);
  await expect(view.getByText('ran out of time in cell 1 of 1')).toBeVisible();
  gate.open();
  await view.getByRole('button', { name: 'More time' }).click();
  // twice as much would be 40 s, and the partition ends after a minute
  const first = view.page().locator('.jp-Batch-run').first();
  await expect(first).not.toHaveAttribute('data-run-id', id);
  const again = await batch.told(await batch.idOf(first));
  expect([again.rerun_of, again.time_limit]).toEqual([id, 30]);
  await expect(first).toHaveAttribute('data-state', 'succeeded');
});

test.describe('in another language', () => {
  test.use({
    viewport: { width: 1280, height: 2000 },
    mockSettings: { ...galata.DEFAULT_SETTINGS, [LANGUAGE]: { locale: LOCALE } }
  });
  test.beforeAll(writePack);

  test('the resources are accessible in both themes, and translated', async ({
    batch,
    page
  }) => {
    await batch.openNotebook(await batch.layOutExample());
    await batch.ask();
    await (await chooseCluster(batch)).click();
    await resource(batch, 'nodes').fill('3');
    await expect(resource(batch, 'nodes')).toHaveAttribute(
      'aria-invalid',
      'true'
    );
    expect([
      ...(await page.evaluate(untranslated, DIALOG)),
      ...(await page.evaluate(unlocal, { selectors: DIALOG, tag: TAG })),
      ...(await page.evaluate(clipped, DIALOG)),
      ...(await new Axe(page).faults(DIALOG))
    ]).toEqual([]);
  });
});
