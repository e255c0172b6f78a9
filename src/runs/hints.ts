import { Change } from '@jupyterlab-batch/protocol';
import type { Event } from '@jupyterlab/services';
import { Value } from 'typebox/value';

import { RUN_CHANGED } from './event';

/**
 * Reads `run_changed.v1`. Jupyter sends every event to every subscriber and
 * adds members of its own, so only ours are looked at.
 *
 * @returns null for any other event
 */
export function readHint(emission: Event.Emission): Change | null {
  if (emission.schema_id !== RUN_CHANGED) {
    return null;
  }
  const { id, state, revision } = emission;
  const change = { id, state, revision };
  return Value.Check(Change, change) ? change : null;
}
