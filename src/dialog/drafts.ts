import type { INotebookSource } from '../tokens';
import type { IChoices } from './choices';

/**
 * What was typed in dialogs that were left without a run, until the same
 * notebook (or the same run again) is asked for once more.
 */
export class Drafts {
  /** Keeps what differs from what a new dialog begins with. @returns kept it */
  keep(source: INotebookSource, choices: IChoices, fresh: IChoices): boolean {
    // Files are looked at anew, and so is what was agreed about them.
    const draft = { ...choices, confirmedPlan: null };
    if (
      JSON.stringify(draft) ===
      JSON.stringify({ ...fresh, confirmedPlan: null })
    ) {
      return false;
    }
    this._kept.set(keyOf(source), draft);
    return true;
  }

  /** Gives it back, once. */
  take(source: INotebookSource): IChoices | null {
    const key = keyOf(source);
    const draft = this._kept.get(key) ?? null;
    this._kept.delete(key);
    return draft;
  }

  private readonly _kept = new Map<string, IChoices>();
}

function keyOf({ path, start }: INotebookSource): string {
  return JSON.stringify([path, start ?? null]);
}
