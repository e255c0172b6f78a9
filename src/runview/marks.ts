import type { TranslationBundle } from '@jupyterlab/translation';

import type { IMark } from './timeline';

/** What happened to a credential, in a word. */
export function markWord(
  trans: TranslationBundle,
  name: IMark['name']
): string {
  switch (name) {
    case 'registered':
      return trans.__('client registered');
    case 'minted':
      return trans.__('token minted');
    case 'revoked':
      return trans.__('revoked');
    case 'verified':
      return trans.__('looked whether it is dead');
    case 'expired':
      return trans.__('expired');
    case 'client_deleted':
      return trans.__('client deleted');
  }
}
