import { expect, Gate, test } from './batch';

/** How far what is shown is from the end of what there is, in pixels. */
const NEAR = 60;

test('the end of what a run prints stays in view until one looks back', async ({
  batch,
  page
}) => {
  const second = new Gate(batch.folder, 'second');
  const third = new Gate(batch.folder, 'third');
  const print = (word: string) =>
    `for n in range(200):\n    print('${word}', n)`;
  await batch.openNotebook(
    await batch.write(
      'long.ipynb',
      `${print('first')}\n${second.cell}\n${print('second')}\n${third.cell}\n${print('third')}`
    )
  );
  await batch.ask();
  const run = await batch.go();
  const view = await batch.openRun(await batch.idOf(run));
  const column = view.locator('.jp-Batch-column');
  const follows = view.locator('[data-action="follow"]');
  const place = () =>
    column.evaluate(({ scrollTop, scrollHeight, clientHeight }) => ({
      above: scrollTop,
      below: scrollHeight - scrollTop - clientHeight
    }));

  await expect(column).toContainText('first 199');
  await expect.poll(async () => (await place()).below).toBeLessThan(NEAR);
  const early = await place();
  expect(early.above).toBeGreaterThan(500);
  await expect(follows).toBeChecked();

  second.open();
  await expect(column).toContainText('second 199');
  await expect.poll(async () => (await place()).below).toBeLessThan(NEAR);
  expect((await place()).above).toBeGreaterThan(early.above + 500);

  await column.hover();
  await page.mouse.wheel(0, -800);
  await expect(follows).not.toBeChecked();
  await expect.poll(async () => (await place()).below).toBeGreaterThan(500);
  const { above } = await place();
  third.open();
  await expect(column).toContainText('third 199');
  expect((await place()).above).toBe(above);
});
