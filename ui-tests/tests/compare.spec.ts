import { expect, test } from './batch';

test('two runs of a notebook are laid side by side, pictures too', async ({
  batch,
  page
}) => {
  const path = await batch.write(
    'study.ipynb',
    'AMP = 3.0  # amplitude',
    '# say\nprint("amplitude", AMP)',
    [
      '# draw',
      'from IPython.display import Image',
      'import base64',
      "Image(base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='), width=int(AMP * 30))"
    ].join('\n')
  );
  await batch.openNotebook(path);
  for (const amp of ['3.0', '4.5']) {
    await batch.ask();
    const suggested = batch.parameter('AMP').getByRole('checkbox');
    if ((await suggested.count()) > 0) {
      await suggested.check();
    }
    await batch.field('AMP').fill(amp);
    const run = await batch.go();
    await expect(run).toHaveAttribute('data-state', 'succeeded');
  }
  const [second, first] = await batch.ids();
  const view = await batch.openRun(second);
  await view.getByRole('button', { name: 'Copy as command' }).click();
  await expect(batch.toast('The command was copied.')).toBeVisible();

  // Again, from what this run was made of.
  await view.getByRole('button', { name: 'Re-run with changes…' }).click();
  await batch.asked();
  await expect(batch.field('AMP')).toHaveValue('4.5');
  await batch.shoot('again');
  await page.keyboard.press('Escape');
  await expect(batch.dialog).toHaveCount(0);

  await view.getByRole('button', { name: 'Compare…' }).click();
  const choice = page.locator('.jp-Dialog', { hasText: 'Compare with which' });
  await expect(choice.locator(`input[value="${first}"]`)).toBeChecked();
  await choice.getByRole('button', { name: 'Compare' }).click();

  const compared = page.locator(`[id="jp-batch-compare-${second}+${first}"]`);
  const row = compared.locator('[data-compared="AMP"]');
  await expect(row).toHaveAttribute('data-differs', 'true');
  await expect(row).toContainText('4.5');
  await expect(row).toContainText('3.0');
  for (const title of ['say', 'draw']) {
    await compared.getByText(`: ${title}`).last().click();
  }
  await expect(compared.getByText('amplitude 4.5')).toBeVisible();
  await expect(compared.getByText('amplitude 3.0')).toBeVisible();
  const pictures = compared.locator('.jp-RenderedImage img');
  await expect(pictures).toHaveCount(2);
  await expect(pictures.first()).toHaveAttribute('width', '135');
  await batch.shoot('compare');
});
