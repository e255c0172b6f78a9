import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { act } from '@testing-library/react';

import { HeldRuns } from '../../__tests__/heldruns';
import { run, trans } from '../../__tests__/world';
import type { IRuns } from '../../tokens';
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
    await turn();
    expect(executed.slice(2)).toEqual([['cancel-run', { id: run(3).id }]]);
    section.dispose();
  });

  it('are cancelled all, and not the first page of them', async () => {
    const all = [1, 2, 3, 4, 5].map(n => run(n, { state: 'queued' }));
    const changed = new Signal<object, void>({});
    let loaded = 2;
    const view = {
      changed,
      dispose: () => undefined,
      get runs() {
        return all.slice(0, loaded);
      },
      loadMore: async () => {
        loaded = Math.min(all.length, loaded + 2);
      }
    };
    const cancelled: unknown[] = [];
    const commands = new CommandRegistry();
    commands.addCommand('jupyterlab-batch:cancel-run', {
      describedBy: {},
      execute: ({ id }) => cancelled.push(id)
    });
    const section = new BatchSection({
      runs: { view: () => view } as unknown as IRuns,
      commands,
      trans
    });
    section.shutdownAll();
    await turn();
    expect(cancelled).toEqual(all.map(({ id }) => id));
    section.dispose();
  });
});
