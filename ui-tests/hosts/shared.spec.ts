import { expect, Host, inLab, test } from './host';

test('two browsers: what runs is what both see, unsaved', async ({
  browser,
  host,
  page
}) => {
  const path = host.write('shared.ipynb');
  await page.goto(inLab(`RTC:${path}`));
  await expect(page.locator('.jp-Notebook .jp-Cell')).toHaveCount(2, {
    timeout: 60_000
  });
  const elsewhere = await browser.newContext();
  const other = new Host(await elsewhere.newPage());
  await other.page.goto(inLab(`RTC:${path}`));
  await expect(other.page.locator('.jp-Notebook .jp-Cell')).toHaveCount(2, {
    timeout: 60_000
  });

  const line = other.page.locator('.jp-Notebook .cm-content').nth(1);
  await line.click();
  await other.page.keyboard.press('ControlOrMeta+A');
  await other.page.keyboard.type("print('typed elsewhere', AMP)");
  await expect(page.locator('.jp-Notebook .cm-content').nth(1)).toContainText(
    'typed elsewhere'
  );

  await host.ask();
  await host.submit();
  const toast = host.ended('shared.ipynb succeeded');
  await expect(toast).toBeVisible({ timeout: 60_000 });
  await toast.getByRole('button', { name: 'Open result' }).click();
  await expect(
    page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea', {
      hasText: 'typed elsewhere 3.0'
    })
  ).toBeVisible({ timeout: 60_000 });
  expect(other.errors).toEqual([]);
  await elsewhere.close();
});

test('beside another scheduler: both buttons are there', async ({
  host,
  page
}) => {
  await page.goto(inLab(host.write('beside.ipynb')));
  const toolbar = page.locator('.jp-NotebookPanel-toolbar');
  await expect(
    toolbar.locator('[data-command="scheduling:create-from-notebook"]')
  ).toBeVisible({ timeout: 60_000 });
  await host.ask();
});
