import { expect, test } from './batch';

// A name of this machine that browsers do not count among those they trust, as
// that of a server in a laboratory without certificates.
test.use({ baseURL: `http://0.0.0.0:${process.env.JLB_UI_PORT}` });

test('a notebook runs where the browser trusts the page less', async ({
  batch,
  page
}) => {
  await batch.openNotebook(await batch.write('plain.ipynb', "print('plain')"));
  expect(await page.evaluate(() => window.isSecureContext)).toBe(false);
  await batch.ask();
  await batch.submit.click();
  await expect(batch.dialog).toHaveCount(0);
  await batch.showRuns();
  await expect(batch.runs.first()).toHaveAttribute('data-state', 'succeeded');
});
