import { mkdirSync, writeFileSync } from 'node:fs';

import { expect, placeOf, test } from './batch';

const PARAMETERS = [
  'from datetime import date',
  'from pathlib import Path',
  'from typing import Literal',
  'AMP: float = 3.0  # amplitude, 0 to 5, step 0.5',
  'steps: int = 200',
  'kind: Literal["gauss", "sech"] = "gauss"',
  'flag: bool = False  # keep the intermediate files',
  'day = date(2026, 11, 23)',
  'grid = Path("data/grid.csv")',
  'levels: list[float] = [1.0, 2.5]',
  'names = {"a": 1}'
].join('\n');

test('each type has its field, and the run gets what was set', async ({
  batch,
  page
}) => {
  const path = await batch.writeTagged(
    'fields.ipynb',
    PARAMETERS,
    'print(AMP, steps, kind, flag, day, grid, levels, names)'
  );
  const folder = placeOf('root', batch.folder);
  mkdirSync(`${folder}/data`, { recursive: true });
  writeFileSync(`${folder}/data/other.csv`, '1,2\n');
  writeFileSync(`${folder}/jupyterlab-batch.toml`, '');
  await batch.openNotebook(path);
  await batch.ask();

  const amp = batch.field('AMP');
  await expect(amp).toHaveAttribute('role', 'spinbutton');
  await expect(amp).toHaveAttribute('aria-valuemax', '5');
  await amp.focus();
  for (let presses = 0; presses < 6; presses++) {
    await page.keyboard.press('ArrowUp');
  }
  await expect(amp).toHaveValue('5');
  await page.keyboard.press('ArrowDown');
  await expect(amp).toHaveValue('4.5');
  await expect(batch.parameter('AMP')).toHaveAttribute('data-modified', 'true');
  await batch.parameter('steps').locator('[data-step="up"]').click();
  await expect(batch.field('steps')).toHaveValue('201');
  await batch.field('kind').selectOption('sech');
  await batch.field('flag').focus();
  await page.keyboard.press('Space');
  await expect(batch.field('flag')).toBeChecked();
  await batch.field('day').fill('2026-12-24');

  // The path is not there: worth a look, and no more.
  const grid = batch.parameter('grid');
  await expect(grid.locator('.jp-Batch-wrong')).toContainText(
    'will find no data/grid.csv'
  );
  await expect(batch.field('grid')).toHaveAttribute('aria-invalid', 'false');

  // JSON in Lab's own editor: coloured, checked, Enter is a new line, Tab leaves.
  const levels = batch.field('levels');
  await expect(levels).toHaveClass(/cm-content/);
  // Each kind of token in the colour that JupyterLab's editors have for it.
  const coloured = (name: string, token: string, variable: string) =>
    expect
      .poll(() =>
        batch.field(name).evaluate(
          (content, [text, colour]) => {
            const probe = document.body.appendChild(
              document.createElement('i')
            );
            probe.style.color = `var(${colour})`;
            const wanted = getComputedStyle(probe).color;
            probe.remove();
            const spans = Array.from(content.querySelectorAll('.cm-line span'));
            const span = spans.find(({ textContent }) => textContent === text);
            return span && getComputedStyle(span).color === wanted;
          },
          [token, variable]
        )
      )
      .toBe(true);
  await coloured('levels', '2.5', '--jp-mirror-editor-number-color');
  await coloured('names', '"a"', '--jp-mirror-editor-property-color');
  await levels.click();
  await page.keyboard.press('End');
  await page.keyboard.press('Backspace');
  await page.keyboard.type(', ');
  await expect(levels).toHaveAttribute('aria-invalid', 'true');
  await page.keyboard.press('Enter');
  await page.keyboard.type('9]');
  await expect(levels).toHaveAttribute('aria-invalid', 'false');
  await expect(batch.dialog).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(levels).not.toBeFocused();
  await batch.shoot('fields');

  await grid.locator('[data-browse="grid"]').click();
  const files = page.locator('.jp-Dialog:not(.jp-Batch-dialog)');
  await files.locator('.jp-DirListing-item', { hasText: 'data' }).dblclick();
  await files.locator('.jp-DirListing-item', { hasText: 'other.csv' }).click();
  await files.getByRole('button', { name: 'Select' }).click();
  await batch.asked();
  await expect(batch.field('grid')).toHaveValue('data/other.csv');
  await expect(batch.field('grid')).toBeFocused();
  await expect(grid.locator('.jp-Batch-wrong')).toBeEmpty();
  await expect(amp).toHaveValue('4.5');

  await page.theme.setDarkTheme();
  await batch.shoot('fields-dark');
  await page.setViewportSize({ width: 320, height: 640 });
  await batch.shoot('fields-narrow');
  await page.setViewportSize({ width: 1280, height: 800 });

  const run = await batch.go();
  await expect(run).toHaveAttribute('data-state', 'succeeded');
  await run.locator('.jp-Batch-runName').click();
  const result = await batch.openResult();
  await expect(result).toContainText(
    "4.5 201 sech True 2026-12-24 data/other.csv [1.0, 2.5, 9.0] {'a': 1}"
  );
});

test('one edit is taken back, or all of them', async ({ batch }) => {
  await batch.openNotebook(
    await batch.writeTagged('back.ipynb', 'a = 1\nb = 2', 'print(a, b)')
  );
  await batch.ask();
  await batch.field('a').fill('5');
  await batch.field('b').fill('6');
  await batch.dialog.locator('[data-reset="a"]').click();
  await expect(batch.field('a')).toHaveValue('1');
  await expect(batch.field('b')).toHaveValue('6');
  await batch.field('a').fill('7');
  await batch.dialog.locator('[data-reset-all]').click();
  await expect(batch.field('a')).toHaveValue('1');
  await expect(batch.field('b')).toHaveValue('2');
  await expect(batch.parameter('b')).toHaveAttribute('data-modified', 'false');
});
