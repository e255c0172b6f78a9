import { Widget } from '@lumino/widgets';
import { act } from '@testing-library/react';

import { HeldRuns } from '../../__tests__/heldruns';
import { run, trans } from '../../__tests__/world';
import { RunEnds } from '../../ends/ends';
import { Seen } from '../../ends/seen';
import { Badge } from '../badge';
import type { Panel } from '../panel';
import { Signal } from '@lumino/signaling';

/** What the badge needs of the panel: a widget that says when it is looked at. */
class Looked extends Widget {
  readonly looked = new Signal<this, void>(this);

  protected onAfterShow(): void {
    this.looked.emit();
  }
}

it('the tab says what ended since the user left, until they look', async () => {
  const runs = new HeldRuns();
  [1, 2].forEach(n => runs.put(run(n, { revision: n })));
  const seen = new Seen({
    key: 'seen',
    storage: window.localStorage,
    tabs: window
  });
  const ends = new RunEnds({ runs, state: null, seen });
  await ends.start();
  const panel = new Looked();
  panel.title.dataset = { id: 'shell' };
  const badge = new Badge({ panel: panel as unknown as Panel, ends, trans });
  Widget.attach(panel, document.body);
  panel.hide();
  runs.put(run(1, { state: 'failed', revision: 3 }));
  runs.put(run(2, { state: 'succeeded', revision: 4 }));
  expect(panel.title.dataset).toEqual({ id: 'shell', 'batch-ended': '2' });
  expect(panel.title.caption).toBe('Batch runs: 2 ended since you left');
  act(() => panel.show());
  expect(panel.title.dataset).toEqual({ id: 'shell' });
  expect(panel.title.caption).toBe('Batch runs');
  // What ends in view is seen at once.
  runs.put(run(3, { revision: 5 }));
  runs.put(run(3, { state: 'lost', revision: 6 }));
  expect(ends.unseen.size).toBe(0);
  badge.dispose();
  ends.dispose();
  seen.dispose();
  panel.dispose();
});
