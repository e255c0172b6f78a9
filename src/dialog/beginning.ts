import type { IBatchApi, IBatchSettings } from '../tokens';
import { NO_CHOICES, type IChoices } from './choices';

/**
 * What a dialog begins with: the user's settings. A place that is no longer
 * configured is passed over, or the dialog could not even show the others.
 */
export async function beginning(
  api: IBatchApi,
  settings: IBatchSettings | null
): Promise<IChoices> {
  const {
    target = null,
    filesMode = null,
    deliverTo = null
  } = settings?.current ?? {};
  const known =
    target !== null &&
    (await api.call('targets', {}).then(
      ({ targets }) => targets.some(({ name }) => name === target),
      () => false
    ));
  return {
    ...NO_CHOICES,
    filesMode,
    deliverTo: deliverTo ?? '',
    target: known ? target : null
  };
}
