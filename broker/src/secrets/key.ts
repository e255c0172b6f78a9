import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync
} from 'node:fs';
import { join } from 'node:path';

import { BatchError, problem } from '@jupyterlab-batch/protocol';

/** The name under which systemd hands the key over (LoadCredential=). */
export const CREDENTIAL_NAME = 'jupyterlab-batch-key';

const HEX = /^[0-9a-f]{64}\n?$/;

export interface IKeyPlaces {
  /** the broker's data folder */
  readonly data: string;
  /** `$CREDENTIALS_DIRECTORY`, where set */
  readonly credentials?: string | null;
  /** whether the database holds anything sealed with a key */
  readonly sealed: boolean;
}

function refuse(detail: string): never {
  throw new BatchError(problem('malformed_config', detail));
}

function read(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const stat = fstatSync(file);
    const own = stat.uid === process.getuid?.() || stat.uid === 0;
    if (!stat.isFile() || !own || (stat.mode & 0o077) !== 0) {
      refuse(
        `The key ${path} can be read by others. Make it a file of your own with mode 0400.`
      );
    }
    const bytes = Buffer.alloc(128);
    const text = bytes.toString('latin1', 0, readSync(file, bytes));
    if (!HEX.test(text)) {
      refuse(
        `The key ${path} is not 64 hexadecimal digits. Put the right file back; without it sealed credentials cannot be opened.`
      );
    }
    return Buffer.from(text.trim(), 'hex');
  } finally {
    closeSync(file);
  }
}

/** Written whole, then linked: nobody ever sees half a key, and none is replaced. */
function create(path: string): void {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const file = openSync(draft, 'wx', 0o400);
  try {
    fchmodSync(file, 0o400);
    writeSync(file, `${randomBytes(32).toString('hex')}\n`);
    fsyncSync(file);
    linkSync(draft, path);
  } catch (error) {
    if (!(
      error instanceof Error &&
      'code' in error &&
      error.code === 'EEXIST'
    )) {
      throw error;
    }
  } finally {
    closeSync(file);
    unlinkSync(draft);
  }
}

/** The key files of a broker, and how one takes the place of the other. */
export interface IKeyFiles {
  /** the current key first; a second one while a rotation is under way */
  readonly keys: readonly Buffer[];
  /** it is handed over by the system, not ours to replace */
  readonly given: boolean;
  /** a rotation was begun and not finished */
  readonly begun: boolean;
  /** Makes the next key. */
  begin(): Buffer;
  /** The next key takes the place of the old one, which is gone then. */
  finish(): void;
}

/**
 * The 256-bit key that seals credentials at rest; it lives outside the
 * database. Made on first use, never when something is sealed already.
 */
export function loadKeys(places: IKeyPlaces): IKeyFiles {
  const given = places.credentials
    ? join(places.credentials, CREDENTIAL_NAME)
    : null;
  const path = join(places.data, 'key');
  const next = `${path}.next`;
  const isGiven = given !== null && existsSync(given);
  if (!isGiven && !existsSync(path)) {
    if (places.sealed) {
      refuse(
        `The key ${path} is missing, but the database holds credentials sealed with it. Put the file back. If it is lost for good, put 64 new hexadecimal digits there (umask 277; openssl rand -hex 32 > key): what it sealed then lives until it expires, and jupyter batch leases names it.`
      );
    }
    create(path);
  }
  const keys = isGiven
    ? [read(given)]
    : [...(existsSync(next) ? [read(next)] : []), read(path)];
  return {
    keys,
    given: isGiven,
    get begun() {
      return !isGiven && existsSync(next);
    },
    begin() {
      create(next);
      return read(next);
    },
    finish() {
      renameSync(next, path);
    }
  };
}

/**
 * The 256-bit key that chains the audit rows. It is none of the sealing keys,
 * so that a rotation of those does not break the chain.
 */
export function loadAuditKey(data: string): Buffer {
  const path = join(data, 'audit.key');
  if (!existsSync(path)) {
    create(path);
  }
  return read(path);
}
