import type { Prepared, Problem } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IBatchApi, INotebookSource } from '../tokens';
import type { IAttention } from './attention';
import type { Beginning } from './beginning';
import type { IChoices } from './choices';
import type { IDifference } from './differences';
import type { IFilled } from './filled';
import type { IRow } from './rows';

export interface ISessionState {
  readonly phase: 'preparing' | 'ready' | 'submitting';
  /** null: nothing is known yet */
  readonly prepared: Prepared | null;
  readonly choices: IChoices;
  readonly rows: readonly IRow[];
  readonly attention: readonly IAttention[];
  /** of the last prepare or submit */
  readonly problem: Problem | null;
  /** what the last submit found changed */
  readonly differences: readonly IDifference[];
  /** Submit was pressed and something kept it */
  readonly held: boolean;
  /** what became of the values that were taken from elsewhere last */
  readonly filled: IFilled | null;
  /** when the server answered last; null: it answered just now, or never */
  readonly awaySince: Date | null;
  /** the answer to a submit was lost: the run may have been accepted */
  readonly uncertain: boolean;
  /** the choices are those of the last time */
  readonly resumed: boolean;
}

/** Choices that go with the run and change nothing else. */
export type Noted = Partial<Pick<IChoices, 'label' | 'outputs' | 'remember'>>;

export interface ISessionOptions {
  api: IBatchApi;
  source: INotebookSource;
  trans: TranslationBundle;
  /** what a new dialog begins with */
  fresh?: Beginning;
  /** those of the last time */
  choices?: IChoices;
  /** milliseconds before a choice is prepared again */
  patience?: number;
  /** milliseconds before a server that is away is asked again */
  comeback?: number;
}
