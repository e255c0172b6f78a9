import { describe, expect, it } from 'vitest';

import { createLog } from '../../src/log.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { Scrubber } from '../../src/secrets/scrubber.ts';

const VALUE = 'zN7"q/canary+token=ü9';

describe('the log', () => {
  it.each([
    ['as it is', VALUE],
    ['in an error', new Error(`refused ${VALUE}`)],
    ['in base64', Buffer.from(`x${VALUE}yz`).toString('base64')],
    ['in base64url', Buffer.from(`xx${VALUE}`).toString('base64url')],
    ['in hex', Buffer.from(VALUE).toString('hex')],
    ['in a URL', `https://x/?t=${encodeURIComponent(VALUE)}`],
    ['deep in JSON', { a: [{ b: JSON.stringify({ t: 'x' }) + VALUE }] }]
  ])('has no secret %s', (_what, content) => {
    const lines: string[] = [];
    const scrubber = new Scrubber();
    scrubber.know(new Secret(VALUE));
    const log = createLog(scrubber.scrub, line => lines.push(line));
    log.error({ err: content, content }, 'a message');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('[redacted]');
    expect(lines[0]).not.toContain('canary');
    expect(lines[0]).not.toContain(Buffer.from(VALUE).toString('hex'));
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'a message' });
  });

  it('remembers the latest ones, in a bounded space', () => {
    const scrubber = new Scrubber();
    scrubber.know(new Secret(VALUE));
    for (let n = 0; n < 511; n += 1) {
      scrubber.know(new Secret(`another-secret-${n}`));
    }
    scrubber.know(new Secret(VALUE));
    scrubber.know(new Secret('one-too-many'));
    expect(scrubber.scrub(`${VALUE} another-secret-0.`)).toBe(
      '[redacted] another-secret-0.'
    );
    expect(scrubber.scrub('another-secret-1.')).toBe('[redacted].');
  });

  it('forgets those of a lease with it, and no others', () => {
    const scrubber = new Scrubber();
    const both = 'known-before-and-after';
    scrubber.know(new Secret(VALUE), 'lease-1');
    scrubber.know(new Secret('of-another-lease'), 'lease-2');
    scrubber.know(new Secret(both), 'lease-1');
    scrubber.know(new Secret(both));
    scrubber.know(new Secret(both), 'lease-1');
    scrubber.forget('lease-1');
    expect(scrubber.scrub(`${VALUE} of-another-lease ${both}`)).toBe(
      `${VALUE} [redacted] [redacted]`
    );
  });

  it('does not end the broker where it cannot be written', () => {
    const log = createLog(
      line => line,
      () => {
        throw new Error('ENOSPC');
      }
    );
    expect(() => log.error({}, 'nobody hears it')).not.toThrow();
  });
});
