import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

import { expect, placeOf, test } from './batch';

/** Beside the notebook, where people have it, with a kernel of its own. */
function makeEnvironment(folder: string): string {
  const path = placeOf('root', folder, '.venv');
  execFileSync('python', ['-m', 'tests.environments', path, 'ipykernel'], {
    cwd: resolve(__dirname, '../..')
  });
  return path;
}

test('a run has the Python and the kernel of an environment, by the keyboard', async ({
  batch,
  page
}) => {
  const environment = makeEnvironment(batch.folder);
  const notebook = await batch.write(
    'own.ipynb',
    'import sys\nprint("prefix", sys.prefix)'
  );
  await batch.openNotebook(notebook);
  await batch.ask();
  const fold = batch.dialog.locator('[data-fold="python"]');
  await expect(fold).toContainText('the one that this is submitted from');
  await fold.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  const field = batch.dialog.locator('[data-field="runtime"]');
  await expect(field).toBeFocused();
  await batch.dialog.getByLabel('Comes from').selectOption('virtualenv');

  // The one beside the notebook is taken, and looked at.
  await expect(field).toHaveValue(environment);
  await expect(field).toHaveAccessibleDescription(/^Python 3\.\d+\.\d+$/);
  await batch.shoot('python');
  await field.fill(`${environment}/bin`);
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveAccessibleDescription(
    new RegExp(`Do you mean ${environment}\\?`)
  );
  await field.press('Enter');
  await expect(batch.dialog.locator('.jp-Batch-status')).toContainText(
    'Do you mean'
  );
  await expect(field).toBeFocused();
  await page.theme.setDarkTheme();
  await batch.shoot('python-wrong-dark');

  await field.fill('.venv');
  await expect(field).toHaveAttribute('aria-invalid', 'false');
  await batch.dialog.locator('[data-field="kernel"]').selectOption('own');
  await batch.asked();
  const run = await batch.go();
  await expect(run).toHaveAttribute('data-state', 'succeeded', {
    timeout: 30_000
  });
  const id = await batch.idOf(run);
  const { runtime, kernel } = await batch.told(id);
  expect([runtime?.path, kernel]).toEqual([environment, 'Own']);
  const view = await batch.openRun(id);
  await expect(view.locator('[data-runtime]')).toHaveText(
    `Python ${runtime?.version} of ${environment}`
  );
  await expect(view.getByText(`prefix ${environment}`)).toBeVisible();

  // Once more with changes: what was chosen is there.
  await view.getByRole('button', { name: 'Re-run with changes…' }).click();
  await batch.asked();
  await expect(field).toHaveValue(environment);
  await page.setViewportSize({ width: 320, height: 640 });
  await fold.click();
  await field.scrollIntoViewIfNeeded();
  await batch.shoot('python-narrow');
});
