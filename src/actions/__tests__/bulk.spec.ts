import { fireEvent, screen, waitFor } from '@testing-library/dom';
import { CommandRegistry } from '@lumino/commands';

import { refuse, run, trans, Wire } from '../../__tests__/world';
import { Runs } from '../../runs/runs';
import { CommandIDs } from '../../tokens';
import { addBulkCommands } from '../bulk';

describe('actions on several runs', () => {
  let wire: Wire;
  let runs: Runs;
  let commands: CommandRegistry;
  const ids = [1, 2, 3].map(n => run(n).id);
  const question = (title: string) =>
    waitFor(() => {
      const words = document.querySelector('.jp-Dialog')?.textContent ?? '';
      expect(words).toContain(title);
      expect(words).toContain('stay');
      return words;
    });

  beforeEach(() => {
    wire = new Wire()
      .answer('changes', () => ({ revision: 0, changes: [], reset: false }))
      .answer('list', () => ({ runs: [], next: null }));
    runs = new Runs(wire.api);
    commands = new CommandRegistry();
    addBulkCommands({ api: wire.api, runs, commands, trans });
    runs.put(run(1, { label: 'study' }));
    runs.put(run(2, { state: 'failed' }));
    runs.put(run(3, { state: 'succeeded' }));
  });

  afterEach(() => {
    runs.dispose();
  });

  it('count the runs that they fit', () => {
    const label = (command: string) => commands.label(command, { ids });
    expect(label(CommandIDs.rerunRuns)).toBe('Run again (3)');
    expect(label(CommandIDs.cancelRuns)).toBe('Cancel (1)');
    expect(label(CommandIDs.deleteRuns)).toBe('Delete (2)');
    const one = { ids: [run(1).id, 'unknown'] };
    expect(commands.isEnabled(CommandIDs.deleteRuns, one)).toBe(false);
    expect(commands.isEnabled(CommandIDs.deleteRuns)).toBe(false);
  });

  it('say what goes and what stays, and do nothing without a yes', async () => {
    const done = commands.execute(CommandIDs.deleteRuns, { ids });
    const words = await question('Delete 2 runs?');
    expect(words).toContain('what was delivered beside them, stay');
    expect(words).toContain('1 chosen run has not ended and stays');
    fireEvent.click(screen.getByText('Keep as they are'));
    await done;
    expect(wire.of('remove')).toHaveLength(0);
  });

  it('delete what has ended, and name what could not be deleted', async () => {
    wire.answer('remove', ({ id }) =>
      id === run(2).id
        ? refuse('run_active', 'It is still being written.')
        : { runs: [{ id, state: 'succeeded' }] }
    );
    const done = commands.execute(CommandIDs.deleteRuns, { ids });
    await question('Delete 2 runs?');
    fireEvent.click(screen.getByText('Delete'));
    expect(await screen.findByText(/It is still being written/)).toBeTruthy();
    expect(await screen.findByText('1 run could not be deleted')).toBeTruthy();
    fireEvent.click(screen.getByText('Close'));
    await done;
    expect(wire.of('remove').map(({ id }) => id)).toEqual(
      [2, 3].map(n => run(n).id)
    );
    expect(runs.get(run(3).id)).toBeUndefined();
    expect(runs.get(run(2).id)).toBeDefined();
  });

  it('cancel those that have not ended', async () => {
    wire.answer('cancel', ({ id }) => ({ runs: [{ id, state: 'running' }] }));
    const done = commands.execute(CommandIDs.cancelRuns, { ids });
    expect(await question('Cancel 1 run?')).toContain('wave.ipynb (study)');
    fireEvent.click(screen.getByText('Cancel runs'));
    await done;
    expect(wire.of('cancel').map(({ id }) => id)).toEqual([run(1).id]);
  });

  it('submit them again as they were, and list the new ones', async () => {
    wire.answer('rerun', ({ id }) => run(Number(id.slice(-1)) + 10));
    const done = commands.execute(CommandIDs.rerunRuns, { ids });
    await question('Run 3 runs again?');
    fireEvent.click(screen.getByText('Run again'));
    await done;
    expect(wire.of('rerun').map(({ body }) => body)).toEqual(
      ids.map(() => ({ parameters: null }))
    );
    expect(runs.get(run(13).id)).toBeDefined();
  });
});
