import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { BatchError } from '@jupyterlab-batch/protocol';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CREDENTIAL_NAME, loadKey } from '../../src/secrets/key.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { Vault } from '../../src/secrets/vault.ts';

const vault = new Vault(randomBytes(32));

describe('Vault', () => {
  it('gives back what it sealed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const sealed = vault.seal('lease', 'token.1', new Secret(text));
        return vault.unseal('lease', 'token.1', sealed).reveal() === text;
      })
    );
  });

  it('hides the value and differs each time', () => {
    const secret = new Secret('canary-canary');
    const one = vault.seal('lease', 'client', secret);
    const two = vault.seal('lease', 'client', secret);
    expect(one).not.toBe(two);
    const bytes = Buffer.from(one.split('.')[2] ?? '', 'base64url');
    expect(bytes.includes('canary')).toBe(false);
  });

  it.each([
    ['another lease', 'other', 'token.1'],
    ['another field', 'lease', 'token.2']
  ])('does not open in the row of %s', (_what, lease, field) => {
    const sealed = vault.seal('lease', 'token.1', new Secret('x'));
    expect(() => vault.unseal(lease, field, sealed)).toThrow(BatchError);
  });

  it('does not open when any bit was altered', () => {
    const sealed = vault.seal('lease', 'f', new Secret('some token'));
    const [version, id, text] = sealed.split('.');
    const bytes = Buffer.from(text ?? '', 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const altered = Buffer.from(bytes);
      altered[index] = (altered[index] ?? 0) ^ 1;
      const value = `${version}.${id}.${altered.toString('base64url')}`;
      expect(() => vault.unseal('lease', 'f', value)).toThrow(/altered/);
    }
  });

  it.each(['', '1', '1.00', '2.00.aa', '1.00.aa.bb'])(
    'calls %j damaged',
    value => {
      expect(() => vault.unseal('lease', 'f', value)).toThrow(/damaged/);
    }
  );

  it('says so when the key is another one', () => {
    const sealed = new Vault(randomBytes(32)).seal('l', 'f', new Secret('x'));
    expect(() => vault.unseal('l', 'f', sealed)).toThrow(/another key/);
  });

  it('marks equal values equally, and only under the same key', () => {
    const mark = vault.mark(new Secret('x'));
    expect(vault.mark(new Secret('x'))).toBe(mark);
    expect(vault.mark(new Secret('y'))).not.toBe(mark);
    expect(new Vault(randomBytes(32)).mark(new Secret('x'))).not.toBe(mark);
  });
});

describe('Secret', () => {
  it('does not print', () => {
    const secret = new Secret('canary');
    const shown = `${String(secret)} ${JSON.stringify({ secret })} ${inspect({ secret })}`;
    expect(shown).not.toContain('canary');
    expect(secret.fits(new Secret('canary').hash())).toBe(true);
    expect(secret.fits(new Secret('other').hash())).toBe(false);
  });
});

describe('loadKey', () => {
  let data: string;

  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'vault-'));
  });
  afterEach(() => rmSync(data, { recursive: true }));

  it('makes a key once, readable by its owner only', () => {
    const key = loadKey({ data, sealed: false });
    expect(key).toHaveLength(32);
    expect(loadKey({ data, sealed: true }).equals(key)).toBe(true);
    expect(statSync(join(data, 'key')).mode & 0o777).toBe(0o400);
    expect(readdirSync(data)).toEqual(['key']);
  });

  it('makes none where something is sealed already', () => {
    expect(() => loadKey({ data, sealed: true })).toThrow(/missing/);
    expect(existsSync(join(data, 'key'))).toBe(false);
  });

  it('refuses a key that others can read', () => {
    loadKey({ data, sealed: false });
    chmodSync(join(data, 'key'), 0o440);
    expect(() => loadKey({ data, sealed: false })).toThrow(/read by others/);
  });

  it('refuses a file that is no key, and leaves it', () => {
    writeFileSync(join(data, 'key'), 'short', { mode: 0o400 });
    expect(() => loadKey({ data, sealed: false })).toThrow(/64 hexadecimal/);
    expect(readFileSync(join(data, 'key'), 'utf8')).toBe('short');
  });

  it('takes the credential that the service manager handed over', () => {
    const credentials = mkdtempSync(join(tmpdir(), 'creds-'));
    try {
      const hex = randomBytes(32).toString('hex');
      writeFileSync(join(credentials, CREDENTIAL_NAME), hex, { mode: 0o400 });
      const key = loadKey({ data, credentials, sealed: true });
      expect(key.toString('hex')).toBe(hex);
      expect(existsSync(join(data, 'key'))).toBe(false);
    } finally {
      rmSync(credentials, { recursive: true });
    }
  });
});
