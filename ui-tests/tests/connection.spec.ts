import type { Health } from '@jupyterlab-batch/protocol';

import { expect, Gate, test } from './batch';

const HEALTH = '/jupyterlab-batch/v1/health';
const CHANGES = '**/jupyterlab-batch/v1/changes*';
const RUNS = '**/jupyterlab-batch/v1/runs/*';

test('a broker that was killed and took up its runs again is named', async ({
  batch,
  page
}) => {
  const gate = new Gate(batch.folder);
  await batch.openNotebook(await batch.write('kept.ipynb', gate.cell));
  await batch.ask();
  const run = await batch.go();
  await expect(run).toHaveAttribute('data-state', 'running');
  const reply = await page.request.get(HEALTH);
  process.kill(((await reply.json()) as Health).pid, 'SIGKILL');
  const connection = batch.panel.locator('[data-connection]');
  // Whoever asks next brings it back; here nobody waits half a minute.
  await expect(async () => {
    await batch.panel.locator('[data-action="refresh"]').click();
    await expect(connection).toContainText('broker restarted', {
      timeout: 1000
    });
  }).toPass({ timeout: 40_000 });
  await batch.shoot('connection-restarted');
  gate.open();
  await expect(run).toHaveAttribute('data-state', 'succeeded');
});

test('a lost session is called one, and all is well after the next sign-in', async ({
  batch,
  page
}) => {
  const gate = new Gate(batch.folder);
  await batch.openNotebook(
    await batch.write('signed.ipynb', 'print("before")', gate.cell)
  );
  await batch.ask();
  const run = await batch.go();
  const view = await batch.openRun(await batch.idOf(run));
  await expect(view.getByText('before', { exact: true })).toBeVisible();
  const connection = batch.panel.locator('[data-connection]');
  await expect(connection).toHaveAttribute('data-connection', 'live');
  for (const route of [CHANGES, RUNS]) {
    await page.route(route, each => each.fulfill({ status: 401, body: '{}' }));
  }
  await batch.panel.locator('[data-action="refresh"]').click();
  await expect(connection).toContainText('signed out, last seen');
  // The view of a run says so too, and keeps what it had shown.
  await expect(view).toContainText('signed out, last seen');
  await expect(view.getByText('before', { exact: true })).toBeVisible();
  await batch.shoot('connection-signed-out');
  gate.open();
  await page.unroute(CHANGES);
  await page.unroute(RUNS);
  await expect(connection).toHaveAttribute('data-connection', 'live');
  await expect(run).toHaveAttribute('data-state', 'succeeded');
  await expect(view).not.toContainText('signed out');
  await expect(view.locator('.jp-Batch-title')).toContainText('succeeded');
});

test('a credential that cannot be ended is an alarm until it is', async ({
  batch,
  page
}) => {
  await batch.showRuns();
  const alarm = batch.panel.getByRole('alert');
  const status = page.locator('.jp-Batch-statusItem button');
  const refresh = batch.panel.locator('[data-action="refresh"]');
  await expect(batch.panel.locator('[data-connection="live"]')).toBeVisible();
  await expect(alarm).toHaveCount(0);
  // The broker's true answer, and what it says of a provider that lies.
  await page.route(`**${HEALTH}*`, async route => {
    const response = await route.fetch();
    const told = (await response.json()) as Health;
    const problems = [
      ...told.problems,
      {
        name: 'credentials',
        message:
          '2 quarantined: lab accepts revocations, and the tokens still work',
        fix: 'Ask the provider to end them.'
      }
    ];
    await route.fulfill({ response, json: { ...told, problems } });
  });
  await refresh.click();
  await expect(alarm).toContainText('2 quarantined: lab accepts revocations');
  await expect(status).toHaveAccessibleName(/Ask the provider to end them/);
  const toast = page.locator('.Toastify__toast', { hasText: '2 quarantined' });
  await expect(toast).toBeVisible();
  await batch.shoot('alarm');
  await page.unroute(`**${HEALTH}*`);
  await refresh.click();
  await expect(alarm).toHaveCount(0);
  await expect(toast).toHaveCount(0);
  await expect(status).toBeHidden();
});

test.describe('where no event arrives', () => {
  test.use({ autoGoto: false });

  test('changes show all the same, and the list says how', async ({
    batch,
    page
  }) => {
    // A proxy that takes web sockets and lets nothing through.
    await page.routeWebSocket(/api\/events\/subscribe/, () => undefined);
    await page.goto();
    const gate = new Gate(batch.folder);
    await batch.openNotebook(await batch.write('deaf.ipynb', gate.cell));
    await batch.ask();
    const run = await batch.go();
    const connection = batch.panel.locator('[data-connection]');
    await batch.panel.locator('[data-action="refresh"]').click();
    await expect(async () => {
      await batch.panel.locator('[data-action="refresh"]').click();
      await expect(run).toHaveAttribute('data-state', 'running', {
        timeout: 500
      });
    }).toPass({ timeout: 20_000 });
    await expect(connection).toHaveAttribute('data-connection', 'polling');
    await batch.shoot('connection-polling');
    gate.open();
    await expect(run).toHaveAttribute('data-state', 'succeeded');
  });
});
