import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Widget } from '@lumino/widgets';

import { type IRunPlaces } from '../tokens';
import { addressOf, askedFor } from './address';

/** What Notebook 7 has its file page made of: a Lumino `TabPanel`. */
interface ITabs {
  addWidget(widget: Widget): void;
  currentWidget: Widget | null;
}

/**
 * The page of Notebook 7 with the files: list and documents are tabs beside
 * them. What its address asks for is opened once everything has started.
 */
export async function filePage(app: JupyterFrontEnd): Promise<IRunPlaces> {
  const tabs = await tabsOf(app);
  if (tabs === null) {
    return pageWithoutRoom(app);
  }
  const show = (widget: Widget) => {
    tabs.currentWidget = widget;
    // A tab that is shown does not take the focus by itself, as one of Lab does.
    widget.activate();
  };
  void app.started.then(() => {
    const asked = askedFor(window.location.search);
    if (asked) {
      void app.commands.execute(asked.command, asked.args);
    }
  });
  return {
    addList: list => {
      list.title.label = list.title.caption;
      tabs.addWidget(list);
    },
    showList: show,
    showDocument: widget => {
      if (!widget.isAttached) {
        tabs.addWidget(widget);
      }
      show(widget);
    },
    elsewhere: null
  };
}

/**
 * A page that has room for its one document: the list is a side panel, and the
 * documents of runs open on the page with the files.
 */
export function pageWithoutRoom({
  shell,
  serviceManager
}: JupyterFrontEnd): IRunPlaces {
  return {
    addList: list => shell.add(list, 'left', { rank: 550 }),
    showList: list => shell.activateById(list.id),
    showDocument: widget => {
      throw new Error(`There is no room for ${widget.id} on this page`);
    },
    elsewhere: ids => {
      // The name brings the same runs to the front again instead of twice.
      window.open(
        addressOf(serviceManager.serverSettings.baseUrl, ids),
        `jp-batch-${ids.join('+')}`
      );
    }
  };
}

/** The token's package is only there in Notebook 7: it is asked for late. */
async function tabsOf(app: JupyterFrontEnd): Promise<ITabs | null> {
  try {
    const { INotebookTree } = await import('@jupyter-notebook/tree');
    return await app.resolveOptionalService(INotebookTree);
  } catch (reason) {
    console.warn('Batch runs have no tab beside the files', reason);
    return null;
  }
}
