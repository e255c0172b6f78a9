import { expect, Gate, test } from './batch';

/** A clock of a run, `0:07` or `2:03:09`, in seconds. */
function seconds(clock: string): number {
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

const MINUTE = 60_000;

test.describe('a browser whose clock is wrong', () => {
  test.use({ autoGoto: false });

  for (const [words, beside] of [
    ['five minutes behind', -5 * MINUTE],
    ['two hours ahead', 120 * MINUTE]
  ] as const) {
    test(`tells how long a run takes all the same: ${words}`, async ({
      batch,
      page
    }) => {
      await page.addInitScript(shift => {
        const own = Date;
        class Shifted extends own {
          constructor(...given: []) {
            super(...(given.length > 0 ? given : ([own.now() + shift] as never)));
          }

          static now(): number {
            return own.now() + shift;
          }
        }
        window.Date = Shifted as DateConstructor;
      }, beside);
      await page.goto();
      const off = await page.evaluate(() => Date.now());
      expect(Math.abs(off - Date.now() - beside)).toBeLessThan(MINUTE);

      const gate = new Gate(batch.folder);
      await batch.openNotebook(await batch.write('clock.ipynb', gate.cell));
      await batch.ask();
      const begun = Date.now();
      const run = await batch.go();
      await expect(run).toHaveAttribute('data-state', 'running');
      const elapsed = run.locator('[data-fact="elapsed"]');
      const most = () => (Date.now() - begun) / 1000 + 1;
      // It goes on, from nothing.
      await expect
        .poll(async () => seconds(await elapsed.innerText()))
        .toBeGreaterThan(1);
      expect(seconds(await elapsed.innerText())).toBeLessThanOrEqual(most());
      const view = await batch.openRun(await batch.idOf(run));
      const phase = view.locator('.jp-Batch-key.jp-mod-running');
      const cell = view.locator('article .jp-Batch-cellTime');
      for (const told of [phase, cell]) {
        const [text] = /[\d:.,]+/.exec(await told.innerText()) ?? [''];
        expect(text).not.toBe('');
        const taken = seconds(text.replace(',', '.'));
        expect(taken).toBeGreaterThan(1);
        expect(taken).toBeLessThanOrEqual(most());
      }
      gate.open();
      await expect(run).toHaveAttribute('data-state', 'succeeded');
      expect(seconds(await elapsed.innerText())).toBeLessThanOrEqual(most());
    });
  }
});
