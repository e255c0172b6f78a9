import { expect, Gate, test } from './batch';

test('outputs of a run come while it runs, and stay', async ({
  batch,
  page
}) => {
  const gate = new Gate(batch.folder);
  await batch.openNotebook(
    await batch.write(
      'live.ipynb',
      "# first\nprint('from the first cell')",
      [
        '# wait',
        "print('step 1', flush=True)",
        'from IPython.display import HTML, Javascript, display',
        "display(HTML('<b id=\"bold\">bold</b><script>window.leaked = 1</script><img src=x onerror=\"window.leaked = 2\">'))",
        "display(Javascript('window.leaked = 3'))",
        "handle = display('frame 1', display_id=True)",
        gate.cell,
        "handle.update('frame 2')",
        "print('step 2')"
      ].join('\n'),
      "# figure\nfrom IPython.display import Image\nimport base64\nImage(base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='), width=120)"
    )
  );
  await batch.ask();
  const run = await batch.go();
  const view = await batch.openRun(await batch.idOf(run));
  await expect(view.locator('[data-cell="0"]')).toContainText(
    'from the first cell'
  );
  const waiting = view.locator('article[data-cell="1"]');
  await expect(waiting).toHaveAttribute('data-status', 'running');
  const outputs = waiting.locator('.jp-Batch-outputs');
  await expect(outputs).toContainText('step 1');
  await expect(outputs).toContainText('frame 1');
  await expect(waiting.locator('b', { hasText: 'bold' })).toBeVisible();
  await batch.shoot('run-view-live');
  gate.open();
  await expect(outputs).toContainText('frame 2');
  await expect(outputs).not.toContainText('frame 1');
  await expect(view.locator('[data-cell="2"] img')).toBeVisible();
  await expect(view.locator('.jp-Batch-stateWord')).toHaveText('succeeded');
  // Opening a view runs nothing of what a run has put out.
  expect(await page.evaluate(() => 'leaked' in window)).toBe(false);
  await batch.shoot('run-view');

  // It is there again after a reload.
  await batch.reload();
  await expect(outputs).toContainText('frame 2');
});

test('a failed run leads to its cell, its files and its record', async ({
  batch,
  page
}) => {
  const cells = Array.from(
    { length: 60 },
    (_, n) => `# part ${n}\nprint('cell number ${n}')`
  );
  cells[50] = [
    '# breaks',
    "open('made.txt', 'w').write('by the run')",
    'def leak():',
    "    raise ValueError('the basin leaks')",
    'leak()'
  ].join('\n');
  await batch.openNotebook(await batch.write('leaks.ipynb', ...cells));
  await batch.ask();
  const run = await batch.go();
  await expect(run).toHaveAttribute('data-state', 'failed');
  const view = await batch.openRun(await batch.idOf(run));
  await view.locator('[data-action="failing-cell"]').click();
  const failing = view.locator('article[data-cell="50"]');
  await expect(failing).toBeInViewport();
  await expect(failing).toContainText('the basin leaks');
  await failing.locator('[data-frame="cell"]').first().click();
  await expect(failing).toBeInViewport();
  await batch.shoot('run-view-failed');

  const files = await batch.tab(view, 'Files');
  const link = files.getByRole('link', { name: 'made.txt' });
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    link.click()
  ]);
  expect(saved.suggestedFilename()).toBe('made.txt');
  const text = await saved.createReadStream();
  const pieces: string[] = [];
  for await (const piece of text) {
    pieces.push(String(piece));
  }
  expect(pieces.join('')).toBe('by the run');
  await batch.shoot('run-view-files');

  const credential = await batch.tab(view, 'Credential');
  await expect(credential).toContainText('verified dead');
  await expect(credential).toContainText('token minted');
  await batch.shoot('run-view-credential');
  const history = await batch.tab(view, 'History');
  await expect(history).toContainText('queued → running');
  await batch.shoot('run-view-history');
  const record = await batch.tab(view, 'Record');
  await expect(record).toContainText('"reason": "cell_error"');
  // By keyboard: the arrows move from tab to tab.
  await view.getByRole('tab', { name: 'Record' }).press('Home');
  await expect(view.getByRole('tab', { name: 'Cells' })).toBeFocused();
  await page.theme.setDarkTheme();
  await batch.shoot('run-view-dark');

  // 400 % of 1280 px: nothing is cut off that cannot be scrolled to.
  await page.sidebar.close('left');
  await page.setViewportSize({ width: 420, height: 700 });
  await expect(view.getByRole('tab', { name: 'Cells' })).toBeVisible();
  await expect(view.locator('.jp-Batch-column')).toBeInViewport();
  const overflow = await view
    .locator('.jp-Batch-document')
    .evaluate(node => node.scrollWidth - node.clientWidth);
  expect(overflow).toBeLessThanOrEqual(1);
  await batch.shoot('run-view-narrow');
});

test('a credential is revoked by hand, and its run goes on', async ({
  batch,
  page
}) => {
  const gate = new Gate(batch.folder);
  await batch.openNotebook(
    await batch.write('revoked.ipynb', gate.cell, "print('went on')")
  );
  await batch.ask();
  const run = await batch.go();
  await expect(run).toHaveAttribute('data-state', 'running');
  const view = await batch.openRun(await batch.idOf(run));
  const card = await batch.tab(view, 'Credential');
  await expect(card).toContainText('ACTIVE');
  const button = card.getByRole('button', { name: 'Revoke now…' });
  await button.click();
  const question = page.locator('.jp-Dialog');
  await expect(question).toContainText('The run goes on without it');
  await question.getByRole('button', { name: 'Revoke now' }).click();
  await expect(card).toContainText('revoked, verified dead');
  await expect(button).toHaveCount(0);
  await batch.shoot('revoked');
  await page.theme.setDarkTheme();
  await batch.shoot('revoked-dark');
  await expect(view.locator('.jp-Batch-title')).toContainText('running');

  gate.open();
  await expect(view.locator('.jp-Batch-title')).toContainText('succeeded');
});
