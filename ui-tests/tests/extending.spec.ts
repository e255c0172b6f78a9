import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { transpileModule, ModuleKind, ScriptTarget } from 'typescript';

import { expect, test, type Batch } from './batch';

const EXAMPLES = resolve(__dirname, '../../docs/developers/examples');

/** Runs an example of the docs in the page, as the plugin that it is. */
async function install(batch: Batch, name: string): Promise<void> {
  const source = readFileSync(`${EXAMPLES}/${name}.ts`, 'utf8');
  const { outputText } = transpileModule(source, {
    compilerOptions: {
      module: ModuleKind.CommonJS,
      target: ScriptTarget.ES2022
    }
  });
  // What a federated extension gets from the share scope is ours to hand in here.
  await batch.page.addScriptTag({
    content: `window.example = (exports, require) => {${outputText}}`
  });
  await batch.page.evaluate(async () => {
    const { example, jupyterapp, _JUPYTERLAB } = window as unknown as {
      example(exports: object, require: (id: string) => unknown): void;
      jupyterapp: {
        registerPlugin(plugin: unknown): void;
        activatePlugin(id: string): Promise<void>;
      };
      _JUPYTERLAB: Record<
        string,
        { get(module: string): Promise<() => unknown> }
      >;
    };
    const batch = (await _JUPYTERLAB['jupyterlab-batch'].get('./index'))();
    const modules: Record<string, unknown> = {
      'jupyterlab-batch': batch,
      '@lumino/disposable': {
        DisposableDelegate: class {
          isDisposed = false;
          constructor(readonly dispose: () => void) {}
        }
      }
    };
    const module = { exports: {} as { default?: { id: string } } };
    example(module.exports, id => modules[id]);
    const plugin = module.exports.default;
    if (!plugin) {
      throw new Error('the example exports no plugin');
    }
    jupyterapp.registerPlugin(plugin);
    await jupyterapp.activatePlugin(plugin.id);
  });
}

test('what the docs add to runs is there: button, column, parameter form', async ({
  batch,
  context,
  page
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  for (const name of ['action', 'column', 'form']) {
    await install(batch, name);
  }
  // Another notebook is not the form's concern: the usual rows.
  await batch.openNotebook(
    await batch.writeTagged('other.ipynb', 'WID = 3.0', 'print(WID)')
  );
  await batch.ask();
  await expect(batch.parameter('WID')).toBeVisible();
  await batch.dialog.locator('.jp-mod-reject').click();

  await batch.openNotebook(
    await batch.writeTagged(
      'extended.ipynb',
      'AMP = 3.0  # amplitude, 0 to 5',
      'print(AMP)'
    )
  );
  await batch.ask();
  const slider = batch.dialog.getByRole('slider', { name: 'Amplitude' });
  await expect(slider).toHaveValue('3');
  await expect(batch.dialog.locator('[data-parameter-row]')).toHaveCount(0);
  await slider.press('ArrowRight');
  await expect(slider).toHaveValue('3.5');

  const run = await batch.go();
  await expect(run.locator('[data-column="my-lab:amplitude"]')).toHaveText(
    '3.5'
  );
  await run.locator('[data-command="my-lab:copy-parameters"]').click();
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(copied).toBe('AMP=3.5');

  // The same button on the toolbar of the run's own view.
  const view = await batch.openRun(await batch.idOf(run));
  await page.evaluate(() => navigator.clipboard.writeText(''));
  const shown = await view
    .locator('.jp-Toolbar [data-command]')
    .evaluateAll(buttons =>
      buttons.map(({ dataset }: HTMLElement | SVGElement) => dataset.command)
    );
  expect(shown.slice(0, 2)).toEqual([
    'jupyterlab-batch:open-result',
    'jupyterlab-batch:open-source'
  ]);
  await view.locator('[data-command="my-lab:copy-parameters"]').click();
  await expect.poll(copied).toBe('AMP=3.5');
  await batch.shoot('extended');
});
