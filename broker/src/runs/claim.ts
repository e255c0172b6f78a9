import { createHash } from 'node:crypto';

/**
 * What a proof of a claim is of: all that the claim says, so that it is worth
 * nothing with another ticket or session. As `PermitRequest` describes it. Pure.
 */
export function claimDigest(
  run: string,
  attempt: number,
  ticketHash: string,
  sessionHash: string
): string {
  const lines = [
    'jupyterlab-batch claim 1',
    run,
    attempt,
    ticketHash,
    sessionHash
  ];
  return createHash('sha256')
    .update(`${lines.join('\n')}\n`)
    .digest('hex');
}
