import type { RunState } from '@jupyterlab-batch/protocol';
import { LabIcon } from '@jupyterlab/ui-components';

import batch from '../style/icons/batch.svg';
import cancelled from '../style/icons/cancelled.svg';
import failed from '../style/icons/failed.svg';
import finishing from '../style/icons/finishing.svg';
import lost from '../style/icons/lost.svg';
import preparing from '../style/icons/preparing.svg';
import running from '../style/icons/running.svg';
import succeeded from '../style/icons/succeeded.svg';
import waiting from '../style/icons/waiting.svg';

function icon(name: string, svgstr: string): LabIcon {
  return new LabIcon({ name: `jupyterlab-batch:${name}`, svgstr });
}

/** Pages and a clock: runs later, without you. Deliberately unlike Run. */
export const batchIcon = icon('batch', batch);

export const stateIcons: Record<RunState, LabIcon> = {
  staged: icon('preparing', preparing),
  queued: icon('waiting', waiting),
  running: icon('running', running),
  finishing: icon('finishing', finishing),
  succeeded: icon('succeeded', succeeded),
  failed: icon('failed', failed),
  cancelled: icon('cancelled', cancelled),
  lost: icon('lost', lost)
};
