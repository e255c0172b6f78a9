import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import {
  expect,
  test as base,
  type Locator,
  type Page
} from '@playwright/test';

const CELLS = ['AMP = 3.0  # amplitude, 0 to 5', "print('AMP is', AMP)"];

const IMAGES = resolve(__dirname, '../../docs/images');

let workspaces = 0;

/**
 * The address of a document in a workspace where nothing else is open. After a test
 * that failed another process goes on.
 */
export function inLab(path: string): string {
  workspaces += 1;
  return `/lab/workspaces/w${process.pid}-${workspaces}/tree/${path}`;
}

/**
 * What a user sees, whatever the host: galata's own fixtures know only the
 * JupyterLab that they come with.
 */
export class Host {
  constructor(readonly page: Page) {
    this.dialog = page.locator('.jp-Batch-dialog');
    this.toasts = page.locator('.Toastify__toast');
    // of all pages: Notebook 7 opens one for each document
    page.context().on('weberror', thrown => {
      const error = thrown.error();
      if (/batch/i.test(error.stack ?? '')) {
        this.errors.push(error);
      }
    });
  }

  /** Writes a notebook, and gives its path below the contents root. */
  write(name: string, cells: readonly string[] = CELLS): string {
    const place = process.env.JLB_UI_PLACE;
    if (!place) {
      throw new Error('JLB_UI_PLACE is set by playwright.config.js');
    }
    const folder = name.replace('.ipynb', '');
    mkdirSync(join(place, 'root', folder), { recursive: true });
    writeFileSync(
      join(place, 'root', folder, name),
      JSON.stringify({
        nbformat: 4,
        nbformat_minor: 5,
        metadata: {
          kernelspec: { name: 'python3', display_name: 'Python 3' },
          language_info: { name: 'python' }
        },
        cells: cells.map((source, index) => ({
          cell_type: 'code',
          id: `cell-${index}`,
          metadata: index === 0 ? { tags: ['parameters'] } : {},
          source,
          outputs: [],
          execution_count: null
        }))
      })
    );
    return `${folder}/${name}`;
  }

  async ask(): Promise<void> {
    await this.page
      .locator(
        '.jp-NotebookPanel-toolbar [data-command="jupyterlab-batch:run-notebook"]'
      )
      .click({ timeout: 60_000 });
    await expect(this.dialog.locator('[data-phase="ready"]')).toBeVisible({
      timeout: 60_000
    });
  }

  field(name: string): Locator {
    return this.dialog.locator(`[data-parameter="${name}"]`);
  }

  async submit(): Promise<void> {
    await this.dialog.locator('.jp-Batch-submit').click();
    await expect(this.dialog).toHaveCount(0);
  }

  /** Has the run whose document is in front compared with those that are offered. */
  async compare(): Promise<void> {
    await this.page
      .locator(
        '.jp-MainAreaWidget:visible [data-command="jupyterlab-batch:compare-runs"]'
      )
      .click();
    await this.page.locator('.jp-Dialog .jp-mod-accept').click();
  }

  /** The notification of a run's end. */
  ended(words: string): Locator {
    return this.toasts.filter({ hasText: words });
  }

  /** Writes a picture for the documentation. */
  async shoot(name: string): Promise<void> {
    await this.page.screenshot({
      path: `${IMAGES}/${name}.png`,
      animations: 'disabled'
    });
  }

  readonly dialog: Locator;
  readonly toasts: Locator;
  /** what our own code threw */
  readonly errors: Error[] = [];
}

export const test = base.extend<{ host: Host }>({
  host: async ({ page }, use) => {
    const host = new Host(page);
    await use(host);
    expect(host.errors).toEqual([]);
  }
});

export { expect };
