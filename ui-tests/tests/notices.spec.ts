import { mkdirSync } from 'node:fs';

import { expect, Gate, placeOf, test } from './batch';

test('a run is told in toast, badge, title, status bar and sections', async ({
  batch,
  page
}) => {
  const gate = new Gate(batch.folder);
  await batch.openNotebook(
    await batch.write('told.ipynb', gate.cell, "print('told')")
  );
  await page.sidebar.openTab('filebrowser');
  await batch.ask();
  await batch.submit.click();
  await expect(batch.dialog).toHaveCount(0);

  const toast = page.locator('.Toastify__toast', { hasText: 'told.ipynb' });
  await expect(toast).toContainText('cell 1 of 2');
  const status = page.locator('.jp-Batch-statusButton');
  await expect(status).toHaveAttribute('data-count', '1');
  await batch.shoot('told-running');
  await page.sidebar.openTab('jp-running-sessions');
  const running = page.locator('.jp-RunningSessions-item.jp-Batch-running');
  await expect(running).toContainText('told.ipynb');
  await batch.shoot('told-section');

  gate.open();
  await expect(toast).toContainText('succeeded');
  await expect(toast).toHaveCount(1);
  await expect(
    toast.getByRole('button', { name: 'Open result' })
  ).toBeVisible();
  await expect(status).toBeHidden();
  await expect(running).toHaveCount(0);
  const tab = page.locator('.lm-TabBar-tab[data-id="jp-batch-runs"]');
  await expect(tab).toHaveAttribute('data-batch-ended', '1');
  await expect(tab).toHaveAttribute('title', /1 ended since you left/);
  await expect.poll(() => page.title()).toMatch(/^\(1\) /);
  await expect(page.locator('#jp-batch-announcements')).toHaveText(
    'told.ipynb succeeded'
  );

  await page.sidebar.openTab('jp-property-inspector');
  const section = page.locator('.jp-Batch-notebookRuns');
  await expect(section.locator('[data-state="succeeded"]')).toHaveCount(1);
  await batch.shoot('told-ended');

  await batch.showRuns();
  await expect(tab).not.toHaveAttribute('data-batch-ended', /.*/);
  await expect.poll(() => page.title()).not.toMatch(/^\(/);
});

test('two tabs tell the end of a run once', async ({ batch, page }) => {
  const gate = new Gate(batch.folder);
  await batch.openNotebook(await batch.write('twice.ipynb', gate.cell));
  await batch.ask();
  const run = await batch.go();
  await expect(run).toHaveAttribute('data-state', 'running');
  const other = await page.context().newPage();
  // of its own: a panel that was left open would be closed by the press below
  const workspace = `other-${crypto.randomUUID().slice(0, 8)}`;
  await other.goto(
    `${page.url().split('/lab')[0]}/lab/workspaces/${workspace}`
  );
  await other
    .locator('.lm-TabBar-tab[data-id="jp-batch-runs"]')
    .click({ timeout: 60_000 });
  await expect(other.locator('.jp-Batch-run').first()).toHaveAttribute(
    'data-state',
    'running'
  );
  await page
    .locator('.Toastify__toast', { hasText: 'twice.ipynb' })
    .getByRole('button', { name: 'Hide notification' })
    .click();
  gate.open();
  await expect(run).toHaveAttribute('data-state', 'succeeded');
  await expect(other.locator('.jp-Batch-run').first()).toHaveAttribute(
    'data-state',
    'succeeded'
  );
  const toasts = async () =>
    (await page.locator('.Toastify__toast', { hasText: 'succeeded' }).count()) +
    (await other.locator('.Toastify__toast', { hasText: 'succeeded' }).count());
  await expect.poll(toasts).toBe(1);
  await other.close();
});

test('what one tab was looked at for is counted in no other', async ({
  batch,
  page
}) => {
  const gate = new Gate(batch.folder);
  await batch.openNotebook(await batch.write('seen.ipynb', gate.cell));
  await page.sidebar.openTab('filebrowser');
  await batch.ask();
  await batch.submit.click();
  await expect(batch.dialog).toHaveCount(0);
  const other = await page.context().newPage();
  const workspace = `seen-${crypto.randomUUID().slice(0, 8)}`;
  await other.goto(
    `${page.url().split('/lab')[0]}/lab/workspaces/${workspace}`
  );
  await expect(other.locator('.jp-Batch-statusButton')).toHaveAttribute(
    'data-count',
    '1'
  );
  gate.open();
  await expect.poll(() => other.title()).toMatch(/^\(1\) /);
  await expect.poll(() => page.title()).toMatch(/^\(1\) /);
  await page.bringToFront();
  await batch.showRuns();
  await expect.poll(() => page.title()).not.toMatch(/^\(/);
  await expect.poll(() => other.title()).not.toMatch(/^\(/);
  await other.close();
});

test('the settings editor offers what can be set', async ({ batch, page }) => {
  const gate = new Gate(batch.folder);
  await batch.openNotebook(await batch.write('set.ipynb', gate.cell));
  await batch.ask();
  await batch.go();
  const status = page.locator('.jp-Batch-statusButton');
  await expect(status).toBeVisible();
  await page.evaluate(() =>
    window.jupyterapp.commands.execute('settingeditor:open', {
      query: 'Batch'
    })
  );
  await page
    .locator('.jp-PluginList-entry', { hasText: /^Batch$/ })
    .first()
    .click();
  const form = page.locator('.jp-SettingsPanel');
  await expect(form.getByText('Notifications of the system')).toBeVisible();
  await expect(form.getByText('A copy of the project')).toBeAttached();
  await batch.shoot('settings');
  await form.getByLabel('Count in the status bar').uncheck();
  await expect(status).toBeHidden();
  // The list of runs takes up at once what is set for it.
  const groups = batch.panel.locator('.jp-Batch-notebook');
  await form.getByLabel('Group the list by notebook').check();
  await expect(groups).not.toHaveCount(0);
  await form.getByLabel('Group the list by notebook').uncheck();
  await expect(groups).toHaveCount(0);
  await form
    .locator('[id$="settings_panelShows"]')
    .selectOption({ label: 'Runs that have not ended' });
  await expect(batch.panel.locator('[data-filter="state"]')).toHaveValue(
    'active'
  );

  // What a new dialog begins with.
  mkdirSync(placeOf('root', batch.folder, 'results'));
  // JupyterLab names no text field of its form.
  const setting = (name: string) => form.locator(`[id$="settings_${name}"]`);
  await setting('target').fill('second');
  await setting('filesMode').selectOption({ label: 'None' });
  await setting('deliverTo').fill('results');
  await expect
    .poll(() =>
      page.evaluate(async () => {
        const { settings } = window.jupyterapp.serviceManager;
        return (await settings.fetch('jupyterlab-batch:settings'))?.raw;
      })
    )
    .toContain('"results"');
  await page.notebook.activate('set.ipynb');
  await batch.ask();
  const field = (name: string) =>
    batch.dialog.locator(`[data-field="${name}"]`);
  await expect(field('target')).toHaveValue('second');
  await batch.dialog.locator('[data-fold="files"]').click();
  await expect(field('files-mode')).toHaveValue('none');
  await expect(field('deliver-to')).toHaveValue('results');
  const id = await batch.idOf(await batch.go());
  gate.open();
  await expect
    .poll(async () => (await batch.told(id)).state)
    .toBe('succeeded');
  const { run_folder, target, files_mode, deliver_to } = await batch.told(id);
  expect([target, files_mode, deliver_to]).toEqual([
    'second',
    'none',
    placeOf('root', batch.folder, 'results')
  ]);
  expect(run_folder).toContain(placeOf('work-second'));
  // It has left the list of what has not ended.
  await expect(batch.runs).toHaveCount(0);
});

declare global {
  // eslint-disable-next-line @typescript-eslint/naming-convention -- the browser's
  interface Window {
    system: ISystem;
  }
}

/** The browser's notifications, and a page that is looked away from. */
interface ISystem {
  away: boolean;
  asked: number;
  told: { title: string; body: string; tag: string; onclick(): void }[];
}

test.describe('while the page is out of view', () => {
  test.use({ autoGoto: false });

  test('the system tells of an end, and is asked once whether it shall', async ({
    batch,
    page
  }) => {
    await page.addInitScript(() => {
      const system: ISystem = { away: false, asked: 0, told: [] };
      Object.assign(window, { system });
      // What a headless browser has is one that refuses, and it is never hidden.
      class SystemNotification {
        static permission = 'default';
        static async requestPermission(): Promise<string> {
          system.asked += 1;
          SystemNotification.permission = 'granted';
          return 'granted';
        }
        onclick = () => undefined;
        body = '';
        tag = '';
        constructor(
          readonly title: string,
          options: { body: string; tag: string }
        ) {
          Object.assign(this, options);
          system.told.push(this);
        }
        close() {}
      }
      Object.assign(window, { Notification: SystemNotification });
      Object.defineProperty(document, 'visibilityState', {
        get: () => (system.away ? 'hidden' : 'visible')
      });
    });
    await page.goto();
    const system = () =>
      page.evaluate(() => {
        const { asked, told } = window.system;
        return { asked, told: told.map(({ body }) => body) };
      });
    const gate = new Gate(batch.folder);
    await batch.openNotebook(await batch.write('away.ipynb', gate.cell));
    await batch.ask();
    const id = await batch.idOf(await batch.go());
    const question = batch.toast('Shall your system tell you');
    await question.getByRole('button', { name: 'Yes' }).click();
    expect(await system()).toEqual({ asked: 1, told: [] });

    await page.sidebar.openTab('filebrowser');
    await page.evaluate(() => (window.system.away = true));
    gate.open();
    await expect
      .poll(async () => (await system()).told)
      .toEqual([expect.stringMatching(/^away\.ipynb succeeded after \d/)]);
    await page.evaluate(() => {
      window.system.away = false;
      window.system.told[0].onclick();
    });
    await expect(batch.detail).toHaveAttribute('data-run-id', id);
    await batch.detail.locator('[data-action="back"]').click();

    // In view it is told by the page alone; and nobody is asked again, though the
    // browser has forgotten what was said.
    await batch.ask();
    await batch.go();
    await expect(batch.runs.first()).toHaveAttribute('data-state', 'succeeded');
    await expect(batch.toast('away.ipynb succeeded').last()).toBeVisible();
    expect((await system()).told).toHaveLength(1);
    await batch.reload();
    await expect(page.locator('.jp-NotebookPanel')).toBeVisible();
    await batch.ask();
    await batch.go();
    await expect(batch.runs.first()).toHaveAttribute('data-state', 'succeeded');
    await expect(question).toHaveCount(0);
  });
});
