import type { Run, RunDetail } from '@jupyterlab-batch/protocol';
import { act } from '@testing-library/react';
import { fireEvent, screen, waitFor, within } from '@testing-library/dom';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';

import { lease, parameter, run, trans, Wire } from '../../__tests__/world';
import { Runs } from '../../runs/runs';
import { CommandIDs } from '../../tokens';
import { Panel } from '../panel';

function detail(of: Run, more: Partial<RunDetail> = {}): RunDetail {
  return {
    run: of,
    failed_cell: null,
    ename: null,
    evalue: null,
    traceback: null,
    warnings: [],
    history: [],
    files: [],
    ...more
  };
}

describe('the panel', () => {
  let wire: Wire;
  let model: Runs;
  let panel: Panel;
  let known: Run[];
  let next: string | null;
  let executed: [string, unknown][];

  const start = async () => {
    await act(async () => {
      Widget.attach(panel, document.body);
      await model.refresh();
    });
  };
  const item = (n: number) => {
    const found = document.querySelector<HTMLElement>(
      `li[data-run-id="${run(n).id}"]`
    );
    if (!found) {
      throw new Error(`run ${n} is not listed`);
    }
    return found;
  };

  beforeEach(() => {
    known = [];
    next = null;
    executed = [];
    wire = new Wire()
      .answer('list', () => ({ runs: known, next }))
      .answer('changes', ({ query }) => ({
        revision: Number(query.get('after')),
        changes: [],
        reset: false
      }))
      .answer('log', () => ({ text: 'cell 1 done', offset: 11, ended: true }));
    model = new Runs(wire.api);
    const commands = new CommandRegistry();
    for (const command of [
      CommandIDs.openResult,
      CommandIDs.cancelRun,
      CommandIDs.deleteRun
    ]) {
      commands.addCommand(command, {
        label: command,
        describedBy: {},
        isEnabled: () => command !== CommandIDs.deleteRun,
        execute: args => executed.push([command, args])
      });
    }
    panel = new Panel({ api: wire.api, model, commands, trans });
  });

  afterEach(() => {
    act(() => {
      panel.dispose();
      model.dispose();
    });
  });

  it('teaches while there are no runs', async () => {
    await start();
    expect(screen.getByText(/press Run as batch/)).toBeTruthy();
  });

  it('says state, progress and parameters of a run', async () => {
    known = [
      run(2, { label: 'study', parameters: [parameter({ text: '4.0' })] }),
      run(1, { state: 'queued', position: 2, progress: null, started_at: null })
    ];
    await start();
    expect(item(2).dataset.state).toBe('running');
    expect(within(item(2)).getByText('running')).toBeTruthy();
    expect(within(item(2)).getByText('study')).toBeTruthy();
    expect(within(item(2)).getByText('AMP 4.0')).toBeTruthy();
    expect(within(item(2)).getByText('cell 3 of 12')).toBeTruthy();
    expect(within(item(1)).getByText('number 2 in line')).toBeTruthy();
  });

  it('follows a run live and tells it to a screen reader', async () => {
    known = [run(1)];
    await start();
    act(() => model.put(run(1, { state: 'succeeded', revision: 2 })));
    expect(item(1).dataset.state).toBe('succeeded');
    expect(screen.getByText('wave.ipynb succeeded')).toBeTruthy();
  });

  it('runs commands on the run whose button is pressed', async () => {
    known = [run(2), run(1)];
    await start();
    const button = item(1).querySelector<HTMLElement>(
      `[data-command="${CommandIDs.cancelRun}"]`
    );
    fireEvent.click(button ?? document.body);
    expect(executed).toEqual([[CommandIDs.cancelRun, { id: run(1).id }]]);
    expect(
      item(1).querySelector(`[data-command="${CommandIDs.deleteRun}"]`)
    ).toBeNull();
  });

  it('loads more while there is more', async () => {
    known = [run(9)];
    next = 'page-2';
    await start();
    wire.answer('list', () => ({ runs: [run(8)], next: null }));
    fireEvent.click(screen.getByRole('button', { name: 'Load more' }));
    await waitFor(() => expect(item(8)).toBeTruthy());
    expect(screen.queryByRole('button', { name: 'Load more' })).toBeNull();
  });

  it('keeps the list while the server is away, and says so', async () => {
    known = [run(1)];
    await start();
    wire.down = true;
    await act(() => model.refresh());
    expect(
      screen.getByText(/^reconnecting, last seen \d\d:\d\d$/)
    ).toBeTruthy();
    expect(item(1)).toBeTruthy();
  });

  it('shows one run with provenance, traceback, credential and log', async () => {
    known = [
      run(1, {
        state: 'failed',
        parameters: [
          parameter({
            text: '4.0',
            layer: 'override',
            origin: 'dialog',
            shadowed: [
              { text: '3.5', layer: 'environment', origin: 'FUNWAVE_AMP' }
            ]
          })
        ],
        lease: lease({
          state: 'CLOSED',
          revoked_at: '2026-11-23T12:04:01Z',
          ended_at: '2026-11-23T12:04:02Z',
          end: 'dead_at_resource'
        })
      })
    ];
    wire.answer('show', () =>
      detail(known[0], { traceback: 'ValueError: x must be positive' })
    );
    await start();
    fireEvent.click(
      within(item(1)).getByRole('button', { name: 'wave.ipynb' })
    );
    expect(await screen.findByText(/x must be positive/)).toBeTruthy();
    expect(await screen.findByText(/cell 1 done/)).toBeTruthy();
    expect(screen.getByText(/used 3× · revoked, verified dead/)).toBeTruthy();
    const row = document.querySelector('tr[data-parameter-row="AMP"]');
    expect(row?.textContent).toBe('AMP4.0editedFUNWAVE_AMP 3.5');
    fireEvent.click(screen.getByRole('button', { name: 'All runs' }));
    await waitFor(() => expect(item(1)).toBeTruthy());
  });
});
