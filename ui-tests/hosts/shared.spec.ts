import { expect, Host, inLab, test } from './host';

test('two browsers: what runs is what both see, unsaved', async ({
  browser,
  host,
  page
}, { project }) => {
  const written = host.write('shared.ipynb');
  // Up to its version 3 shared editing is a drive of its own.
  const path = project.name === 'oldest' ? `RTC:${written}` : written;
  await page.goto(inLab(path));
  await expect(page.locator('.jp-Notebook .jp-Cell')).toHaveCount(2, {
    timeout: 60_000
  });
  const opened: unknown = await page.evaluate(
    'window.jupyterapp.shell.currentWidget.context.path'
  );
  expect(opened).toBe(path);
  const elsewhere = await browser.newContext();
  const other = new Host(await elsewhere.newPage());
  await other.page.goto(inLab(path));
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
