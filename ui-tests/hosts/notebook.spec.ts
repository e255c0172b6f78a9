import { expect, test } from './host';

test('Notebook 7: button, dialog, notification', async ({ host, page }) => {
  await page.goto(`/notebooks/${host.write('single.ipynb')}`);
  await host.ask();
  await host.field('AMP').fill('4.0');
  await host.submit();
  await expect(host.ended('single.ipynb succeeded')).toBeVisible({
    timeout: 60_000
  });
});
