import type { TranslationBundle } from '@jupyterlab/translation';

import type { IRuns } from '../tokens';

/** A heading for what the broker warns of; its own words then say the rest. */
export const alarmTitle = (trans: TranslationBundle): string =>
  trans.__('A credential cannot be ended.');

/** The heading and the broker's words, one warning to a line. */
export const alarmWords = (
  trans: TranslationBundle,
  alarms: IRuns['alarms']
): string =>
  [
    alarmTitle(trans),
    ...alarms.map(({ message, fix }) =>
      fix === null ? `${message}.` : `${message}. ${fix}`
    )
  ].join('\n');
