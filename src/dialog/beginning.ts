import { BatchError } from '@jupyterlab-batch/protocol';

import type { IBatchSettings } from '../tokens';
import { NO_CHOICES, type IChoices } from './choices';

/** What a dialog begins with. */
export class Beginning {
  /**
   * @param _choices - of a new dialog
   * @param _usual - the target that the settings say; null: they say none
   */
  constructor(
    private _choices: IChoices,
    private readonly _usual: string | null = null
  ) {}

  get choices(): IChoices {
    return this._choices;
  }

  /**
   * A usual target that is no longer configured is passed over, or the dialog could
   * not even show the others. It is not asked for beforehand: nothing would show
   * until that is answered.
   *
   * @param reason - why the first look failed
   * @returns what to choose instead; null: it failed for another reason
   */
  passOver(
    reason: unknown,
    { target }: IChoices
  ): Pick<IChoices, 'target'> | null {
    const gone =
      reason instanceof BatchError &&
      reason.code === 'unknown_target' &&
      target !== null &&
      target === this._usual;
    if (!gone) {
      return null;
    }
    this._choices = { ...this._choices, target: null };
    return { target: null };
  }
}

/** A new dialog begins with the user's settings. */
export function beginning(settings: IBatchSettings | null): Beginning {
  const {
    target = null,
    filesMode = null,
    deliverTo = null
  } = settings?.current ?? {};
  const choices = { filesMode, deliverTo: deliverTo ?? '', target };
  return new Beginning({ ...NO_CHOICES, ...choices }, target);
}
