import { galata } from '@jupyterlab/galata';
import type { Page } from '@playwright/test';

import { clipped } from '../access/inspect';
import { expect, test } from './batch';

/** 1280 by 1024 pixels at 400 % zoom */
const ENLARGED = { width: 320, height: 256 };

test.use({
  contextOptions: { reducedMotion: 'reduce' },
  // In so small a window they would lie over everything.
  mockSettings: {
    ...galata.DEFAULT_SETTINGS,
    'jupyterlab-batch:settings': { toasts: false, progress: false, system: false }
  }
});

/** What cannot be read or reached without scrolling sideways. */
async function cramped(page: Page, ours: string): Promise<string[]> {
  const faults = await page.evaluate(clipped, [ours]);
  // JupyterLab's own frame does not shrink with the window: what counts is our part.
  const outside = await page.evaluate(
    ([selector, sideways]) =>
      Array.from(document.querySelectorAll(selector)).flatMap(root => {
        const frame = root.getBoundingClientRect();
        return Array.from(
          root.querySelectorAll('button, input, select, summary')
        )
          .filter(control => {
            const { left, right, width } = control.getBoundingClientRect();
            const out = left < frame.left - 1 || right > frame.right + 1;
            return width > 0 && out && !control.closest(sideways);
          })
          .map(control => `outside: ${control.outerHTML.slice(0, 120)}`);
      }),
    [ours, '[role="tablist"], .jp-Batch-outputs, .jp-Batch-unseen']
  );
  // A list that is opened shows its entries whole, whatever its button has room for.
  return [...faults.filter(fault => !fault.startsWith('SELECT')), ...outside];
}

/** What of ours moves by itself, or would while it changes. */
function moving(): string[] {
  return Array.from(document.querySelectorAll('[class*="jp-Batch"]'))
    .flatMap(node => [null, '::before', '::after'].map(part => getComputedStyle(node, part)))
    .filter(
      ({ transitionDuration, animationName, scrollBehavior }) =>
        /[1-9]/.test(transitionDuration) ||
        animationName !== 'none' ||
        scrollBehavior === 'smooth'
    )
    .map(({ transition, animation }) => `${transition} ${animation}`);
}

test('everything has room at 400 % zoom, and nothing moves for who wants that', async ({
  batch,
  page
}) => {
  const { dialog, panel, detail, runs } = batch;
  const fits = async (name: string, ours: string) => {
    expect.soft(await cramped(page, ours), name).toEqual([]);
    expect.soft(await page.evaluate(moving), `${name} moves`).toEqual([]);
    await batch.shoot(`narrow-${name}`);
  };
  const path = await batch.writeTagged(
    'narrow.ipynb',
    'AMP: float = 3.0  # amplitude, 0 to 5, step 0.5\nkind = "calm"',
    'open("eta.txt", "w").write(str(AMP))\nprint("amplitude", AMP)',
    'raise ValueError("wind")'
  );
  await batch.openNotebook(path);
  await page.sidebar.close('left');
  await page.setViewportSize(ENLARGED);
  // Not waited for: it ends with the dialog.
  await page.evaluate(() => {
    void window.jupyterapp.commands.execute('jupyterlab-batch:run-notebook');
  });
  await batch.asked();
  await batch.parameter('AMP').locator('.jp-Batch-chip').click();
  for (const fold of ['python', 'files', 'identity', 'outputs']) {
    await dialog.locator(`[data-fold="${fold}"]`).click();
  }
  await batch.field('AMP').fill('9');
  await fits('dialog', '.jp-Batch-dialog .jp-Dialog-content');

  await batch.field('AMP').fill('4');
  await batch.submit.click();
  await expect(dialog).toHaveCount(0);
  await batch.showRuns();
  await expect(runs.first()).toHaveAttribute('data-state', 'failed');
  await panel.locator('[data-filter="more"]').click();
  await fits('panel', '#jp-batch-runs');
  await panel.locator('[data-filter="more"]').click();

  await runs.first().locator('.jp-Batch-runName').click();
  await expect(detail.locator('[data-section="traceback"]')).toBeVisible();
  await fits('detail', '#jp-batch-runs');

  await detail.locator('[data-command="jupyterlab-batch:open-run"]').click();
  await page.sidebar.close('left');
  const view = page.locator('.jp-Batch-document');
  await expect(view.locator('[data-action="failing-cell"]')).toBeVisible();
  await fits('run-cells', '.jp-Batch-document');
  const tabs = ['parameters', 'files', 'log', 'credential', 'history', 'record'];
  for (const tab of tabs) {
    await view.locator(`[data-tab="${tab}"]`).click();
    await expect(
      view.getByRole('tabpanel').locator('table, pre, dl').first()
    ).toBeVisible();
    await fits(`run-${tab}`, '.jp-Batch-document');
  }

  // Beside another run of it, and in the other theme.
  const [first] = await batch.ids();
  await page.request.post(`/jupyterlab-batch/v1/runs/${first}/rerun`, {
    data: { parameters: null }
  });
  await batch.showRuns();
  await expect(runs.first()).not.toHaveAttribute('data-run-id', first);
  await expect(runs.first()).toHaveAttribute('data-state', 'failed');
  await page.sidebar.close('left');
  await batch.execute('compare-runs', { ids: (await batch.ids()).slice(0, 2) });
  const compared = page.locator('.jp-Batch-compare');
  await compared.locator('summary').first().click();
  await expect(compared.locator('.jp-Batch-compareColumns')).toBeVisible();
  for (const theme of ['JupyterLab Light', 'JupyterLab Dark']) {
    await page.evaluate(async wanted => {
      await window.jupyterapp.commands.execute('apputils:change-theme', {
        theme: wanted
      });
    }, theme);
    await expect(page.locator('body')).toHaveAttribute(
      'data-jp-theme-name',
      theme
    );
    await expect(page.locator('#jupyterlab-splash')).toHaveCount(0);
    await fits(`compare-${theme}`, '.jp-Batch-compare');
  }
  await batch.openRun(first);
  await fits('run-dark', '.lm-DockPanel-widget:not(.lm-mod-hidden) .jp-Batch-document');
});
