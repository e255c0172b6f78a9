import { screen, waitFor } from '@testing-library/dom';
import { act } from '@testing-library/react';
import { Widget } from '@lumino/widgets';

import { HeldRuns } from '../../__tests__/heldruns';
import { run, trans } from '../../__tests__/world';
import { BatchSettings, DEFAULTS } from '../../settings/settings';
import { StatusItem } from '../item';

describe('the item of the status bar', () => {
  let runs: HeldRuns;
  let item: StatusItem;
  let pressed: number;

  const start = async (settings = new BatchSettings()) => {
    item = new StatusItem({
      runs,
      settings,
      trans,
      onPress: () => pressed++
    });
    await act(async () => Widget.attach(item, document.body));
  };

  beforeEach(() => {
    runs = new HeldRuns();
    pressed = 0;
  });

  afterEach(() => act(() => item.dispose()));

  it('counts the runs that have not ended, as far as is known', async () => {
    runs.put(run(1));
    runs.put(run(2, { state: 'succeeded' }));
    runs.put(run(3, { state: 'queued', position: 2, progress: null }));
    await start();
    let changes = 0;
    item.activeChanged.connect(() => (changes += 1));
    const button = await screen.findByRole('button', {
      name: '2 batch runs have not ended'
    });
    expect(button.textContent).toBe('2');
    button.click();
    expect(pressed).toBe(1);
    await act(async () => {
      runs.connection = { ...runs.connection, state: 'reconnecting' };
      runs.changed.emit();
    });
    await waitFor(() => expect(button.textContent).toBe('2?'));
    await act(async () => {
      runs.put(run(1, { state: 'failed', revision: 8 }));
      runs.put(run(3, { state: 'cancelled', revision: 9 }));
    });
    expect([item.active, changes]).toEqual([false, 1]);
  });

  it('warns even where it was put away and nothing runs', async () => {
    const settings = new BatchSettings();
    Object.defineProperty(settings, 'current', {
      value: { ...DEFAULTS, statusBar: false }
    });
    await start(settings);
    expect(item.active).toBe(false);
    let told = 0;
    item.activeChanged.connect(() => told++);
    await act(async () => {
      runs.alarms = [
        { name: 'credentials', message: '2 quarantined', fix: 'Ask the lab.' }
      ];
      runs.changed.emit();
    });
    expect([item.active, told]).toEqual([true, 1]);
    await screen.findByRole('button', {
      name: /cannot be ended\.\s*2 quarantined\. Ask the lab\./
    });
    await act(async () => {
      runs.alarms = [];
      runs.changed.emit();
    });
    expect([item.active, told]).toEqual([false, 2]);
  });
});
