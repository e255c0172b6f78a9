/** told runs to remember, and milliseconds that a tab in view is ahead */
const REMEMBERED = 200;
const AHEAD = 1500;

export interface IClaimsOptions {
  /** shared by the tabs of this server */
  key: string;
  storage: Pick<Storage, 'getItem' | 'setItem'>;
  /** null where the page is not of a secure origin */
  locks: Pick<LockManager, 'request'> | null;
  hidden: () => boolean;
  ahead?: number;
}

/**
 * Which of several tabs tells of a run: one that is in view, else the first that
 * claims it. Without locks two tabs in view at once may both tell, which is a
 * second toast and no harm.
 */
export class Claims {
  constructor(private readonly _options: IClaimsOptions) {}

  /** @returns false where another tab has told, or is about to */
  async claim(id: string): Promise<boolean> {
    const { key, locks, hidden, ahead } = this._options;
    if (hidden()) {
      await new Promise(resolve => setTimeout(resolve, ahead ?? AHEAD));
    }
    return locks
      ? await locks.request(key, async () => this._take(id))
      : this._take(id);
  }

  private _take(id: string): boolean {
    const { key, storage } = this._options;
    try {
      const kept: unknown = JSON.parse(storage.getItem(key) ?? '[]');
      const told: unknown[] = Array.isArray(kept) ? kept : [];
      if (told.includes(id)) {
        return false;
      }
      storage.setItem(key, JSON.stringify([...told, id].slice(-REMEMBERED)));
    } catch {
      // A browser that stores nothing tells in each tab rather than in none.
    }
    return true;
  }
}
