import { mkdirSync, writeFileSync } from 'node:fs';

import type { Health } from '@jupyterlab-batch/protocol';
import type { Locator } from '@playwright/test';

import { expect, Gate, placeOf, type Batch } from '../tests/batch';

/** Something of ours on the screen. */
export interface IView {
  readonly name: string;
  /** CSS selectors of the nodes that are ours */
  readonly ours: readonly string[];
  /** JupyterLab draws it: it goes as soon as anything else is looked at */
  readonly wordsOnly: boolean;
}

/** Looks at a view while it is on the screen. */
export type Look = (view: IView) => Promise<void>;

const PARAMETERS = [
  'from datetime import date',
  'from pathlib import Path',
  'from typing import Literal',
  'AMP: float = 3.0  # amplitude, 0 to 5, step 0.5',
  'depth: float = 1.0  # from 0',
  'kind: Literal["calm", "storm", "gate"] = "calm"',
  'flag: bool = False  # keep the intermediate files',
  'day = date(2026, 11, 23)',
  'grid = Path("data/grid.csv")',
  'levels: list[float] = [1.0, 2.5]',
  'later = None'
].join('\n');

const PICTURE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const ROUTE = '/jupyterlab-batch/v1';
/**
 * What the broker says of a provider that will not end credentials. Its sentences have
 * no language pack, and a title cannot say so: without a letter they are no fault.
 */
const QUARANTINE = { name: 'credentials', message: '2 × ⚠', fix: '→ 0' };
const DIALOG = ['.jp-Batch-dialog .jp-Dialog-content'];
const QUESTION = ['.jp-Dialog:not(.jp-Batch-dialog) .jp-Dialog-content'];
const PANEL = ['#jp-batch-runs'];
const STATUS = '.jp-Batch-statusButton';
const DOCUMENT = ['.jp-Batch-document:not(.lm-mod-hidden *)'];

/** Everything that this extension shows, one after the other. */
export class Walk {
  constructor(
    private readonly _batch: Batch,
    private readonly _look: Look
  ) {
    this._gate = new Gate(_batch.folder);
  }

  async all(): Promise<void> {
    await this.empty();
    await this.dialog();
    await this.panel();
    await this.run();
    await this.compare();
    await this.live();
    await this.away();
    await this.places();
  }

  /** What there is before the first run. */
  async empty(): Promise<void> {
    const batch = this._batch;
    const { page, panel } = batch;
    for (const id of await batch.ids()) {
      await page.request.delete(`${ROUTE}/runs/${id}`);
    }
    await this._open();
    await batch.showRuns();
    await expect(panel.locator('[data-empty="none"]')).toBeVisible();
    await expect(panel.locator('button.jp-mod-accept')).toBeVisible();
    await this._see('panel-empty', PANEL);
    const OURS = '[data-command^="jupyterlab-batch:"]';
    await page.menu.open('Run');
    await this._see(
      'places-menu',
      [`.lm-Menu-item${OURS}`, `.jp-Toolbar-item${OURS}`],
      true
    );
    await page.keyboard.press('Escape');
  }

  private async _open(): Promise<void> {
    const batch = this._batch;
    const path = await batch.writeTagged(
      'views.ipynb',
      PARAMETERS,
      [
        '# work',
        'from IPython.display import Image',
        'import base64',
        'print("amplitude", AMP)',
        'with open("eta.txt", "w") as out:',
        '    out.write(str(AMP))',
        `Image(base64.b64decode('${PICTURE}'), width=60, alt="a dot")`
      ].join('\n'),
      '# storm\nif kind == "storm":\n    raise ValueError("wind")',
      `# wait\nif kind == "gate":\n${indented(this._gate.cell)}`
    );
    const project = placeOf('root', batch.folder);
    mkdirSync(`${project}/data`, { recursive: true });
    writeFileSync(`${project}/jupyterlab-batch.toml`, '');
    writeFileSync(`${project}/views.params.toml`, 'depth = 2.0\n');
    writeFileSync(`${project}/data/other.csv`, '1');
    await batch.openNotebook(path);
  }

  async dialog(): Promise<void> {
    const batch = this._batch;
    const { dialog, page } = batch;
    await this._submit('calm', 'calm-one');
    await this._ended('succeeded');
    await batch.ask();
    await this._see('dialog', DIALOG);

    await batch.field('AMP').fill('three');
    await batch.submit.click();
    await expect(dialog.locator('.jp-Batch-status')).not.toBeEmpty();
    await batch.parameter('depth').locator('.jp-Batch-chip').click();
    await dialog.locator('[data-fill-from="bring"]').click();
    await dialog.locator('[data-field="lines"]').fill('AMP 4');
    await dialog.locator('[data-take-lines]').click();
    await expect(dialog.locator('.jp-Batch-bring')).toContainText('lines:1');
    await this._see('dialog-wrong', DIALOG);

    await dialog.locator('[data-field="lines"]').fill('AMP = 4.5\nXcc = 1');
    await dialog.locator('[data-take-lines]').click();
    await expect(batch.field('AMP')).toHaveValue('4.5');
    await dialog.locator('[data-fill-from="earlier"]').click();
    await expect(dialog.locator('[data-values-of]').first()).toBeVisible();
    for (const fold of ['python', 'files', 'identity', 'outputs']) {
      await dialog.locator(`[data-fold="${fold}"]`).click();
    }
    await dialog.locator('[data-declare="eta.txt"]').click();
    await dialog.locator('[data-toggle="data"]').uncheck();
    await expect(dialog.locator('[data-excluded="true"]')).toHaveCount(1);
    const python = dialog.locator('[data-fold="python"] + div select');
    await python.selectOption('virtualenv');
    await expect(dialog.locator('[data-field="runtime"]')).toHaveAttribute(
      'aria-invalid',
      'true'
    );
    await batch.asked();
    await this._see('dialog-unfolded', DIALOG);
    await python.selectOption('');
    await batch.asked();

    // Left by Escape, and come back to.
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await batch.ask();
    await expect(dialog.locator('.jp-Batch-resumed')).toBeVisible();
    await batch.field('kind').selectOption('storm');
    await batch.asked();
    // A value that changed on the disk after the dialog has looked.
    writeFileSync(
      placeOf('root', batch.folder, 'views.params.toml'),
      'depth = 3\n'
    );
    await batch.submit.click();
    await expect(dialog.locator('.jp-Batch-refusal')).toBeVisible();
    await this._see('dialog-refused', DIALOG);
    await batch.submit.click();
    await expect(dialog).toHaveCount(0);
    await batch.showRuns();
    await this._ended('failed');
    await this._submit('gate', 'slow-one');
    await expect(
      batch.runs.first().locator('[data-fact="progress"]')
    ).toBeVisible();
  }

  async panel(): Promise<void> {
    const { panel, page, runs, detail } = this._batch;
    const filter = (name: string) => panel.locator(`[data-filter="${name}"]`);
    await page.sidebar.setWidth(320, 'left');
    await this._see('panel', PANEL);

    await filter('more').click();
    await filter('span').selectOption('between');
    await panel.locator('[data-action="save-filter"]').click();
    const question = page.locator(QUESTION[0]);
    await this._see('save-filter', QUESTION);
    await question.locator('input').fill('mine');
    await page.keyboard.press('Enter');
    await expect(filter('saved')).toHaveValue('mine');
    await filter('grouped').check();
    const notebook = panel.locator('.jp-Batch-notebook').first();
    await notebook.click();
    await expect(runs).not.toHaveCount(0);
    await this._see('panel-grouped', PANEL);
    await filter('grouped').uncheck();
    await panel.locator('[data-action="forget-filter"]').click();
    await panel.locator('[data-action="clear-filter"]').click();
    await filter('more').click();

    await filter('search').fill('no run has this');
    await expect(panel.locator('[data-empty="filtered"]')).toBeVisible();
    await this._see('panel-filtered', PANEL);
    await filter('search').fill('');
    await expect(runs).not.toHaveCount(0);

    await runs.first().focus();
    await page.keyboard.press('Shift+ArrowDown');
    await expect(panel.locator('[aria-selected="true"]')).toHaveCount(2);
    await this._see('panel-chosen', PANEL);
    await page.keyboard.press('Delete');
    await this._see('question-bulk', QUESTION);
    await page.keyboard.press('Escape');
    await panel
      .locator('[data-command="jupyterlab-batch:cancel-runs"]')
      .click();
    await this._see('question-cancel', QUESTION);
    await page.keyboard.press('Escape');
    await panel.locator('[data-action="choose-none"]').click();

    await this._of('failed').locator('.jp-Batch-runName').click();
    await expect(detail.locator('[data-section="traceback"]')).toBeVisible();
    await expect(detail.locator('.jp-Batch-log')).toBeVisible();
    await detail.locator('[data-section="history"] summary').click();
    await this._see('panel-detail', PANEL);
    await detail
      .locator('[data-command="jupyterlab-batch:delete-run"]')
      .click();
    await this._see('question-delete', QUESTION);
    await page.keyboard.press('Escape');
  }

  async run(): Promise<void> {
    const { detail, page } = this._batch;
    await detail.locator('[data-command="jupyterlab-batch:open-run"]').click();
    const view = page.locator(DOCUMENT[0]);
    await expect(view.locator('[data-action="failing-cell"]')).toBeVisible();
    await view.locator('.jp-Batch-source summary').first().click();
    await expect(view.locator('.jp-RenderedImage img')).toBeVisible();
    await this._see('run-cells', DOCUMENT);
    for (const tab of [
      'parameters',
      'files',
      'log',
      'credential',
      'history',
      'record'
    ]) {
      await view.locator(`[data-tab="${tab}"]`).click();
      await expect(
        view.getByRole('tabpanel').locator('table, pre, dl').first()
      ).toBeVisible();
      await this._see(`run-${tab}`, DOCUMENT);
    }
  }

  async compare(): Promise<void> {
    const { page } = this._batch;
    await page
      .locator('[data-command="jupyterlab-batch:compare-runs"]:visible')
      .first()
      .click();
    const question = page.locator(QUESTION[0]);
    await expect(question.locator('.jp-Batch-choice')).toBeVisible();
    await this._see('question-compare', QUESTION);
    await question.locator('.jp-mod-accept').click();
    const view = page.locator('.jp-Batch-compare');
    await view.locator('summary').first().click();
    await expect(view.locator('.jp-RenderedImage img').first()).toBeVisible();
    await this._see('compare', DOCUMENT);
  }

  /** A run that goes on, with its credential. */
  async live(): Promise<void> {
    const { detail, page } = this._batch;
    await detail.locator('[data-action="back"]').click();
    await this._of('running').locator('.jp-Batch-runName').click();
    await detail.locator('[data-command="jupyterlab-batch:open-run"]').click();
    const view = page.locator(DOCUMENT[0]);
    await expect(view.locator('[data-status="running"]').first()).toBeVisible();
    await this._see('run-live', DOCUMENT);
    await view.locator('[data-tab="credential"]').click();
    await view
      .locator('[data-command="jupyterlab-batch:revoke-credential"]')
      .click();
    await this._see('question-revoke', QUESTION);
    await page.keyboard.press('Escape');
  }

  /** What shows while the server does not answer, or has bad news. */
  async away(): Promise<void> {
    const { page, panel } = this._batch;
    await this._batch.showRuns();
    let fault: 'away' | 'signed out' | 'alarm' | 'none' = 'away';
    // One handler for all: a second one after `unroute` is not asked.
    await page.route(`**${ROUTE}/**`, async route => {
      if (fault === 'away') {
        await route.abort();
      } else if (fault === 'signed out') {
        await route.fulfill({ status: 401, body: '{}' });
      } else if (
        fault === 'alarm' &&
        route.request().url().includes('/health')
      ) {
        const response = await route.fetch();
        const told = (await response.json()) as Health;
        const problems = [...told.problems, QUARANTINE];
        await route.fulfill({ response, json: { ...told, problems } });
      } else {
        await route.continue();
      }
    });
    const refresh = async (next: typeof fault, shows: string) => {
      fault = next;
      await panel.locator('[data-action="refresh"]').click();
      await expect(panel.locator(shows)).toBeVisible();
    };
    await refresh('away', '.jp-Batch-connection:not(.jp-mod-live)');
    await this._see('panel-away', [...PANEL, STATUS]);
    await refresh('signed out', '[data-connection="signed-out"]');
    await this._see('panel-signed-out', PANEL);
    await refresh('alarm', '[role="alert"]');
    await this._see('panel-alarm', [...PANEL, STATUS]);
    await this._see('toast-alarm', ['.Toastify__toast-body'], true);
    await refresh('none', '.jp-Batch-connection.jp-mod-live');
    await expect(panel.getByRole('alert')).toHaveCount(0);
  }

  /** What shows elsewhere in JupyterLab. */
  async places(): Promise<void> {
    const batch = this._batch;
    const { page } = batch;
    await expect(page.locator(STATUS)).toBeVisible();
    await page.sidebar.openTab('jp-running-sessions');
    await expect(page.locator('.jp-Batch-running').first()).toBeVisible();
    await this._see('places-running', [STATUS, '.jp-Batch-running']);
    this._gate.open();
    await expect(
      page.locator('.Toastify__toast--success').last()
    ).toBeVisible();
    await this._see(
      'places-ended',
      ['.Toastify__toast-body', '#jp-batch-announcements'],
      true
    );
    await page.evaluate(async path => {
      await window.jupyterapp.commands.execute('docmanager:open', { path });
    }, `${batch.folder}/views.ipynb`);
    await page.sidebar.openTab('jp-property-inspector');
    const section = page.locator('.jp-Batch-notebookRuns');
    await page
      .locator('.jp-Collapse', { has: section })
      .locator('.jp-Collapse-header')
      .click();
    await expect(section.locator('li').first()).toBeVisible();
    await this._see('places-notebook', ['.jp-Batch-notebookRuns']);
  }

  private async _submit(kind: string, label: string): Promise<void> {
    const batch = this._batch;
    await batch.ask();
    await batch.field('kind').selectOption(kind);
    await batch.dialog.locator('[data-field="label"]').fill(label);
    await batch.go();
  }

  private _of(state: string): Locator {
    return this._batch.panel
      .locator(`.jp-Batch-run[data-state="${state}"]`)
      .first();
  }

  private async _ended(state: string): Promise<void> {
    await expect(this._batch.runs.first()).toHaveAttribute('data-state', state);
  }

  private async _see(
    name: string,
    ours: readonly string[],
    wordsOnly = false
  ): Promise<void> {
    await expect(this._batch.page.locator(ours[0]).first()).toBeVisible();
    await this._look({ name, ours, wordsOnly });
  }

  private readonly _gate: Gate;
}

function indented(source: string): string {
  return source
    .split('\n')
    .map(line => `    ${line}`)
    .join('\n');
}
