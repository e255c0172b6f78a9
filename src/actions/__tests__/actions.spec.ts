import { fireEvent, screen, waitFor } from '@testing-library/dom';
import { Notification } from '@jupyterlab/apputils';
import { CommandRegistry } from '@lumino/commands';

import { lease, refuse, run, trans, Wire } from '../../__tests__/world';
import { Runs } from '../../runs/runs';
import { CommandIDs } from '../../tokens';
import { addActionCommands } from '../actions';

describe('actions on a run', () => {
  let wire: Wire;
  let runs: Runs;
  let commands: CommandRegistry;
  let opened: unknown[];
  const { id } = run(1);

  beforeEach(() => {
    wire = new Wire()
      .answer('changes', () => ({ revision: 0, changes: [], reset: false }))
      .answer('list', () => ({ runs: [], next: null }));
    runs = new Runs(wire.api);
    commands = new CommandRegistry();
    opened = [];
    commands.addCommand('docmanager:open', {
      describedBy: {},
      execute: args => opened.push(args)
    });
    addActionCommands({ api: wire.api, runs, commands, trans });
  });

  afterEach(() => {
    runs.dispose();
  });

  it.each([
    ['queued', null, [false, true, false]],
    ['running', null, [false, true, false]],
    ['succeeded', '/x/wave.ipynb', [true, false, true]],
    ['failed', null, [false, false, true]],
    ['lost', '/x/wave.ipynb', [true, false, true]]
  ] as const)('fit a run that is %s (output %s)', (state, output, enabled) => {
    runs.put(run(1, { state, output }));
    expect(
      [CommandIDs.openResult, CommandIDs.cancelRun, CommandIDs.deleteRun].map(
        command => commands.isEnabled(command, { id })
      )
    ).toEqual(enabled);
  });

  it('are off for a run that nobody knows, and for cancelling twice', () => {
    expect(commands.isEnabled(CommandIDs.cancelRun, { id: 'x' })).toBe(false);
    expect(commands.isEnabled(CommandIDs.cancelRun)).toBe(false);
    runs.put(run(1, { cancelling: true }));
    expect(commands.isEnabled(CommandIDs.cancelRun, { id })).toBe(false);
  });

  it('open the result that the server has signed', async () => {
    wire.answer('result', () => ({ contents_path: 'waves/x/wave.ipynb' }));
    runs.put(run(1, { state: 'succeeded', output: '/x/wave.ipynb' }));
    await commands.execute(CommandIDs.openResult, { id });
    expect(wire.of('result').map(request => request.id)).toEqual([id]);
    expect(opened).toEqual([{ path: 'waves/x/wave.ipynb' }]);
  });

  it('cancel, and look at once what came of it', async () => {
    wire.answer('cancel', () => ({ runs: [{ id, state: 'running' }] }));
    runs.put(run(1));
    await commands.execute(CommandIDs.cancelRun, { id });
    expect(wire.of('cancel').map(request => request.id)).toEqual([id]);
    expect(wire.of('changes').length).toBeGreaterThan(0);
  });

  it('say what a cancel does, where they are asked to', async () => {
    wire.answer('cancel', () => ({ runs: [{ id, state: 'running' }] }));
    runs.put(run(1));
    const stays = commands.execute(CommandIDs.cancelRun, { id, ask: true });
    await screen.findByText(/What the run has put out so far is kept/);
    fireEvent.click(screen.getByText('Let it run'));
    await stays;
    expect(wire.of('cancel')).toHaveLength(0);
    const ends = commands.execute(CommandIDs.cancelRun, { id, ask: true });
    fireEvent.click(await screen.findByText('Cancel the run'));
    await ends;
    expect(wire.of('cancel')).toHaveLength(1);
  });

  it('revoke a credential after a yes, while it lives', async () => {
    wire.answer('revokeLeases', () => ({ leases: [], not_before: null }));
    runs.put(run(1, { lease: lease({ state: 'CLOSED', end: 'expired' }) }));
    expect(commands.isEnabled(CommandIDs.revokeCredential, { id })).toBe(false);
    runs.put(run(1, { revision: 2, lease: lease({ state: 'VERIFYING' }) }));
    expect(commands.isEnabled(CommandIDs.revokeCredential, { id })).toBe(false);
    runs.put(run(1, { revision: 3, lease: lease({ state: 'ACTIVE' }) }));
    expect(commands.isEnabled(CommandIDs.revokeCredential, { id })).toBe(true);
    const kept = commands.execute(CommandIDs.revokeCredential, { id });
    await screen.findByText(/The run goes on without it/);
    fireEvent.click(screen.getByText('Keep it'));
    await kept;
    expect(wire.of('revokeLeases')).toHaveLength(0);
    const ends = commands.execute(CommandIDs.revokeCredential, { id });
    fireEvent.click(await screen.findByText('Revoke now'));
    await ends;
    expect(wire.of('revokeLeases').map(({ body }) => body)).toEqual([
      { ids: null, run: id, all: false }
    ]);
  });

  it('name what a deletion takes and what it leaves', async () => {
    runs.put(
      run(1, { state: 'failed', run_folder: '/w/x', output: '/home/d/n.ipynb' })
    );
    const kept = commands.execute(CommandIDs.deleteRun, { id });
    const words = await screen.findByText(/its folder \/w\/x/);
    expect(words.textContent).toContain('stays: /home/d/n.ipynb');
    fireEvent.click(screen.getByText('Keep'));
    await kept;
  });

  it('delete only after a yes', async () => {
    wire.answer('remove', () => ({ runs: [{ id, state: 'failed' }] }));
    runs.put(run(1, { state: 'failed' }));
    const kept = commands.execute(CommandIDs.deleteRun, { id });
    fireEvent.click(await screen.findByText('Keep'));
    await kept;
    expect(wire.of('remove')).toHaveLength(0);
    const gone = commands.execute(CommandIDs.deleteRun, { id });
    fireEvent.click(await screen.findByText('Delete'));
    await gone;
    expect(wire.of('remove').map(request => request.id)).toEqual([id]);
    expect(runs.get(id)).toBeUndefined();
  });

  it('say in words why they could not', async () => {
    wire.answer('result', () => refuse('not_found', 'The folder was removed.'));
    runs.put(run(1, { state: 'succeeded', output: '/x/wave.ipynb' }));
    const done = commands.execute(CommandIDs.openResult, { id });
    await waitFor(() =>
      expect(document.querySelector('.jp-Dialog')?.textContent).toContain(
        'The folder was removed.'
      )
    );
    const close = document.querySelector('.jp-Dialog-footer button');
    fireEvent.click(close ?? document.body);
    await done;
    expect(opened).toEqual([]);
  });
});

describe('more time for a run whose time ran out', () => {
  let wire: Wire;
  let runs: Runs;
  let commands: CommandRegistry;
  const { id } = run(1);
  const timedOut = run(1, {
    state: 'failed',
    reason: 'timeout',
    time_limit: 3600
  });
  beforeEach(() => {
    wire = new Wire();
    runs = new Runs(wire.api);
    commands = new CommandRegistry();
    addActionCommands({ api: wire.api, runs, commands, trans });
  });

  afterEach(() => {
    runs.dispose();
    Notification.manager.dismiss();
  });

  it.each([
    [7200, '2 h instead of 1 h'],
    [5400, '1 h 30 min instead of 1 h']
  ])('is asked for, and told: %i s', async (limit, words) => {
    wire.answer('rerun', () => run(2, { state: 'staged', time_limit: limit }));
    runs.put(timedOut);
    // A second press makes no second run.
    await Promise.all([
      commands.execute(CommandIDs.runLonger, { id }),
      commands.execute(CommandIDs.runLonger, { id })
    ]);
    expect(wire.of('rerun').map(({ body }) => body)).toEqual([
      { parameters: null, time_limit: 'more' }
    ]);
    expect(runs.get(run(2).id)?.time_limit).toBe(limit);
    const [{ message }] = Notification.manager.notifications;
    expect(message).toContain(words);
  });

  it('is refused in words where the target gives no more', async () => {
    wire.answer('rerun', () =>
      refuse('time_limit_exceeded', 'One hour at most.')
    );
    runs.put(timedOut);
    const refused = commands.execute(CommandIDs.runLonger, { id });
    await screen.findByText(/One hour at most\./);
    fireEvent.click(screen.getByText('Close'));
    await refused;
  });

  it('is offered for nothing else', () => {
    runs.put(run(1, { state: 'failed', reason: 'cell_error' }));
    expect(commands.isEnabled(CommandIDs.runLonger, { id })).toBe(false);
    expect(commands.isVisible(CommandIDs.runLonger, { id })).toBe(false);
    expect(commands.isEnabled(CommandIDs.runLonger)).toBe(false);
  });
});
