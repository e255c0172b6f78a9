import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import {
  expect,
  galata,
  test as base,
  type IJupyterLabPageFixture
} from '@jupyterlab/galata';
import type { Run, RunDetail, RunPage } from '@jupyterlab-batch/protocol';
import type { Locator, Page } from '@playwright/test';

const ROUTE = '/jupyterlab-batch/v1/runs';
const EXAMPLE = resolve(__dirname, '../../examples/funwave');

/** A place that JLB_UI_PLACE names for `serve.py` and these tests alike. */
export function placeOf(...parts: string[]): string {
  const place = process.env.JLB_UI_PLACE;
  if (!place) {
    throw new Error('JLB_UI_PLACE is set by playwright.config.js');
  }
  return join(place, ...parts);
}

/** A cell that goes on until the test says so, and how to say it. */
export class Gate {
  constructor(folder: string, name = 'gate') {
    this._file = placeOf('root', folder, `open-${name}`);
  }

  get cell(): string {
    return [
      'import pathlib, time',
      `gate = pathlib.Path(${JSON.stringify(this._file)})`,
      'while not gate.exists():',
      '    time.sleep(0.05)'
    ].join('\n');
  }

  open(): void {
    writeFileSync(this._file, '');
  }

  private readonly _file: string;
}

/** What a user sees of batch, and the files behind it. */
export class Batch {
  constructor(page: IJupyterLabPageFixture, folder: string) {
    this.page = page;
    this.folder = folder;
    this.dialog = page.locator('.jp-Batch-dialog');
    this.submit = this.dialog.locator('.jp-Batch-submit');
    this.panel = page.locator('#jp-batch-runs');
    this.runs = this.panel.locator('.jp-Batch-run');
    this.detail = this.panel.locator('.jp-Batch-detail');
  }

  /** The example with a value in each place, as `make demo` lays it out. */
  async layOutExample(): Promise<string> {
    const path = `${this.folder}/wave.ipynb`;
    const project = placeOf('root', this.folder);
    cpSync(EXAMPLE, project, { recursive: true });
    writeFileSync(join(project, 'wave.params.toml'), 'Xc = 251.5\n');
    await this.page.filebrowser.refresh();
    return path;
  }

  /** What lies on the disk, whatever the screen says. */
  read(path: string): string {
    return readFileSync(placeOf('root', path), 'utf8');
  }

  /** A notebook with these code cells, in the folder of this test. */
  async write(name: string, ...cells: string[]): Promise<string> {
    return this._write(name, cells, []);
  }

  /** The same, its first cell tagged as the one with the parameters. */
  async writeTagged(name: string, ...cells: string[]): Promise<string> {
    return this._write(name, cells, ['parameters']);
  }

  private async _write(
    name: string,
    cells: readonly string[],
    tags: readonly string[]
  ): Promise<string> {
    const path = `${this.folder}/${name}`;
    const file = placeOf('root', path);
    mkdirSync(dirname(file), { recursive: true });
    const notebook = galata.Notebook.makeNotebook(
      cells.map((source, index) =>
        galata.Notebook.makeCell({
          source,
          metadata: index === 0 && tags.length > 0 ? { tags: [...tags] } : {}
        })
      )
    );
    notebook.metadata = {
      kernelspec: {
        name: 'python3',
        display_name: 'Python 3',
        language: 'python'
      },
      language_info: { name: 'python' }
    };
    writeFileSync(file, JSON.stringify(notebook));
    await this.page.filebrowser.refresh();
    return path;
  }

  /** As F5 does it; galata's own waits for a launcher, which need not be there. */
  async reload(): Promise<void> {
    await Promise.all([
      this.page.waitForEvent('load'),
      this.page.evaluate(() => window.location.reload())
    ]);
    await this.page.waitForFunction(() => {
      const { jupyterapp } = window as Partial<Window>;
      return jupyterapp?.commands.hasCommand('jupyterlab-batch:show-runs');
    });
  }

  async openNotebook(path: string): Promise<void> {
    await this.page.notebook.openByPath(path);
  }

  /** Presses the toolbar button and waits until the notebook was looked at. */
  async ask(): Promise<void> {
    await this.button().click();
    await this.asked();
  }

  button(): Locator {
    return this.page
      .locator(
        '.jp-NotebookPanel:not(.lm-mod-hidden) .jp-NotebookPanel-toolbar'
      )
      .locator('[data-command="jupyterlab-batch:run-notebook"]');
  }

  async asked(): Promise<void> {
    await expect(this.dialog.locator('[data-phase="ready"]')).toBeVisible();
  }

  parameter(name: string): Locator {
    return this.dialog.locator(`[data-parameter-row="${name}"]`);
  }

  field(name: string): Locator {
    return this.dialog.locator(`[data-parameter="${name}"]`);
  }

  /** Submits by the default button, and gives the run as the panel lists it. */
  async go(): Promise<Locator> {
    await this.submit.click();
    await expect(this.dialog).toHaveCount(0);
    await this.showRuns();
    const id = await this.idOf(this.runs.first());
    return this.panel.locator(`.jp-Batch-run[data-run-id="${id}"]`);
  }

  /** Of a run as the panel lists it. */
  async idOf(run: Locator): Promise<string> {
    const id = await run.getAttribute('data-run-id');
    if (!id) {
      throw new Error('this is no run');
    }
    return id;
  }

  async showRuns(): Promise<void> {
    await this.execute('show-runs');
    await expect(this.panel).toBeVisible();
  }

  /** Runs one of our commands, as other extensions and automation do. */
  async execute(
    command: string,
    args: { id?: string; ids?: string[] } = {}
  ): Promise<void> {
    await this.page.evaluate(
      async ([name, given]) => {
        await window.jupyterapp.commands.execute(
          `jupyterlab-batch:${name}`,
          given
        );
      },
      [command, args] as const
    );
  }

  /** Opens a run as its document. */
  async openRun(id: string): Promise<Locator> {
    await this.execute('open-run', { id });
    const view = this.viewOf(id);
    await expect(view.locator('.jp-Batch-title')).toBeVisible();
    return view;
  }

  /** The document of a run, whether it is open or not. */
  viewOf(id: string, page: Page = this.page): Locator {
    return page.locator(`#jp-batch-run-${id}`);
  }

  /** Opens one of a view's tabs; gives what is in it. */
  async tab(view: Locator, name: string): Promise<Locator> {
    await view.getByRole('tab', { name }).click();
    return view.getByRole('tabpanel');
  }

  /** Opens the result in view by the panel's button; gives its document. */
  async openResult(): Promise<Locator> {
    await this.panel
      .locator('[data-command="jupyterlab-batch:open-result"]')
      .first()
      .click();
    const document = this.page.locator('.jp-NotebookPanel:not(.lm-mod-hidden)');
    await expect(document.locator('.jp-Notebook')).toBeVisible();
    return document;
  }

  /** A run as the server tells it. */
  async told(id: string): Promise<Run> {
    const reply = await this.page.request.get(`${ROUTE}/${id}`);
    return ((await reply.json()) as RunDetail).run;
  }

  /** Ids of all runs, as the server tells them. */
  async ids(): Promise<string[]> {
    return (await this._all()).map(({ id }) => id);
  }

  /** Leaves no run behind that would keep the next test waiting for a slot. */
  async cancelAll(): Promise<void> {
    const active = async () =>
      (await this._all()).filter(({ ended_at }) => ended_at === null);
    for (const { id } of await active()) {
      await this.page.request.post(`${ROUTE}/${id}/cancel`);
    }
    await expect.poll(active).toEqual([]);
  }

  private async _all(): Promise<Run[]> {
    let runs: Run[] = [];
    // A broker that was just killed is brought back by whoever asks next.
    await expect(async () => {
      const reply = await this.page.request.get(`${ROUTE}?limit=500`);
      expect(reply.ok(), await reply.text()).toBe(true);
      runs = ((await reply.json()) as RunPage).runs;
    }).toPass();
    return runs;
  }

  toast(words: string | RegExp): Locator {
    return this.page.locator('.Toastify__toast').filter({ hasText: words });
  }

  /** What is typed into a cell replaces it; nothing is saved. */
  async retype(cell: number, source: string): Promise<void> {
    await this.page.notebook.setCell(cell, 'code', source);
  }

  async shoot(name: string): Promise<void> {
    await this.page.screenshot({ path: `test-results/${name}.png` });
  }

  readonly page: IJupyterLabPageFixture;
  readonly folder: string;
  readonly dialog: Locator;
  readonly submit: Locator;
  readonly panel: Locator;
  readonly runs: Locator;
  readonly detail: Locator;
}

export const test = base.extend<{ batch: Batch }>({
  batch: async ({ page, tmpPath }, use) => {
    const batch = new Batch(page, tmpPath);
    await use(batch);
    await batch.cancelAll();
  }
});

/**
 * For `test.use` where the server dies: what galata answers in its place between it
 * and the page would fail the test.
 */
export const WITHOUT_GALATA = {
  kernels: null,
  sessions: null,
  terminals: null,
  mockSettings: false,
  mockState: false
} as const;

export { expect };
