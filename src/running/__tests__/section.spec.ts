import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import { act } from '@testing-library/react';

import { HeldRuns } from '../../__tests__/heldruns';
import { run, trans } from '../../__tests__/world';
import { BatchSettings } from '../../settings/settings';
import { StatusItem } from '../../statusbar/item';
import { BatchSection } from '../section';

/** The view of a double is loaded one turn later. */
const turn = () => act(() => new Promise(resolve => setTimeout(resolve)));

describe('runs that have not ended', () => {
  let runs: HeldRuns;

  beforeEach(() => {
    runs = new HeldRuns();
    runs.put(run(1, { label: 'study' }));
    runs.put(run(2, { state: 'succeeded' }));
    runs.put(run(3, { state: 'queued', position: 2, progress: null }));
  });

  it('are a section of the running sessions', async () => {
    const executed: unknown[] = [];
    const commands = new CommandRegistry();
    for (const command of ['cancel-run', 'show-runs']) {
      commands.addCommand(`jupyterlab-batch:${command}`, {
        describedBy: {},
        execute: args => executed.push([command, args])
      });
    }
    const section = new BatchSection({ runs, commands, trans });
    let changes = 0;
    section.runningChanged.connect(() => (changes += 1));
    await turn();
    const items = section.running();
    expect(items.map(item => [item.label(), item.detail?.()])).toEqual([
      ['wave.ipynb', 'number 2 in line'],
      ['wave.ipynb (study)', 'cell 3 of 12']
    ]);
    items[0].shutdown?.();
    items[1].open?.();
    expect(executed).toEqual([
      ['cancel-run', { id: run(3).id }],
      ['show-runs', { id: run(1).id }]
    ]);
    const before = changes;
    runs.put(run(1, { state: 'succeeded', revision: 9 }));
    expect(changes).toBe(before + 1);
    section.shutdownAll();
    expect(executed.slice(2)).toEqual([['cancel-run', { id: run(3).id }]]);
    section.dispose();
  });

  it('are counted in the status bar, as far as is known', async () => {
    let pressed = 0;
    const item = new StatusItem({
      runs,
      settings: new BatchSettings(),
      trans,
      onPress: () => (pressed += 1)
    });
    let changes = 0;
    item.activeChanged.connect(() => (changes += 1));
    act(() => Widget.attach(item, document.body));
    await turn();
    expect(item.active).toBe(true);
    const button = item.node.querySelector('button');
    expect(button?.textContent).toBe('2');
    expect(button?.title).toBe('2 batch runs have not ended');
    button?.click();
    expect(pressed).toBe(1);
    runs.connection = { ...runs.connection, state: 'reconnecting' };
    runs.changed.emit();
    await turn();
    expect(button?.textContent).toBe('2?');
    runs.put(run(1, { state: 'failed', revision: 8 }));
    runs.put(run(3, { state: 'cancelled', revision: 9 }));
    expect(item.active).toBe(false);
    expect(changes).toBe(2);
    act(() => item.dispose());
  });
});
