import type { Page } from '@playwright/test';

import { expect, inLab, test } from './host';

/** The buttons of all three above the notebook. */
const BUTTONS = [
  '[data-command="jupyterlab-batch:run-notebook"]',
  '[data-command="scheduling:create-from-notebook"]',
  '[data-jp-item-name="submitFile"]'
];

/** One route of each, which only its own extension answers. */
const ROUTES = [
  'jupyterlab-batch/v1/health',
  'scheduler/runtime_environments',
  'elyra/schemaspace'
];

interface IPluginState {
  readonly id: string;
  readonly active: boolean;
}

interface IBinding {
  readonly command: string;
  readonly keys: readonly string[];
  readonly selector: string;
}

function plugins(page: Page): Promise<IPluginState[]> {
  return page.evaluate(() =>
    window.jupyterapp
      .listPlugins()
      .filter(id => id.startsWith('jupyterlab-batch:'))
      .map(id => ({ id, active: window.jupyterapp.isPluginActivated(id) }))
  );
}

/** Keys that another extension has at the same place as one of ours. */
function contested(page: Page): Promise<IBinding[]> {
  return page.evaluate(() => {
    const all = window.jupyterapp.commands.keyBindings.map(
      ({ command, keys, selector }) => ({ command, keys: [...keys], selector })
    );
    const place = ({ keys, selector }: IBinding) =>
      `${keys.join(' ')} ${selector}`;
    const isOurs = ({ command }: IBinding) =>
      command.startsWith('jupyterlab-batch:');
    const ours = new Set(all.filter(isOurs).map(place));
    return all.filter(each => !isOurs(each) && ours.has(place(each)));
  });
}

/** Ids of elements that are ours, or twice there beside one of ours. */
function idsOfOurs(page: Page): Promise<{ id: string; times: number }[]> {
  return page.evaluate(() => {
    const ids = Array.from(document.querySelectorAll('[id]'), each => each.id);
    return ids
      .filter(id => /jp-batch|jupyterlab-batch/i.test(id))
      .map(id => ({ id, times: ids.filter(each => each === id).length }));
  });
}

test('beside a scheduler and Elyra: no button, id, key or route is taken', async ({
  host,
  page
}) => {
  await page.goto(inLab(host.write('beside.ipynb')));
  const toolbar = page.locator('.jp-NotebookPanel-toolbar');
  for (const button of BUTTONS) {
    await expect(toolbar.locator(button)).toBeVisible({ timeout: 60_000 });
  }
  // A command or an id that is registered twice leaves its plugin inactive.
  const found = await plugins(page);
  expect(found.length).toBeGreaterThan(10);
  expect(found.filter(({ active }) => !active)).toEqual([]);
  expect(await contested(page)).toEqual([]);
  const ids = await idsOfOurs(page);
  expect(ids.map(({ id }) => id)).toContain('jp-batch-runs');
  expect(ids.filter(({ times }) => times > 1)).toEqual([]);
  for (const route of ROUTES) {
    const answer = await page.request.get(`/${route}`);
    expect([route, answer.status()]).toEqual([route, 200]);
  }
});

test('beside a scheduler and Elyra: the job is done', async ({
  host,
  page
}) => {
  await page.goto(inLab(host.write('crowded.ipynb')));
  await host.ask();
  await host.field('AMP').fill('4.0');
  await host.submit();
  const toast = host.ended('crowded.ipynb succeeded');
  await expect(toast).toBeVisible({ timeout: 60_000 });
  await toast.getByRole('button', { name: 'Open result' }).click();
  await expect(
    page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea', {
      hasText: 'AMP is 4.0'
    })
  ).toBeVisible({ timeout: 60_000 });
});
