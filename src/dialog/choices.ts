import type {
  BaseType,
  FilesMode,
  OutputRule,
  Resources,
  Runtime
} from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IRunStart } from '../tokens';
import { writeDuration } from '../words/duration';
import { everyResource } from './wish';

/** Everything that the user said in the dialog. */
export interface IChoices {
  /** texts by parameter name, only where they differ from the chain */
  readonly edits: Readonly<Record<string, string>>;
  /** types picked for parameters that have none */
  readonly types: Readonly<Record<string, BaseType>>;
  /** suggested names that shall be parameters */
  readonly ticked: readonly string[];
  /** null: as the notebook says */
  readonly kernel: string | null;
  /** null: the default target */
  readonly target: string | null;
  /** texts by target; empty: as the target gives it; absent: as the notebook says */
  readonly resources: Readonly<Record<string, Resources>>;
  /** environments by target; null: as-is; absent: as the notebook says */
  readonly runtime: Readonly<Record<string, Runtime | null>>;
  readonly filesMode: FilesMode | null;
  /** folder for the results, as typed; empty: the notebook says, or beside it */
  readonly deliverTo: string;
  /** files and folders that stay behind, relative to the project root */
  readonly exclude: readonly string[];
  /** those that go along although an ignore file names them */
  readonly include: readonly string[];
  /** null: what the notebook declares */
  readonly outputs: readonly OutputRule[] | null;
  readonly label: string;
  /** write names, types, outputs and files mode into the notebook */
  readonly remember: boolean;
  /** as typed; empty: what the target gives */
  readonly timeLimit: string;
  /** the plan that the user agreed to */
  readonly confirmedPlan: string | null;
}

/** Those that decide what the server prepares. */
export type Preparing = Pick<
  IChoices,
  | 'kernel'
  | 'target'
  | 'resources'
  | 'runtime'
  | 'timeLimit'
  | 'filesMode'
  | 'exclude'
  | 'include'
  | 'deliverTo'
>;

export const NO_CHOICES: IChoices = {
  edits: {},
  types: {},
  ticked: [],
  kernel: null,
  target: null,
  resources: {},
  runtime: {},
  filesMode: null,
  deliverTo: '',
  exclude: [],
  include: [],
  outputs: null,
  label: '',
  remember: false,
  timeLimit: '',
  confirmedPlan: null
};

/** The choices that an earlier run was made with. */
export function choicesOf(
  trans: TranslationBundle,
  start: IRunStart
): IChoices {
  return {
    ...NO_CHOICES,
    edits: start.values,
    types: start.types,
    kernel: start.chosen.kernel,
    exclude: start.chosen.exclude,
    include: start.chosen.include,
    outputs: start.chosen.outputs,
    ticked: Object.keys(start.values),
    target: start.target,
    resources: { [start.target]: everyResource(start.resources) },
    runtime: { [start.target]: start.runtime },
    filesMode: start.filesMode,
    // said, so that the notebook's own choice of today does not count
    deliverTo: start.deliverTo ?? '.',
    label: start.label ?? '',
    timeLimit: writeDuration(trans, start.timeLimit)
  };
}
