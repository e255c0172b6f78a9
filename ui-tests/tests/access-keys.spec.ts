import type { Locator, Page } from '@playwright/test';

import { expect, Gate, test } from './batch';

const SHORTCUT = 'ControlOrMeta+Shift+Enter';

/** Goes on by Tab until something has the focus, as who sees it would. */
async function tabTo(
  page: Page,
  wanted: Locator,
  key: 'Tab' | 'Shift+Tab' = 'Tab'
): Promise<void> {
  await expect(wanted).toBeVisible();
  for (let presses = 0; presses < 60; presses++) {
    if (await wanted.evaluate(node => node === document.activeElement)) {
      return;
    }
    await page.keyboard.press(key);
  }
  throw new Error(`${String(wanted)} is not reached by ${key}`);
}

test('the whole job is done by the keyboard alone', async ({ batch, page }) => {
  const { dialog, panel, runs, detail } = batch;
  const { keyboard } = page;
  const gate = new Gate(batch.folder);
  const path = await batch.writeTagged(
    'keys.ipynb',
    'AMP: float = 3.0  # amplitude, 0 to 5, step 0.5',
    `print("amplitude", AMP)\nif AMP > 4:\n    ${gate.cell.replaceAll('\n', '\n    ')}`
  );
  await batch.openNotebook(path);
  await page.notebook.selectCells(0);
  // What is said, in its order, whatever is in view.
  await page.evaluate(() => {
    const said: string[] = [];
    Object.assign(window, { said });
    const region = document.getElementById('jp-batch-announcements');
    new MutationObserver(() => said.push(region?.textContent ?? '')).observe(
      region!,
      { childList: true, characterData: true, subtree: true }
    );
  });

  // A parameter, where it comes from, and a change of mind.
  await keyboard.press(SHORTCUT);
  await batch.asked();
  await expect(batch.submit).toBeFocused();
  await tabTo(page, batch.field('AMP'), 'Shift+Tab');
  await keyboard.press('ArrowUp');
  await expect(batch.field('AMP')).toHaveValue('3.5');
  const chip = batch.parameter('AMP').locator('.jp-Batch-chip');
  await tabTo(page, chip);
  await keyboard.press('Enter');
  await expect(chip).toHaveAttribute('aria-expanded', 'true');
  await expect(batch.parameter('AMP').locator('[data-rung]')).not.toHaveCount(
    0
  );
  await keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(batch.toast('What you chose for keys.ipynb is kept')).toBeVisible();

  // It is all there again.
  await keyboard.press(SHORTCUT);
  await batch.asked();
  await expect(dialog.locator('.jp-Batch-resumed')).toBeVisible();
  await expect(batch.field('AMP')).toHaveValue('3.5');
  await tabTo(page, batch.field('AMP'), 'Shift+Tab');
  await keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);

  // Another, which goes on until it is cancelled.
  await keyboard.press(SHORTCUT);
  await batch.asked();
  await expect(batch.field('AMP')).toHaveValue('3.0');
  await tabTo(page, batch.field('AMP'), 'Shift+Tab');
  await keyboard.press('ControlOrMeta+A');
  await keyboard.type('4.5');
  await keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);

  // To the panel by the palette.
  const palette = page.locator('.lm-CommandPalette');
  await keyboard.press('ControlOrMeta+Shift+C');
  await expect(palette.locator('input')).toBeFocused();
  await keyboard.type('Batch Runs');
  await expect(palette.locator('.lm-mod-active')).toHaveAttribute(
    'data-command',
    'jupyterlab-batch:show-runs'
  );
  await keyboard.press('Enter');
  await expect(panel).toBeFocused();
  await expect(runs.nth(1)).toHaveAttribute('data-state', 'succeeded');
  await expect(runs.first()).toHaveAttribute('data-state', 'running');

  // Cancelled, once it was said what that means.
  await tabTo(page, runs.first());
  await keyboard.press('Space');
  const cancel = panel.locator('[data-command="jupyterlab-batch:cancel-runs"]');
  await tabTo(page, cancel, 'Shift+Tab');
  await keyboard.press('Enter');
  let question = page.locator('.jp-Dialog', { hasText: 'Cancel 1 run?' });
  await tabTo(page, question.locator('.jp-mod-warn'));
  await keyboard.press('Enter');
  await expect(runs.first()).toHaveAttribute('data-state', 'cancelled');
  await expect(panel.locator(':focus')).toHaveCount(1);

  // And deleted.
  await tabTo(page, runs.first());
  await keyboard.press('Delete');
  question = page.locator('.jp-Dialog', { hasText: 'Delete 1 run?' });
  await tabTo(page, question.locator('.jp-mod-warn'));
  await keyboard.press('Enter');
  await expect(runs.first()).toHaveAttribute('data-state', 'succeeded');
  await expect(runs.first()).toBeFocused();

  // The result of the other, which has the focus now.
  await keyboard.press('Enter');
  await expect(detail.locator('[data-action="back"]')).toBeFocused();
  await tabTo(
    page,
    detail.locator('[data-command="jupyterlab-batch:open-result"]')
  );
  await keyboard.press('Enter');
  await expect(
    page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output')
  ).toContainText('amplitude 3.5');

  // Each of it was said, and none of it twice.
  const said = await page.evaluate(
    () => (window as unknown as { said: string[] }).said
  );
  const told = said.flatMap(words => words.split('. '));
  for (const word of ['running', 'succeeded', 'cancelled']) {
    expect(
      told.filter(words => words === `keys.ipynb ${word}`).length,
      `${word} in ${told.join('; ')}`
    ).toBe(word === 'running' ? 2 : 1);
  }
});
