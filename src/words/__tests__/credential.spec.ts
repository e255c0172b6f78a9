import { lease, trans } from '../../__tests__/world';
import { credentialCertainty, credentialLine } from '../credential';
import { timeOfDay } from '../time';

const revoked = {
  revoked_at: '2026-11-23T12:04:01Z',
  ended_at: '2026-11-23T12:04:02Z',
  state: 'CLOSED'
} as const;
const minted = `minted ${timeOfDay('2026-11-23T12:03:11Z')} · used 3×`;
const dead = timeOfDay('2026-11-23T12:04:02Z');

describe('credentialLine', () => {
  it('tells the whole life in one line', () => {
    expect(
      credentialLine(trans, lease({ ...revoked, end: 'dead_at_resource' }))
    ).toBe(`${minted} · revoked, verified dead ${dead}`);
  });

  it('calls only two ends verified dead', () => {
    const ends = [
      'dead_at_resource',
      'expired',
      'dead_at_issuer',
      'unconfirmed',
      null
    ] as const;
    const said = ends.map(end => {
      const ended = lease({ ...revoked, end });
      const words = credentialLine(trans, ended).includes('verified dead');
      return [end, words, credentialCertainty(ended)];
    });
    expect(said).toEqual([
      ['dead_at_resource', true, 'dead'],
      ['expired', true, 'dead'],
      ['dead_at_issuer', false, 'unsure'],
      ['unconfirmed', false, 'unsure'],
      [null, false, 'alive']
    ]);
  });

  it('says that a revocation is not verified yet', () => {
    const line = credentialLine(
      trans,
      lease({ state: 'VERIFYING', revoked_at: '2026-11-23T12:04:01Z' })
    );
    expect(line).toContain('not verified yet');
  });

  it('waits for the start before anything is minted', () => {
    const line = credentialLine(
      trans,
      lease({ state: 'READY', minted_at: null, used: 0 })
    );
    expect(line).toMatch(/client registered .* minted when the run starts$/);
  });

  it('says what an open lease waits for', () => {
    const line = credentialLine(
      trans,
      lease({ state: 'RETRYING', problem: 'the provider does not answer' })
    );
    expect(line).toBe(`${minted} · the provider does not answer`);
  });

  it('never pretends that a token was minted', () => {
    const line = credentialLine(
      trans,
      lease({ state: 'CLOSED', minted_at: null, used: 0 })
    );
    expect(line).toBe('never minted');
  });
});
