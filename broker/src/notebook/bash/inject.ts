import type { Value } from '@jupyterlab-batch/protocol';

import type { ICell } from '../cells.ts';
import { addLine, emptyPlan, type IPlan } from '../edits.ts';
import { readBash } from './inspect.ts';
import { toBash } from './translate.ts';

/** A cell after the tagged one that sets the name, else a first cell. */
export function planBash(
  cells: readonly ICell[],
  parameters: readonly (Value & { name: string })[]
): IPlan {
  const own = new Map(readBash(cells).map(of => [of.name, of]));
  const before = cells.find(
    cell => cell.code && cell.tags.includes('injected-parameters')
  );
  const plan = emptyPlan();
  for (const { name, type, text } of parameters) {
    const known = own.get(name);
    if (known?.text !== text || type === 'null' || type === 'list') {
      addLine(plan, known?.cell ?? -1, toBash(name, { type, text }));
    }
  }
  const lines = [...plan.lines.values()].flat();
  if (before && lines.length > 0) {
    plan.replaced.set(before.index, ['# Parameters', ...lines, ''].join('\n'));
    plan.lines.clear();
  }
  return plan;
}
