import { HeldRuns } from '../../__tests__/heldruns';
import { run, Wire } from '../../__tests__/world';
import type { IRunView, RunFilter } from '../../tokens';
import { PanelModel } from '../model';

/** Remembers what it was asked for. */
class Asked extends HeldRuns {
  readonly asked: RunFilter[] = [];

  override view(filter: RunFilter): IRunView {
    this.asked.push(filter);
    return super.view(filter);
  }
}

describe('the list of today', () => {
  const midnight = (day: number) => new Date(2026, 10, day).toISOString();
  let runs: Asked;
  let model: PanelModel;

  beforeEach(() => {
    runs = new Asked();
    runs.clock = new Date(2026, 10, 23, 23, 59);
    model = new PanelModel({ api: new Wire().api, runs, state: null });
  });
  afterEach(() => model.dispose());

  it('is of the new day when that has begun', () => {
    model.change({ span: 'today' });
    expect(runs.asked.pop()).toEqual({ after: midnight(23) });
    runs.put(run(1));
    const before = runs.asked.length;
    runs.clock = new Date(2026, 10, 24, 0, 1);
    runs.put(run(2));
    expect(runs.asked.slice(before)).toEqual([{ after: midnight(24) }]);
  });

  it('is not read anew for a list of all times', () => {
    model.change({ state: 'failed' });
    const before = runs.asked.length;
    runs.clock = new Date(2026, 10, 24, 0, 1);
    runs.put(run(2));
    expect(runs.asked).toHaveLength(before);
  });
});
