import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Run } from '@jupyterlab-batch/protocol';

import { expect, placeOf, test } from './batch';
import { environment } from './terminal';

/** What of a run is what was asked for. */
function asked(run: Run): unknown {
  const { notebook, target, time_limit, files_mode, deliver_to, label } = run;
  const values = run.parameters.map(({ name, type, text }) => [
    name,
    type,
    text
  ]);
  return {
    notebook,
    target,
    time_limit,
    files_mode,
    deliver_to,
    label,
    kernel: run.kernel,
    values: values.sort()
  };
}

const WORDS = `it's "quoted" $(touch x) \`id\` \\ Grüße 波`;

test('a run leads to where it broke, and to a terminal that does the same', async ({
  batch,
  context,
  page
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const path = await batch.writeTagged(
    'broken.ipynb',
    'note = "calm"\nlevels: list[float] = [1.0]\nlines = ""',
    '# tools\nimport basin\n\ndef work():\n    basin.fill(3)',
    ...Array.from(
      { length: 30 },
      (_, n) => `# part ${n}\nprint('part ${n}\\n' * 5)`
    ),
    '# call it\nwork()'
  );
  const project = placeOf('root', batch.folder);
  writeFileSync(join(project, 'jupyterlab-batch.toml'), '');
  writeFileSync(
    join(project, 'basin.py'),
    `"""Water."""\n\n\ndef fill(metres):\n    raise ValueError(f"leaks at {metres} m")\n`
  );
  // A value of two lines, which no field of the dialog takes.
  writeFileSync(
    join(project, 'broken.params.toml'),
    'lines = """one\n  two\'s\n"""\n'
  );
  await batch.openNotebook(path);
  await batch.ask();
  await batch.field('note').fill(WORDS);
  await batch.field('levels').fill('[1.5, 2e3]');
  await batch.dialog.locator('[data-field="label"]').fill(`a ${WORDS}`);
  await batch.dialog.locator('[data-field="time-limit"]').fill('2 min');
  const run = await batch.go();
  await expect(run).toHaveAttribute('data-state', 'failed');
  const id = await batch.idOf(run);

  const view = await batch.openRun(id);
  await view.locator('[data-action="failing-cell"]').click();
  const frames = view.getByRole('list', { name: 'Traceback' });
  await expect(frames.locator('[data-frame]')).toHaveText([
    'cell 34: call it, line 2',
    'cell 3: tools, line 5',
    `${batch.folder}/basin.py, line 5`
  ]);
  const tools = view.locator('article[data-cell="2"]');
  await expect(tools).not.toBeInViewport();
  await frames.locator('[data-frame="cell"]').nth(1).click();
  await expect(tools).toBeInViewport();
  await view.locator('[data-action="failing-cell"]').click();
  await frames.locator('[data-frame="file"]').click();
  await expect(page.locator('.jp-FileEditor:visible')).toContainText(
    'def fill(metres)'
  );
  const editing = () =>
    page.evaluate(() => {
      const { context, content } = window.jupyterapp.shell
        .currentWidget as unknown as {
        context: { path: string };
        content: { editor: { getCursorPosition(): { line: number } } };
      };
      return [context.path, content.editor.getCursorPosition().line + 1];
    });
  await expect.poll(editing).toEqual([`${batch.folder}/basin.py`, 5]);
  await batch.shoot('traceback-file');

  await batch.openRun(id);
  await view.getByRole('button', { name: 'Copy as command' }).click();
  await expect(batch.toast('The command was copied.')).toBeVisible();
  const line = await page.evaluate(() => navigator.clipboard.readText());
  const first = await batch.told(id);
  expect(first.parameters.map(({ text }) => text)).toContain("one\n  two's\n");
  const printed = execFileSync('sh', ['-c', `${line} --json`], {
    cwd: dirname(project),
    env: environment(),
    encoding: 'utf8'
  });
  const again = (JSON.parse(printed) as { id: string }).id;
  expect(again).not.toBe(id);
  expect(asked(await batch.told(again))).toEqual(asked(first));
  expect(first.time_limit).toBe(120);
});
