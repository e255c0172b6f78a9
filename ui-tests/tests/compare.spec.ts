import { expect, test } from './batch';

test('three runs of a notebook are laid side by side, pictures too', async ({
  batch,
  page
}) => {
  const path = await batch.write(
    'study.ipynb',
    'AMP = 3.0  # amplitude\nkind = "calm"',
    '# say\nprint("amplitude", AMP)',
    '# work\nimport time\ntime.sleep(AMP / 5)',
    [
      '# draw',
      'from IPython.display import Image',
      'import base64',
      "Image(base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='), width=int(AMP * 30))"
    ].join('\n')
  );
  await batch.openNotebook(path);
  for (const amp of ['3.0', '4.5', '6.0']) {
    await batch.ask();
    for (const name of ['AMP', 'kind']) {
      const suggested = batch.parameter(name).getByRole('checkbox');
      if ((await suggested.count()) > 0) {
        await suggested.check();
      }
    }
    await batch.field('AMP').fill(amp);
    const run = await batch.go();
    await expect(run).toHaveAttribute('data-state', 'succeeded');
  }
  const [third, second, first] = await batch.ids();
  const view = await batch.openRun(third);
  await view.getByRole('button', { name: 'Copy as command' }).click();
  await expect(batch.toast('The command was copied.')).toBeVisible();

  // Again, from what this run was made of.
  await view.getByRole('button', { name: 'Re-run with changes…' }).click();
  await batch.asked();
  await expect(batch.field('AMP')).toHaveValue('6.0');
  await batch.shoot('again');
  await page.keyboard.press('Escape');
  await expect(batch.dialog).toHaveCount(0);

  await view.getByRole('button', { name: 'Compare…' }).click();
  const choice = page.locator('.jp-Dialog', { hasText: 'Compare with which' });
  // The one before it is offered; another is added.
  await expect(choice.locator(`input[value="${second}"]`)).toBeChecked();
  await choice.locator(`input[value="${first}"]`).check();
  await choice.getByRole('button', { name: 'Compare' }).click();

  const compared = page.locator(
    `[id="jp-batch-compare-${third}+${second}+${first}"]`
  );
  const row = compared.locator('[data-compared="AMP"]');
  await expect(row).toHaveAttribute('data-differs', 'true');
  await expect(row.getByRole('cell')).toHaveText(['6.0', '4.5', '3.0']);
  // What is the same in all of them is shown on demand.
  const kind = compared.locator('[data-compared="kind"]');
  await expect(kind).toHaveCount(0);
  await compared.getByLabel('1 parameter is the same: show it').check();
  await expect(kind.getByRole('cell')).toHaveText(['calm', 'calm', 'calm']);
  await expect(kind).toHaveAttribute('data-differs', 'false');

  // The cell that works as long as its parameter says.
  const times = compared
    .locator('[data-part="times"] tr', { hasText: ': work' })
    .getByRole('cell');
  await expect(times).toHaveText([
    /^1\.[2-9] s$/,
    /^0\.9|1\.[0-9] s$/,
    /^0\.[6-9]|1\.[0-9] s$/
  ]);
  const taken = (await times.allInnerTexts()).map(parseFloat);
  expect(taken).toEqual([...taken].sort((a, b) => b - a));

  for (const title of ['say', 'draw']) {
    await compared.getByText(`: ${title}`).last().click();
  }
  const said = compared
    .locator('.jp-Batch-compareColumns', { hasText: 'amplitude' })
    .getByRole('region');
  await expect(said).toHaveText([
    /amplitude 6\.0/,
    /amplitude 4\.5/,
    /amplitude 3\.0/
  ]);
  const pictures = compared.locator('.jp-RenderedImage img');
  await expect(pictures).toHaveCount(3);
  const widths = await pictures.evaluateAll(images =>
    images.map(image => image.getAttribute('width'))
  );
  expect(widths).toEqual(['180', '135', '90']);
  // Side by side: on one line, from left to right.
  const boxes = await Promise.all(
    (await pictures.all()).map(picture => picture.boundingBox())
  );
  const lefts = boxes.map(box => box?.x ?? NaN);
  expect(lefts).toEqual([...lefts].sort((a, b) => a - b));
  expect(new Set(boxes.map(box => box?.y)).size).toBe(1);
  await batch.shoot('compare');
});
