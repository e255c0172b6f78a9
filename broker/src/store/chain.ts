import { createHmac, type KeyObject } from 'node:crypto';

/** An audit row as it lies in the database; `mac` chains it to the one before. */
export interface IAuditRecord {
  readonly seq: number;
  readonly at: number;
  readonly machine: string;
  readonly subject: string;
  readonly run: string | null;
  readonly event: string;
  readonly from: string | null;
  readonly to: string;
  readonly fits: boolean;
  readonly detail: string | null;
  readonly mac: string | null;
}

/** The last link that is known: what the next row is chained to. */
export interface ILink {
  readonly seq: number;
  readonly mac: string;
}

export const GENESIS: ILink = { seq: 0, mac: 'jupyterlab-batch/audit/1' };

/** HMAC-SHA256 over the link before and everything that the row says. */
export function macOf(
  key: KeyObject,
  before: string,
  row: Omit<IAuditRecord, 'mac'>
): string {
  const { seq, at, machine, subject, run, event, from, to, fits, detail } = row;
  return createHmac('sha256', key)
    .update(
      JSON.stringify([
        before,
        ...[seq, at, machine, subject, run, event, from, to, fits, detail]
      ])
    )
    .digest('hex');
}

export interface IChainProblem {
  readonly kind: 'altered' | 'missing' | 'truncated';
  readonly seq: number;
  readonly message: string;
}

/** More than this many problems say no more than that it is all wrong. */
const MOST = 100;

/** Reads the rows in their order and notes what is not as it was written. */
export class ChainCheck {
  readonly problems: IChainProblem[] = [];
  rows = 0;
  readonly #key: KeyObject;
  readonly #anchor: ILink | null;
  #last = GENESIS;

  /** @param anchor a link that is known from outside of the database */
  constructor(key: KeyObject, anchor: ILink | null) {
    this.#key = key;
    this.#anchor = anchor;
  }

  get last(): ILink {
    return this.#last;
  }

  add(row: IAuditRecord): void {
    const before = this.#last;
    this.rows += 1;
    this.#last = { seq: row.seq, mac: row.mac ?? '' };
    if (row.seq !== before.seq + 1) {
      const [from, to] = [before.seq + 1, row.seq - 1];
      this.#note('missing', from, `rows ${from} to ${to} are not there`);
    } else if (row.mac !== macOf(this.#key, before.mac, row)) {
      this.#note(
        'altered',
        row.seq,
        `row ${row.seq} is not what was written there: altered, moved, or chained with another key`
      );
    }
    if (this.#anchor?.seq === row.seq && this.#anchor.mac !== row.mac) {
      this.#note(
        'altered',
        row.seq,
        `row ${row.seq} is not the one that audit.anchor names: the rows up to it were written anew`
      );
    }
  }

  /** @param written the number of the last row that ever was committed */
  end(written: number): void {
    const known = Math.max(written, this.#anchor?.seq ?? 0);
    if (known > this.#last.seq) {
      this.#note(
        'truncated',
        this.#last.seq + 1,
        `rows ${this.#last.seq + 1} to ${known} were written and are gone: cut off, or an older database was put back`
      );
    }
  }

  #note(kind: IChainProblem['kind'], seq: number, message: string): void {
    if (this.problems.length < MOST) {
      this.problems.push({ kind, seq, message });
    }
  }
}
