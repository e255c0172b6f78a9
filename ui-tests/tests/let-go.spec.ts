import { expect, test } from './batch';

test('of a view that was closed nothing is kept', async ({ batch, page }) => {
  await batch.openNotebook(await batch.write('brief.ipynb', 'print(0)'));
  await batch.ask();
  const run = await batch.go();
  await expect(run).toHaveAttribute('data-state', 'succeeded');
  const id = await batch.idOf(run);
  const view = batch.viewOf(id);
  const open = async () => {
    await batch.openRun(id);
    await expect(view.locator('article')).toContainText('0');
  };
  const find = `[...window.jupyterapp.shell.widgets('main')]
    .find(({ id }) => id === 'jp-batch-run-${id}')`;

  await open();
  // galata's page is one around the browser's own
  const [own] = page.context().pages();
  const cdp = await page.context().newCDPSession(own);
  // What is made with each view: the document, its cells, the model of its run.
  const kinds = await Promise.all(
    ['content', 'content._cells', 'content._options.model'].map(
      async part =>
        (
          await cdp.send('Runtime.evaluate', {
            expression: `Object.getPrototypeOf(${find}.${part})`
          })
        ).result.objectId ?? ''
    )
  );
  const kept = async () => {
    await cdp.send('HeapProfiler.collectGarbage');
    const counts: number[] = [];
    for (const prototypeObjectId of kinds) {
      const { objects } = await cdp.send('Runtime.queryObjects', {
        prototypeObjectId,
        objectGroup: 'found'
      });
      const { result } = await cdp.send('Runtime.callFunctionOn', {
        objectId: objects.objectId,
        functionDeclaration: 'function () { return this.length; }'
      });
      await cdp.send('Runtime.releaseObjectGroup', { objectGroup: 'found' });
      counts.push(Number(result.value));
    }
    return counts;
  };
  expect(await kept()).toEqual([1, 1, 1]);
  for (let time = 0; time < 3; time++) {
    await page.evaluate(`${find}.close()`);
    await expect(view).toHaveCount(0);
    await open();
  }
  await page.evaluate(`${find}.close()`);
  await expect(view).toHaveCount(0);
  await expect(async () => {
    expect(await kept()).toEqual([0, 0, 0]);
  }).toPass({ timeout: 60_000 });
});
