import type { LeaseSummary } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';

import { count } from './locale';
import { timeOfDay } from './time';

/**
 * The life of a run's credential in one line: `minted 12:03:11 · used 3× ·
 * revoked, verified dead 12:04:02`. "Verified dead" is said of two ends only:
 * refused by the resource, and expired.
 */
export function credentialLine(
  trans: TranslationBundle,
  lease: LeaseSummary
): string {
  const parts: string[] = [];
  if (lease.minted_at) {
    parts.push(
      trans.__('minted %1', timeOfDay(lease.minted_at)),
      trans.__('used %1×', count(lease.used))
    );
  } else if (lease.end || lease.state === 'CLOSED') {
    parts.push(trans.__('never minted'));
  } else if (lease.registered_at) {
    parts.push(
      trans.__('client registered %1', timeOfDay(lease.registered_at)),
      trans.__('minted when the run starts')
    );
  } else {
    parts.push(trans.__('requested'), trans.__('minted when the run starts'));
  }
  const end = endWords(trans, lease);
  if (end) {
    parts.push(end);
  }
  if (lease.problem && lease.state !== 'CLOSED') {
    parts.push(lease.problem);
  }
  return parts.join(' · ');
}

/** How sure it is that the credential is dead, for icon and colour. */
export function credentialCertainty(
  lease: LeaseSummary
): 'alive' | 'dead' | 'unsure' | 'unused' {
  if (lease.end === 'dead_at_resource' || lease.end === 'expired') {
    return 'dead';
  }
  if (lease.end !== null) {
    return 'unsure';
  }
  return lease.minted_at ? 'alive' : 'unused';
}

function endWords(
  trans: TranslationBundle,
  { end, ended_at, revoked_at }: LeaseSummary
): string | null {
  const at = ended_at ? timeOfDay(ended_at) : '';
  switch (end) {
    case 'dead_at_resource':
      return (
        revoked_at
          ? trans.__('revoked, verified dead %1', at)
          : trans.__('verified dead %1', at)
      ).trim();
    case 'expired':
      return trans.__('expired, verified dead %1', at).trim();
    case 'dead_at_issuer':
      return trans
        .__(
          'dead at the issuer %1, a resource that checks locally may still take it',
          at
        )
        .trim();
    case 'unconfirmed':
      return trans.__('its end could not be confirmed');
    case null:
      return revoked_at
        ? trans.__('revoked %1, not verified yet', timeOfDay(revoked_at))
        : null;
  }
}
