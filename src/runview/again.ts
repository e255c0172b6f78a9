import type { Chosen, NotebookContent, Run } from '@jupyterlab-batch/protocol';
import { Notification, showErrorMessage } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import {
  CommandIDs,
  type IBatchApi,
  type INotebookSource,
  type IRunDialog,
  type IRuns,
  type IRunStart
} from '../tokens';
import { problemTitle, toProblem } from '../words/problems';
import { notebookName } from '../words/states';
import { elsewhere } from './elsewhere';
import { given, typeSaid } from './given';

export interface IAgainOptions {
  api: IBatchApi;
  runs: IRuns;
  dialog: IRunDialog | null;
  commands: CommandRegistry;
  trans: TranslationBundle;
  id: string;
}

/** Opens the dialog with a run's own notebook and values. */
export async function again(options: IAgainOptions): Promise<void> {
  const { api, runs, dialog, commands, trans, id } = options;
  const run = runs.get(id);
  if (!run || !dialog) {
    return;
  }
  let content: NotebookContent;
  let chosen: Chosen;
  try {
    [content, { chosen }] = await Promise.all([
      api.call('source', { id }),
      api.call('show', { id })
    ]);
  } catch (reason) {
    const problem = toProblem(reason);
    await showErrorMessage(trans.__('The run cannot be repeated'), {
      message: `${problemTitle(trans, problem)}. ${problem.detail}`
    });
    return;
  }
  const accepted = await dialog.open(sourceOf(run, content, chosen));
  if (accepted) {
    runs.put(accepted);
    const shown = { id: accepted.id };
    Notification.info(trans.__('%1 runs as batch.', notebookName(accepted)), {
      autoClose: 5000,
      actions: [
        {
          label: trans.__('Open run view'),
          callback: () => void commands.execute(CommandIDs.openRun, shown)
        }
      ]
    });
  }
}

function sourceOf(
  run: Run,
  content: NotebookContent,
  chosen: Chosen
): INotebookSource {
  return {
    name: notebookName(run),
    path: run.contents_path ?? notebookName(run),
    content: () => content,
    showCell: null,
    edits: null,
    start: startOf(run, chosen)
  };
}

/** What was chosen for a run, less what follows from the notebook or the site. */
export function startOf(run: Run, chosen: Chosen): IRunStart {
  const own = given(run);
  return {
    values: Object.fromEntries(own.map(({ name, text }) => [name, text])),
    types: Object.fromEntries(
      own.flatMap(parameter => {
        const type = typeSaid(parameter);
        return type === null ? [] : [[parameter.name, type]];
      })
    ),
    chosen,
    target: run.target,
    resources: run.resources,
    runtime: run.runtime && {
      kind: run.runtime.kind,
      path: run.runtime.path
    },
    filesMode: run.files_mode,
    deliverTo: elsewhere(run),
    label: run.label,
    timeLimit: run.time_limit
  };
}
