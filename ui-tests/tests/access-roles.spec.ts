import { expect, test } from './batch';

test('the whole job is done by names and roles alone', async ({
  batch,
  page
}) => {
  await batch.openNotebook(
    await batch.writeTagged(
      'roles.ipynb',
      'AMP: float = 3.0  # amplitude, 0 to 5, step 0.5',
      'print("amplitude", AMP)'
    )
  );
  await page
    .getByRole('button', { name: 'Run as batch: in the background' })
    .click();
  const dialog = page.getByRole('dialog', { name: 'Run as batch: roles.ipynb' });
  const parameters = dialog.getByRole('group', { name: 'Parameters' });
  const amp = parameters.getByRole('spinbutton', { name: 'AMP' });
  await amp.fill('7');
  await dialog.getByRole('button', { name: 'Submit' }).click();
  await expect(dialog.getByRole('status').last()).toContainText(
    'Submit waits: AMP'
  );
  await amp.fill('4');
  await parameters.getByRole('button', { name: 'edited' }).click();
  await expect(parameters.getByRole('listitem')).not.toHaveCount(0);
  await expect(
    parameters.getByRole('button', { name: 'Reset AMP to 3.0' })
  ).toBeVisible();
  await dialog.getByLabel('Label').fill('by name');
  await dialog.getByRole('button', { name: 'Submit' }).click();
  await expect(dialog).toHaveCount(0);

  await page.getByRole('tab', { name: 'Batch runs' }).click();
  const panel = page.getByRole('region', { name: 'Batch runs' });
  const grid = panel.getByRole('grid', { name: 'Runs' });
  const run = grid.getByRole('row').filter({ hasText: 'by name' });
  await expect(run).toContainText('succeeded');
  await run.getByRole('button', { name: 'roles.ipynb' }).click();
  const shown = panel.getByRole('article', { name: 'Run' });
  await expect(
    shown.getByRole('row', { name: /AMP/ }).getByRole('cell').first()
  ).toHaveText('4.0');
  await shown.getByRole('button', { name: 'Open run view' }).click();
  const view = page.getByRole('region', { name: 'Batch run', exact: true });
  await view.getByRole('tab', { name: 'History' }).click();
  await expect(
    view.getByRole('tabpanel', { name: 'History' }).getByRole('table')
  ).toContainText('finishing');
  await view.getByRole('tab', { name: 'Cells' }).click();
  await expect(view.getByRole('article').last()).toContainText('amplitude 4');

  await shown.getByRole('button', { name: 'All runs' }).click();
  await run.getByRole('checkbox', { name: 'Choose this run' }).check();
  await panel
    .getByRole('toolbar', { name: 'Chosen runs' })
    .getByRole('button', { name: 'Delete' })
    .click();
  const question = page.getByRole('dialog').filter({ hasText: 'Delete 1 run?' });
  await question.getByRole('button', { name: 'Delete' }).click();
  await expect(run).toHaveCount(0);
});
