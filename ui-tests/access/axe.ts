import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const LIGHT = 'JupyterLab Light';
const DARK = 'JupyterLab Dark';

/**
 * What axe leaves to people, and was looked at: signs that are no words (they stand
 * beside words that say the same), one digit, and fields with nothing in them.
 */
const UNDECIDABLE =
  /contains only non-text characters|too short to determine|has no value; test/;

/** Colours of these are the kernel's own. */
const FOREIGN = ['.jp-Batch-ansi pre *', '.jp-Batch-outputs *'];

/** Judges views by the rules of axe, all of them, in both themes. */
export class Axe {
  constructor(private readonly _page: Page) {}

  /**
   * All that is wrong, or that axe cannot decide, in these nodes. The second theme
   * differs in its colours only, and stays for the next view: to change it is dear.
   */
  async faults(selectors: readonly string[]): Promise<string[]> {
    await this._stand();
    const found = await this._analyze(selectors);
    await this._dress(this._theme === LIGHT ? DARK : LIGHT);
    return [...found, ...(await this._analyze(selectors, ['color-contrast']))];
  }

  /**
   * JupyterLab's body has no height and `overflow: hidden`, which is the window's
   * and not its own. axe takes all that is in it for hidden, and then judges no
   * colour and praises the page.
   */
  private async _stand(): Promise<void> {
    if (!this._standing) {
      this._standing = true;
      await this._page.addStyleTag({ content: 'body { height: 100vh }' });
    }
  }

  private async _analyze(
    selectors: readonly string[],
    rules: readonly string[] = []
  ): Promise<string[]> {
    const axe = new AxeBuilder({ page: this._page });
    if (rules.length > 0) {
      axe.withRules([...rules]);
    }
    selectors.forEach(selector => axe.include(selector));
    FOREIGN.forEach(selector => axe.exclude(selector));
    // Without a page of its own for the result: there are no other frames.
    const { violations, incomplete, passes } = await axe
      .setLegacyMode()
      .analyze();
    const undecided = incomplete.map(rule => ({
      ...rule,
      nodes: rule.nodes.filter(
        node => !UNDECIDABLE.test(node.failureSummary ?? '')
      )
    }));
    const found = [...violations, ...undecided].flatMap(({ id, nodes }) =>
      nodes.map(
        ({ html, failureSummary }) =>
          `${this._theme}, ${id}: ${html} ${failureSummary ?? ''}`
      )
    );
    // A selector that fits nothing, or nothing that axe sees, would be praised.
    return [...passes, ...violations, ...incomplete].some(
      ({ id }) => id === 'color-contrast'
    )
      ? found
      : [...found, `${this._theme}: no words were seen`];
  }

  private async _dress(theme: string): Promise<void> {
    await this._page.evaluate(async wanted => {
      await window.jupyterapp.commands.execute('apputils:change-theme', {
        theme: wanted
      });
    }, theme);
    await expect(this._page.locator('body')).toHaveAttribute(
      'data-jp-theme-name',
      theme
    );
    // JupyterLab covers the page meanwhile: axe would find nothing to judge.
    await expect(this._page.locator('#jupyterlab-splash')).toHaveCount(0);
    this._theme = theme;
  }

  private _theme = LIGHT;
  private _standing = false;
}
