import { existsSync } from 'node:fs';

import type { Locator } from '@playwright/test';

import { expect, Gate, test, type Batch } from './batch';

/** Submits with a value of `which`; gives the run's id once it runs. */
async function started(batch: Batch, which: string): Promise<string> {
  await batch.ask();
  await batch.field('which').fill(which);
  const run = await batch.go();
  await expect(run).toHaveAttribute('data-state', 'running');
  return batch.idOf(run);
}

/** Lays a document beside those that are in view, as a user drags its tab. */
async function layBeside(batch: Batch, id: string): Promise<void> {
  await batch.page.evaluate(name => {
    const { shell } = window.jupyterapp;
    const widget = [...shell.widgets('main')].find(({ id: at }) => at === name);
    shell.add(widget!, 'main', { mode: 'split-right' });
  }, `jp-batch-run-${id}`);
}

/** Names of the bars of one kind that can be seen, from left to right. */
async function drawn(
  view: Locator,
  selector: string,
  name: 'class' | 'data-status' | 'data-mark'
): Promise<string[]> {
  const bars = await view
    .locator(`.jp-Batch-timeline svg ${selector}`)
    .evaluateAll(
      (nodes, attribute) =>
        nodes.map(node => {
          const { width, height, x } = node.getBoundingClientRect();
          const { fill } = getComputedStyle(node);
          const seen =
            width > 0 && height > 0 && !/^none$|rgba\(.*, 0\)/.test(fill);
          const name = node.getAttribute(attribute) ?? '';
          return { name: seen ? name : `unseen ${name}`, x };
        }),
      name
    );
  return bars
    .sort((a, b) => a.x - b.x)
    .map(bar => bar.name.replace('jp-Batch-phase jp-mod-', ''));
}

test('two runs side by side: each moves by itself, is drawn, cancelled and deleted', async ({
  batch,
  page
}) => {
  const gates = {
    one: new Gate(batch.folder, 'one'),
    two: new Gate(batch.folder, 'two')
  };
  const wait = (name: 'one' | 'two') =>
    `if which == "${name}":\n    ${gates[name].cell.replaceAll('\n', '\n    ')}`;
  const never = new Gate(batch.folder, 'never');
  const path = await batch.writeTagged(
    'side.ipynb',
    'which = ""',
    [
      'import os',
      'log = os.path.join(os.environ["JUPYTERLAB_BATCH_FOLDER"], "runner.log")',
      'def tell(words):',
      '    with open(log, "a") as out:',
      '        print(words, which, file=out)',
      '    print(words, which, flush=True)',
      'tell("begun")'
    ].join('\n'),
    `# wait\n${wait('one')}\n${wait('two')}\ntell("gone on")`,
    `if which == "two":\n    ${never.cell.replaceAll('\n', '\n    ')}`
  );
  await batch.openNotebook(path);
  const one = await started(batch, 'one');
  const two = await started(batch, 'two');
  await page.sidebar.close('left');
  const first = await batch.openRun(one);
  const second = await batch.openRun(two);
  await layBeside(batch, two);
  await expect(first.locator('.jp-Batch-column')).toContainText('begun one');
  await expect(second.locator('.jp-Batch-column')).toContainText('begun two');

  // The picture of a run that goes on, and the words of it for those who do not see it.
  const picture = first.locator('.jp-Batch-timeline svg');
  await expect(picture).toHaveAccessibleName(
    /^Timeline: preparing [\d.]+ \w+, waiting [\d.]+ \w+, running [\d.:]+( \w+)?, credential /
  );
  expect(await drawn(first, '.jp-Batch-phase', 'class')).toEqual([
    'staged',
    'queued',
    'running'
  ]);
  expect(await drawn(first, '.jp-Batch-bar', 'data-status')).toEqual([
    'ok',
    'ok',
    'ok',
    'running'
  ]);
  expect(await drawn(first, '.jp-Batch-leaseBar', 'class')).toEqual([
    'jp-Batch-leaseBar'
  ]);
  expect(await drawn(first, '.jp-Batch-mark', 'data-mark')).toEqual([
    'registered',
    'minted'
  ]);

  // What one does shows in its view alone; its log goes on while somebody looks.
  const log = await batch.tab(second, 'Log');
  await expect(log).toContainText('begun two');
  gates.one.open();
  await expect(first.locator('.jp-Batch-column')).toContainText('gone on one');
  await expect(first.locator('.jp-Batch-stateWord')).toHaveText('succeeded');
  await expect(second.locator('.jp-Batch-stateWord')).toHaveText('running');
  await expect(log).not.toContainText('gone on');
  await batch.shoot('side-by-side');

  gates.two.open();
  await expect(log).toContainText('gone on two');

  // Cancelled only after it was said what that does.
  const press = (view: Locator, command: string) =>
    view
      .locator(`.jp-Toolbar [data-command="jupyterlab-batch:${command}"]`)
      .click();
  const question = page.locator('.jp-Dialog');
  const state = second.locator('.jp-Batch-stateWord');
  await press(second, 'cancel-run');
  await expect(question).toContainText(
    'The cell that runs is interrupted. What the run has put out so far is kept and delivered; its credential is revoked.'
  );
  await question.getByRole('button', { name: 'Let it run' }).click();
  await expect(question).toHaveCount(0);
  await expect(state).toHaveText('running');
  await press(second, 'cancel-run');
  await question.getByRole('button', { name: 'Cancel the run' }).click();
  await expect(state).toHaveText('cancelled');
  const bars = await drawn(second, '.jp-Batch-bar', 'data-status');
  expect(bars.at(-1)).toBe('interrupted');

  // The whole life of the credential, as a picture and as a list.
  await expect(first.locator('[data-mark="client_deleted"]')).toBeAttached();
  const life = [
    'registered',
    'minted',
    'revoked',
    'verified',
    'client_deleted'
  ];
  expect((await drawn(first, '.jp-Batch-mark', 'data-mark')).sort()).toEqual(
    [...life].sort()
  );
  expect(await drawn(first, '.jp-Batch-phase', 'class')).toEqual([
    'staged',
    'queued',
    'running',
    'finishing'
  ]);
  await expect(picture).toHaveAccessibleName(
    /, finishing [\d.]+ \w+, credential/
  );
  const card = await batch.tab(first, 'Credential');
  const steps = card.getByRole('list', { name: 'Life' }).locator('li');
  await expect(steps).toHaveText([
    /^client registered.*\d\d/,
    /^token minted.*\d\d/,
    /^revoked.*\d\d/,
    /^looked whether it is dead.*\d\d/,
    /^client deleted.*\d\d/
  ]);

  await press(first, 'open-source');
  const front = () =>
    page.evaluate(() => {
      const { currentWidget } = window.jupyterapp.shell;
      const { context } = currentWidget as unknown as {
        context?: { path: string };
      };
      return context?.path;
    });
  await expect.poll(front).toBe(path);
  await batch.openRun(one);
  const run = await batch.told(one);
  await press(first, 'open-result');
  await expect
    .poll(front)
    .toBe(`${batch.folder}/${run.output?.split(`/${batch.folder}/`)[1]}`);
  await expect(
    page
      .locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea')
      .filter({ hasText: 'gone on one' })
  ).toBeVisible();

  // Deleted: its folder goes, and what was delivered stays.
  await batch.openRun(one);
  await press(first, 'delete-run');
  await expect(question).toContainText(
    `The run of side.ipynb goes, with its folder ${run.run_folder}: log, record, and all files that were not delivered. What was delivered stays: ${run.output}.`
  );
  await question.getByRole('button', { name: 'Keep' }).click();
  await expect(question).toHaveCount(0);
  await expect(first).toBeVisible();
  await press(first, 'delete-run');
  await question.getByRole('button', { name: 'Delete' }).click();
  await expect(first).toHaveCount(0);
  await expect.poll(() => existsSync(run.run_folder ?? '')).toBe(false);
  expect(existsSync(run.output ?? '')).toBe(true);
  await expect(second).toBeVisible();
});
