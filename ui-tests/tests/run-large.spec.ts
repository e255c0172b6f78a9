import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { RunDetail } from '@jupyterlab-batch/protocol';

import { expect, test } from './batch';

const CELLS = 10_000;
const PIECE = `${'0123456789'.repeat(9)}abcdefghi\n`.repeat(10_000);
const PIECES = 50;

/** Puts a log of 10,000 cells and 50 MB in the place of a run's own. */
function enlarge(folder: string): void {
  const input = JSON.parse(
    readFileSync(join(folder, 'input.ipynb'), 'utf8')
  ) as { cells: Record<string, unknown>[] };
  const at = '2026-11-23T12:00:00.000Z';
  const ops: object[] = [];
  for (let cell = 0; cell < CELLS; cell++) {
    ops.push({ op: 'cell_started', cell, number: cell + 1, title: null });
    const text = cell === 5000 ? PIECE : `output ${cell}\n`;
    for (let n = 0; n < (cell === 5000 ? PIECES : 1); n++) {
      ops.push({ op: 'stream', cell, name: 'stdout', text });
    }
    ops.push({ op: 'cell_ended', cell, status: 'ok', timing: {} });
  }
  input.cells = Array.from({ length: CELLS }, (_, n) => ({
    ...input.cells[0],
    id: `c${n}`,
    source: `print(${n})`
  }));
  writeFileSync(join(folder, 'input.ipynb'), JSON.stringify(input));
  writeFileSync(
    join(folder, 'events.jsonl'),
    ops
      .map((op, seq) => `${JSON.stringify({ seq: seq + 1, at, ...op })}\n`)
      .join('')
  );
}

test('a run of 10,000 cells and 50 MB opens without freezing', async ({
  batch,
  page
}) => {
  await batch.openNotebook(await batch.write('large.ipynb', 'print(0)'));
  await batch.ask();
  const run = await batch.go();
  await expect(run).toHaveAttribute('data-state', 'succeeded');
  const [id] = await batch.ids();
  const reply = await page.request.get(`/jupyterlab-batch/v1/runs/${id}`);
  const detail = (await reply.json()) as RunDetail;
  enlarge(detail.run.run_folder ?? '');

  await page.evaluate(() => {
    const seen = { longest: 0 };
    Object.assign(window, { seen });
    new PerformanceObserver(list => {
      for (const { duration } of list.getEntries()) {
        seen.longest = Math.max(seen.longest, duration);
      }
    }).observe({ entryTypes: ['longtask'] });
  });
  await page.evaluate(async shown => {
    await window.jupyterapp.commands.execute('jupyterlab-batch:open-run', {
      id: shown
    });
  }, id);
  const view = page.locator(`#jp-batch-run-${id}`);
  await expect(view.locator('article[data-cell="0"]')).toContainText(
    'output 0'
  );
  const heavy = view.locator('article[data-cell="5000"]');
  await view.locator('.jp-Batch-cellList').evaluate(node => {
    node.scrollTop = 4990 * 26;
  });
  await view.locator('[data-list-cell="5000"]').click();
  await expect(heavy.locator('.jp-Batch-omitted')).toContainText('MB');
  await expect(heavy).toBeInViewport();
  await expect(heavy.locator('pre').last()).toContainText('abcdefghi');
  await batch.shoot('run-large');
  // Of 10,000 cells a few dozen exist, and of 50 MB what fits on some screens.
  expect(await view.locator('article').count()).toBeLessThan(300);
  expect(await view.locator('[data-list-cell]').count()).toBeLessThan(100);
  const length = await view.evaluate(node => node.textContent?.length ?? 0);
  expect(length).toBeLessThan(1_000_000);
  const longest = () =>
    page.evaluate(
      () => (window as unknown as { seen: { longest: number } }).seen.longest
    );
  expect(await longest()).toBeLessThan(1000);

  await heavy.getByRole('button', { name: 'Show all' }).click();
  await expect(heavy.locator('.jp-Batch-omitted')).toContainText(
    'The executed notebook has all of it.'
  );
  await expect
    .poll(() => heavy.evaluate(node => node.textContent?.length ?? 0))
    .toBeGreaterThan(1_000_000);
  expect(await longest()).toBeLessThan(1000);
});
