import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import { expect, Gate, placeOf, test } from './batch';
import { environment } from './terminal';

const IMAGES = resolve(__dirname, '../../docs/images');

// File browser and titles show it.
test.use({ tmpPath: 'waves' });
test.beforeAll(() => {
  mkdirSync(placeOf('root', 'waves'), { recursive: true });
  // What other tests have left is nothing for people to look at.
  const prune = ['prune', '--older-than', '1s', '--yes'];
  execFileSync('jupyter-batch', prune, { env: environment() });
});

/** Writes a picture for the documentation. */
const shootTo =
  (page: IJupyterLabPageFixture) =>
  async (name: string, animations: 'allow' | 'disabled' = 'disabled') => {
    await page.screenshot({ path: `${IMAGES}/${name}.png`, animations });
  };

/** The solver waits after what it prints first, so that a fast machine has not passed it. */
function holdSolver(folder: string, gate: Gate): void {
  const path = placeOf('root', folder, 'solver.py');
  const step = '        advance(';
  const wait = gate.cell.replace(/^/gm, ' '.repeat(8));
  const [before, after, ...more] = readFileSync(path, 'utf8').split(step);
  expect(more).toHaveLength(0);
  writeFileSync(path, `${before}${wait}\n${step}${after}`);
}

/** Also one that comes while others go. */
async function dismissToasts(page: IJupyterLabPageFixture): Promise<void> {
  await expect(async () => {
    await page.evaluate(async () => {
      const helpers = await window.galata.getPlugin(
        '@jupyterlab/galata-extension:helpers'
      );
      helpers?.notifications.dismiss();
    });
    await expect(page.locator('.Toastify__toast')).toHaveCount(0, {
      timeout: 2000
    });
  }).toPass({ timeout: 20_000 });
}

test('the pictures of the main job', async ({ batch, page }) => {
  const shoot = shootTo(page);
  const example = await batch.layOutExample();
  const gate = new Gate(batch.folder, 'solver');
  holdSolver(batch.folder, gate);
  await batch.openNotebook(example);
  await batch.ask();
  await batch.field('AMP').fill('4.0');
  await batch.parameter('Xc').locator('.jp-Batch-chip').click();
  await batch.dialog.locator('[data-field="label"]').fill('a higher hump');
  await batch.submit.focus();
  await shoot('dialog');
  await batch.parameter('Xc').locator('.jp-Batch-chip').click();
  await batch.dialog.locator('[data-fold="files"]').click();
  await expect(batch.dialog.getByText('solver.py').first()).toBeVisible();
  await shoot('files');

  const run = await batch.go();
  await page.sidebar.setWidth(360, 'left');
  await dismissToasts(page);
  await expect(run.locator('[data-fact="progress"]')).toHaveText('cell 4 of 7');
  await shoot('running');
  gate.open();

  await expect(run).toHaveAttribute('data-state', 'succeeded');
  await expect(batch.toast('succeeded')).toBeVisible();
  // Without its animations the notification would be gone at once: it comes in.
  await batch
    .toast('succeeded')
    .evaluate(toast =>
      Promise.all(toast.getAnimations().map(({ finished }) => finished))
    );
  await shoot('ended', 'allow');
  await expect(batch.toast('succeeded')).toBeVisible();
  await dismissToasts(page);
  const view = await batch.openRun(await batch.idOf(run));
  await expect(view.locator('article').first()).toBeVisible();
  await shoot('run-view');

  await dismissToasts(page);
  const result = await batch.openResult();
  const plot = result.locator('.jp-RenderedImage img');
  await plot.scrollIntoViewIfNeeded();
  await expect(plot).toBeVisible();
  await shoot('result');

  await page.theme.setDarkTheme();
  await batch.ask();
  await shoot('dialog-dark');
});

test('the pictures of what comes after', async ({ batch, page }) => {
  const shoot = shootTo(page);
  await batch.openNotebook(await batch.layOutExample());
  await page.sidebar.setWidth(360, 'left');
  const ids: string[] = [];
  for (const [amplitude, label] of [
    ['4.0', 'a higher hump'],
    ['2.5', 'a lower hump']
  ]) {
    await batch.ask();
    await batch.field('AMP').fill(amplitude);
    await batch.dialog.locator('[data-field="label"]').fill(label);
    const run = await batch.go();
    await expect(run).toHaveAttribute('data-state', 'succeeded');
    ids.push(await batch.idOf(run));
  }
  const gate = new Gate(batch.folder);
  await page.sidebar.openTab('filebrowser');
  await batch.openNotebook(
    await batch.write(
      'fit.ipynb',
      'depth = [0.5, 1.0, 2.0]\nprint(len(depth), "gauges")',
      '# Fit the speed\ndef speed(h):\n    return 1 / (h - 1.0)\n\nprint([speed(h) for h in depth])'
    )
  );
  await batch.ask();
  const failed = await batch.go();
  await expect(failed).toHaveAttribute('data-state', 'failed');
  await page.sidebar.openTab('filebrowser');
  await batch.openNotebook(await batch.write('scan.ipynb', gate.cell));
  await batch.ask();
  await batch.go();
  await dismissToasts(page);
  await expect(batch.runs.first()).toHaveAttribute('data-state', 'running');

  await batch.openRun(await batch.idOf(failed));
  await page.getByRole('button', { name: 'Go to the failing cell' }).click();
  await expect(page.getByText('ZeroDivisionError').last()).toBeVisible();
  await shoot('failed');

  await page.sidebar.close('left');
  await batch.execute('compare-runs', { ids });
  const compared = page.locator('[id^="jp-batch-compare-"]');
  await expect(compared.locator('[data-part="times"] td')).toHaveText(
    Array.from({ length: 14 }, () => /^\d.* s$/)
  );
  await compared.getByText(': Look at the surface').last().click();
  await expect(compared.locator('.jp-RenderedImage img')).toHaveCount(2);
  await expect(compared.locator('[data-compared="AMP"]')).toBeInViewport();
  await shoot('compare');
  gate.open();
});
