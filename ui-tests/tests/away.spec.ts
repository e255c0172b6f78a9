import { readFileSync, rmSync, writeFileSync } from 'node:fs';

import type { Health } from '@jupyterlab-batch/protocol';
import type { WebSocketRoute } from '@playwright/test';

import { expect, Gate, placeOf, test, WITHOUT_GALATA, type Batch } from './batch';

const HEALTH = '/jupyterlab-batch/v1/health';
/** ms in which everything comes back with nobody pressing anything */
const BY_ITSELF = { timeout: 60_000 };

/** A dialog with one edit in it. */
async function edited(batch: Batch, name: string): Promise<void> {
  await batch.openNotebook(
    await batch.writeTagged(name, 'AMP = 1.0', 'print(AMP)')
  );
  await batch.ask();
  await batch.field('AMP').fill('7.5');
}

/** Submits the edit, which has to be what runs. */
async function submitted(batch: Batch): Promise<void> {
  await expect(batch.field('AMP')).toHaveValue('7.5');
  const before = (await batch.ids()).length;
  const run = await batch.go();
  await expect(run).toHaveAttribute('data-state', 'succeeded');
  await expect(run.locator('.jp-Batch-runParameters')).toContainText('AMP 7.5');
  expect(await batch.ids()).toHaveLength(before + 1);
}

test.describe('without galata between page and server', () => {
  test.use(WITHOUT_GALATA);

  test('a dialog keeps its edits while the Jupyter server is away', async ({
    batch
  }) => {
    await edited(batch, 'edited.ipynb');
    writeFileSync(placeOf('hold'), '');
    process.kill(Number(readFileSync(placeOf('lab.pid'), 'utf8')), 'SIGKILL');
    await batch.submit.click();
    const refusal = batch.dialog.locator('.jp-Batch-refusal');
    await expect(refusal).toHaveAttribute('data-code', 'broker_unreachable');
    await expect(refusal).toContainText(
      /Last answer at .*\d\d.*asked again by itself/
    );
    await expect(batch.field('AMP')).toHaveValue('7.5');
    await batch.shoot('dialog-away');
    rmSync(placeOf('hold'));
    await expect(refusal).toHaveCount(0, BY_ITSELF);
    await submitted(batch);
  });
});

test('a dialog keeps its edits over a broker that was killed', async ({
  batch,
  page
}) => {
  await edited(batch, 'kept.ipynb');
  const health = (await (await page.request.get(HEALTH)).json()) as Health;
  process.kill(health.pid, 'SIGKILL');
  await submitted(batch);
});

test('a dialog keeps its edits over a sign-in', async ({ batch, page }) => {
  await edited(batch, 'signed.ipynb');
  const all = /:\d+\/jupyterlab-batch\//;
  await page.route(all, route => route.fulfill({ status: 401, body: '{}' }));
  await batch.submit.click();
  const refusal = batch.dialog.locator('.jp-Batch-refusal');
  await expect(refusal).toHaveAttribute('data-code', 'signed_out');
  await expect(refusal).toContainText('Sign in again');
  await batch.shoot('dialog-signed-out');
  await page.unroute(all);
  await submitted(batch);
});

test('panel and view go on after a broker that was killed, untouched', async ({
  batch,
  page
}) => {
  const gate = new Gate(batch.folder);
  await batch.openNotebook(
    await batch.write('orphan.ipynb', `${gate.cell}\nprint('went on')`)
  );
  await batch.ask();
  const run = await batch.go();
  await expect(run).toHaveAttribute('data-state', 'running');
  const view = await batch.openRun(await batch.idOf(run));
  await expect(view.locator('article')).toHaveAttribute(
    'data-status',
    'running'
  );
  const { pid } = (await (await page.request.get(HEALTH)).json()) as Health;
  process.kill(pid, 'SIGKILL');
  const connection = batch.panel.locator('[data-connection]');
  await expect(connection).toContainText('broker restarted', BY_ITSELF);
  await expect(run).toHaveAttribute('data-state', 'running');
  await batch.shoot('view-broker-restarted');
  gate.open();
  await expect(view.locator('article')).toContainText('went on', BY_ITSELF);
  await expect(view.locator('.jp-Batch-stateWord')).toHaveText('succeeded');
  await expect(run).toHaveAttribute('data-state', 'succeeded');
  await expect(view.locator('.jp-Batch-liveBar [role="status"]')).toHaveCount(0);
});

test.describe('an event stream that is cut', () => {
  test.use({ autoGoto: false });

  test('is said, made up for, and taken up again', async ({ batch, page }) => {
    let cut = false;
    let sockets: WebSocketRoute[] = [];
    await page.routeWebSocket(/api\/events\/subscribe/, socket => {
      sockets.push(socket);
      if (!cut) {
        socket.connectToServer();
      }
    });
    const close = async () => {
      const open = sockets;
      sockets = [];
      await Promise.all(open.map(socket => socket.close()));
    };
    await page.goto();
    const gate = new Gate(batch.folder);
    await batch.openNotebook(await batch.write('cut.ipynb', gate.cell));
    await batch.ask();
    const run = await batch.go();
    await expect(run).toHaveAttribute('data-state', 'running');
    const connection = batch.panel.locator('[data-connection]');
    await expect(connection).toHaveAttribute('data-connection', 'live');
    cut = true;
    await close();
    gate.open();
    await expect(run).toHaveAttribute('data-state', 'succeeded', BY_ITSELF);
    await expect(connection).toHaveAttribute(
      'data-connection',
      'polling',
      BY_ITSELF
    );
    cut = false;
    await close();
    // The first event that comes is the proof, and the browser takes its time to
    // connect again.
    await expect(async () => {
      await batch.ask();
      await batch.go();
      await expect(connection).toHaveAttribute('data-connection', 'live', {
        timeout: 5000
      });
    }).toPass(BY_ITSELF);
  });
});
