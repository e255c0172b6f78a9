import type { ChangePage } from '@jupyterlab-batch/protocol';
import type { Locator } from '@playwright/test';

import { expect, Gate, test } from './batch';

/** Where a line is, frame by frame, until it is told to stop. */
async function watch(line: Locator): Promise<() => Promise<number[]>> {
  await line.evaluate(node => {
    const key = node.getAttribute('data-key');
    const seen: number[] = [];
    const state = { on: true, seen };
    Object.assign(window, { watched: state });
    const look = () => {
      const now = document.querySelector(`[data-key="${key}"]`);
      seen.push(now ? Math.round(now.getBoundingClientRect().top) : -1);
      if (state.on) {
        requestAnimationFrame(look);
      }
    };
    look();
  });
  return () =>
    line.page().evaluate(() => {
      const { watched } = window as unknown as {
        watched: { on: boolean; seen: number[] };
      };
      watched.on = false;
      return watched.seen;
    });
}

test('many are run again at once, and the list stays where one reads it', async ({
  batch,
  page
}) => {
  const { panel, runs } = batch;
  const gate = new Gate(batch.folder);
  await batch.openNotebook(await batch.write('many.ipynb', gate.cell));
  await batch.ask();
  await batch.go();
  // What is chosen goes with the list that another search replaces.
  const found = page.waitForResponse(
    reply => new URL(reply.url()).searchParams.get('q') === batch.folder
  );
  await panel.locator('[data-filter="search"]').fill(batch.folder);
  await found;
  const grid = panel.getByRole('grid');
  await expect(grid).toHaveAttribute('aria-rowcount', '1');
  const rerun = panel.locator('[data-command="jupyterlab-batch:rerun-runs"]');
  for (let many = 1; many < 32; many *= 2) {
    await expect(runs).not.toHaveCount(0);
    await runs.first().focus();
    await page.keyboard.press('ControlOrMeta+A');
    await expect(rerun).toContainText(`(${many})`);
    await rerun.click();
    const question = page.locator('.jp-Dialog');
    await expect(question).toContainText(
      many === 1 ? 'Run 1 run again?' : `Run ${many} runs again?`
    );
    await question.getByRole('button', { name: 'Run again' }).click();
    await expect(grid).toHaveAttribute('aria-rowcount', String(2 * many));
  }
  await panel.locator('[data-action="choose-none"]').click();
  // Two run, and all others wait until they are done.
  const waiting = runs.and(page.locator('[data-state="queued"]'));
  await expect(runs.first()).toHaveAttribute('data-state', 'queued');

  const scroller = panel.locator('.jp-Batch-scroller');
  await scroller.hover();
  await scroller.evaluate(node => {
    node.scrollTop = node.scrollHeight / 2;
  });
  // The line at the upper edge: those below it may grow by what is told of them.
  const middle = await scroller.evaluate(node => {
    const { left, top, width } = node.getBoundingClientRect();
    return document
      .elementFromPoint(left + width / 2, top + 5)
      ?.closest('[data-key]')
      ?.getAttribute('data-key');
  });
  const line = panel.locator(`[data-key="${middle}"]`);
  await expect(waiting.and(line)).toBeVisible();
  const stop = await watch(line);

  const ids = await batch.ids();
  const revision = async () => {
    const after = { after: '0' };
    const reply = await page.request.get('/jupyterlab-batch/v1/changes', {
      params: after
    });
    return ((await reply.json()) as ChangePage).revision;
  };
  const before = await revision();
  const others = ids.slice(0, 31).filter(id => id !== middle);
  for (const [at, id] of others.entries()) {
    const path = `/jupyterlab-batch/v1/runs/${id}`;
    await page.request.post(`${path}/cancel`);
    if (at % 10 === 0) {
      await page.request.post(`${path}/rerun`, { data: { parameters: null } });
    }
  }
  await expect(panel.getByRole('grid')).toHaveAttribute('aria-rowcount', '35');
  await expect(
    runs.and(page.locator('[data-state="cancelled"]'))
  ).not.toHaveCount(0);
  expect((await revision()) - before).toBeGreaterThan(50);
  const places = await stop();
  expect(
    places.filter((place, at) => at === 0 || place !== places[at - 1])
  ).toEqual([places[0]]);
  await batch.shoot('list-still');
  await expect(panel.locator('[data-action="to-top"]')).toBeVisible();
});
