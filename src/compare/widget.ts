import { MainAreaWidget } from '@jupyterlab/apputils';

import { batchIcon } from '../icons';
import { count } from '../words/locale';
import { RunModel } from '../parts/runmodel';
import type { ICompareCommandOptions } from './commands';
import { CompareDocument } from './document';

/** The document that shows these runs side by side. */
export function makeComparison(
  options: ICompareCommandOptions & { ids: readonly string[] }
): MainAreaWidget<CompareDocument> {
  const { api, runs, rendermime, commands, trans, ids } = options;
  const models = ids.map(id => new RunModel(api, runs, id));
  const content = new CompareDocument({ models, rendermime, commands, trans });
  const widget = new MainAreaWidget({ content });
  // Not before: it says `main area content` of everything.
  content.node.setAttribute('aria-label', trans.__('Compared runs'));
  widget.title.label = trans._n(
    'Compare %2 run',
    'Compare %2 runs',
    ids.length,
    count(ids.length)
  );
  widget.title.icon = batchIcon;
  widget.title.closable = true;
  widget.toolbar.hide();
  return widget;
}
