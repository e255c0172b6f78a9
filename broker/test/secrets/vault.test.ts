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

import { CREDENTIAL_NAME, loadKeys } from '../../src/secrets/key.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { Vault } from '../../src/secrets/vault.ts';

const vault = new Vault([randomBytes(32)], randomBytes(32));
const owner = { id: 'lease', key: vault.newKey('lease') };

describe('Vault', () => {
  it('gives back what it sealed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const sealed = vault.seal(owner, 'token.1', new Secret(text));
        return vault.unseal(owner, 'token.1', sealed).reveal() === text;
      })
    );
  });

  it('hides the value and differs each time', () => {
    const secret = new Secret('canary-canary');
    const one = vault.seal(owner, 'client', secret);
    const two = vault.seal(owner, 'client', secret);
    expect(one).not.toBe(two);
    const bytes = Buffer.from(one.split('.')[1] ?? '', 'base64url');
    expect(bytes.includes('canary')).toBe(false);
  });

  it.each([
    ['another lease', 'other', 'token.1'],
    ['another field', 'lease', 'token.2']
  ])('does not open in the row of %s', (_what, lease, field) => {
    const sealed = vault.seal(owner, 'token.1', new Secret('x'));
    expect(() => vault.unseal({ ...owner, id: lease }, field, sealed)).toThrow(
      BatchError
    );
  });

  it('does not open when any bit was altered', () => {
    const sealed = vault.seal(owner, 'f', new Secret('some token'));
    const [version, text] = sealed.split('.');
    const bytes = Buffer.from(text ?? '', 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const altered = Buffer.from(bytes);
      altered[index] = (altered[index] ?? 0) ^ 1;
      const value = `${version}.${altered.toString('base64url')}`;
      expect(() => vault.unseal(owner, 'f', value)).toThrow(/altered/);
    }
  });

  it.each(['', '1', '1.00', '2', '2.aa', '2.00.aa', '1.00.aa.bb'])(
    'calls %j damaged',
    value => {
      expect(() => vault.unseal(owner, 'f', value)).toThrow(/damaged/);
    }
  );

  it('says so when the key is another one', () => {
    const other = new Vault([randomBytes(32)], randomBytes(32));
    const theirs = { id: 'lease', key: other.newKey('lease') };
    const sealed = other.seal(theirs, 'f', new Secret('x'));
    expect(() => vault.unseal(theirs, 'f', sealed)).toThrow(/another key/);
  });

  it('gives each lease a key of its own', () => {
    const another = { id: 'lease', key: vault.newKey('lease') };
    const sealed = vault.seal(owner, 'f', new Secret('x'));
    expect(() => vault.unseal(another, 'f', sealed)).toThrow(/altered/);
    expect(() => vault.unseal({ ...owner, key: null }, 'f', sealed)).toThrow(
      /damaged/
    );
  });

  it('opens what was sealed before there were keys of leases', () => {
    const old = { id: 'lease', key: null };
    const sealed = vault.seal(old, 'f', new Secret('x'));
    expect(sealed).toMatch(/^1\.[0-9a-f]{8}\./);
    expect(vault.unseal(owner, 'f', sealed).reveal()).toBe('x');
  });

  it('turns to another key, under which nothing else changes', () => {
    const [first, second] = [randomBytes(32), randomBytes(32)];
    const turning = new Vault([first], randomBytes(32));
    const before = { id: 'l', key: turning.newKey('l') };
    const sealed = turning.seal(before, 'f', new Secret('x'));
    turning.turnTo(second);
    const key = turning.rewrap(before);
    expect(key).not.toBeNull();
    const after = { id: 'l', key };
    expect(turning.rewrap(after)).toBeNull();
    turning.forgetOld();
    expect(turning.unseal(after, 'f', sealed).reveal()).toBe('x');
    expect(() => turning.unseal(before, 'f', sealed)).toThrow(/another key/);
    const later = new Vault([second], randomBytes(32));
    expect(later.unseal(after, 'f', sealed).reveal()).toBe('x');
  });

  it('marks equal values equally, and only under the same key', () => {
    const mark = vault.mark(new Secret('x'));
    expect(vault.mark(new Secret('x'))).toBe(mark);
    expect(vault.mark(new Secret('y'))).not.toBe(mark);
    const other = new Vault([randomBytes(32)], randomBytes(32));
    expect(other.mark(new Secret('x'))).not.toBe(mark);
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

  it('takes what is in bytes and gives it out in some of its own', () => {
    const given = Buffer.from('canary ü');
    const secret = Secret.from(given);
    expect(secret.reveal()).toBe('canary ü');
    expect([...given].every(byte => byte === 0)).toBe(true);
    const bytes = secret.bytes();
    expect(bytes.toString()).toBe('canary ü');
    expect(bytes.buffer.byteLength).toBe(bytes.length);
  });
});

describe('loadKeys', () => {
  let data: string;

  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'vault-'));
  });
  afterEach(() => rmSync(data, { recursive: true }));

  it('makes a key once, readable by its owner only', () => {
    const { keys } = loadKeys({ data, sealed: false });
    expect(keys.map(key => key.length)).toEqual([32]);
    expect(loadKeys({ data, sealed: true }).keys).toEqual(keys);
    expect(statSync(join(data, 'key')).mode & 0o777).toBe(0o400);
    expect(readdirSync(data)).toEqual(['key']);
  });

  it('makes none where something is sealed already', () => {
    expect(() => loadKeys({ data, sealed: true })).toThrow(/missing/);
    expect(existsSync(join(data, 'key'))).toBe(false);
  });

  it('refuses a key that others can read', () => {
    loadKeys({ data, sealed: false });
    chmodSync(join(data, 'key'), 0o440);
    expect(() => loadKeys({ data, sealed: false })).toThrow(/read by others/);
  });

  it('refuses a file that is no key, and leaves it', () => {
    writeFileSync(join(data, 'key'), 'short', { mode: 0o400 });
    expect(() => loadKeys({ data, sealed: false })).toThrow(/64 hexadecimal/);
    expect(readFileSync(join(data, 'key'), 'utf8')).toBe('short');
  });

  it('takes the credential that the service manager handed over', () => {
    const credentials = mkdtempSync(join(tmpdir(), 'creds-'));
    try {
      const hex = randomBytes(32).toString('hex');
      writeFileSync(join(credentials, CREDENTIAL_NAME), hex, { mode: 0o400 });
      const files = loadKeys({ data, credentials, sealed: true });
      expect(files.keys.map(key => key.toString('hex'))).toEqual([hex]);
      expect(files.given).toBe(true);
      expect(existsSync(join(data, 'key'))).toBe(false);
    } finally {
      rmSync(credentials, { recursive: true });
    }
  });

  it('knows both keys while one takes the place of the other', () => {
    const files = loadKeys({ data, sealed: false });
    const [old] = files.keys;
    const next = files.begin();
    expect(files.begun).toBe(true);
    // A broker that was killed here finds both, the new one first.
    expect(loadKeys({ data, sealed: true }).keys).toEqual([next, old]);
    files.finish();
    const after = loadKeys({ data, sealed: true });
    expect([after.begun, after.keys]).toEqual([false, [next]]);
    expect(statSync(join(data, 'key')).mode & 0o777).toBe(0o400);
  });
});
