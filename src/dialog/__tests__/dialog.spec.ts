import type { Prepared, Run, SubmitRequest } from '@jupyterlab-batch/protocol';
import { Notification } from '@jupyterlab/apputils';
import {
  configure,
  fireEvent,
  screen,
  waitFor,
  within
} from '@testing-library/dom';
import userEvent from '@testing-library/user-event';

import {
  declaration,
  parameter,
  prepared,
  refuse,
  run,
  trans,
  Wire
} from '../../__tests__/world';
import type { INotebookSource } from '../../tokens';
import { RunDialog } from '../rundialog';
import { left, loaded, WAVE, workbench } from './bench';

// jsdom has no top layer: a modal dialog counts as hidden there.
configure({ asyncUtilTimeout: 8000, defaultHidden: true });
jest.setTimeout(60_000);

describe('the dialog', () => {
  let wire: Wire;
  let world: Prepared;
  let shown: number[];
  let opened: Promise<Run | null>;
  let dialogs: RunDialog;
  let source: INotebookSource;

  const open = async () => {
    opened = dialogs.open(source);
    await screen.findByText('Run as batch: wave.ipynb');
  };
  const openReady = async () => {
    await open();
    await screen.findByRole('group', { name: 'Parameters' });
    // The dialog goes to what needs attention two frames after it was drawn.
    for (let frame = 0; frame < 3; frame += 1) {
      await new Promise(resolve => requestAnimationFrame(resolve));
    }
  };
  /** The input of a parameter; chips and buttons of its row bear its name too. */
  const field = (name: string): HTMLInputElement => {
    const found = screen
      .getAllByLabelText(name)
      .find(each => each.matches('input, select, textarea'));
    expect(found).toBeDefined();
    return found as HTMLInputElement;
  };
  const rowOf = (name: string) => {
    const found = document.querySelector<HTMLElement>(
      `[data-parameter-row="${name}"]`
    );
    if (!found) {
      throw new Error(`no row ${name}`);
    }
    return found;
  };
  const submit = () => screen.getByRole('button', { name: /Submit/ });
  const sent = () => wire.of('launch').at(-1)?.body as SubmitRequest;

  beforeEach(() => {
    world = prepared();
    shown = [];
    wire = new Wire()
      .answer('prepare', () => world)
      .answer('launch', () => run(1, { state: 'staged' }));
    dialogs = new RunDialog(wire.api, workbench(), trans);
    source = { ...WAVE, showCell: cell => shown.push(cell) };
  });

  beforeAll(loaded, 240_000);
  afterEach(() => left(opened));

  it('goes by one Enter when nothing needs attention', async () => {
    await openReady();
    await waitFor(() => expect(document.activeElement).toBe(submit()));
    await userEvent.keyboard('{Enter}');
    expect(await opened).toMatchObject({ id: run(1).id });
    expect(sent().overrides).toEqual({});
    expect(document.querySelector('.jp-Dialog')).toBeNull();
  });

  it('is not opened a second time by an impatient press', async () => {
    const first = open();
    expect(await dialogs.open(source)).toBeNull();
    await first;
    fireEvent.keyDown(document.querySelector('.jp-Dialog')!, { key: 'Escape' });
    expect(await opened).toBeNull();
    expect(document.querySelector('.jp-Dialog')).toBeNull();
    expect(wire.of('prepare')).toHaveLength(1);
  });

  it('takes the keys from the notebook as soon as it is there', async () => {
    const seen = new Promise<boolean>(resolve => {
      new MutationObserver((_, observer) => {
        const dialog = document.querySelector('.jp-Dialog');
        if (dialog) {
          observer.disconnect();
          resolve(dialog.contains(document.activeElement));
        }
      }).observe(document.body, { childList: true });
    });
    await open();
    expect(await seen).toBe(true);
  });

  it('does not lose a run that is accepted while it is being left', async () => {
    let accept: (taken: Run) => void = () => undefined;
    wire.answer('launch', () => new Promise(resolve => (accept = resolve)));
    await openReady();
    await userEvent.click(submit());
    await waitFor(() => expect(wire.of('launch')).toHaveLength(1));
    await userEvent.keyboard('{Escape}');
    accept(run(1, { state: 'staged' }));
    expect(await opened).toMatchObject({ id: run(1).id });
    expect(document.querySelector('.jp-Dialog')).toBeNull();
  });

  it('labels each field by the parameter, and checks as one types', async () => {
    await openReady();
    const input = field('AMP');
    await userEvent.clear(input);
    await userEvent.type(input, '9');
    expect(input.getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByText(/not above 5/)).toBeTruthy();
    await userEvent.clear(input);
    await userEvent.type(input, '4{Enter}');
    expect(await opened).not.toBeNull();
    expect(sent().overrides).toEqual({ AMP: '4' });
  });

  it('does not submit a wrong value, says why and goes there', async () => {
    await openReady();
    const input = field('WID');
    await userEvent.clear(input);
    await userEvent.type(input, 'wide');
    await userEvent.click(submit());
    await waitFor(() => expect(document.activeElement).toBe(input));
    expect(document.querySelector('.jp-Batch-status')?.textContent).toMatch(
      /^Submit waits: WID: expects a number/
    );
    expect(wire.of('launch')).toHaveLength(0);
  });

  it('begins at what needs attention', async () => {
    world.kernel = null;
    await open();
    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByLabelText('Kernel'))
    );
  });

  it('shows the source, and behind it what it hides, by keyboard', async () => {
    await openReady();
    const row = rowOf('AMP');
    const chip = within(row).getByTitle('Where this value comes from');
    expect(chip.textContent).toBe('environmentFUNWAVE_AMP');
    chip.focus();
    await userEvent.keyboard('{Enter}');
    expect(chip.getAttribute('aria-expanded')).toBe('true');
    expect(
      within(row)
        .getAllByRole('listitem')
        .map(item => item.textContent)
    ).toEqual([
      'environmentFUNWAVE_AMP3.5in force',
      'local filewave.params.*, jupyterlab-batch.*–',
      'settings file$FUNWAVE_SETTINGS–',
      'home file~/.funwave.*–',
      'notebookcell 23.0hidden'
    ]);
    expect(wire.of('launch')).toHaveLength(0);
  });

  it('marks an edit and takes it back', async () => {
    await openReady();
    const row = rowOf('AMP');
    const input = field('AMP');
    await userEvent.type(input, '1');
    expect(within(row).getByText('edited')).toBeTruthy();
    await userEvent.click(
      within(row).getByRole('button', { name: 'Reset AMP to 3.5' })
    );
    expect(input.value).toBe('3.5');
    expect(within(row).queryByText('edited')).toBeNull();
  });

  it('has the input that fits each type', async () => {
    world.inspection.parameters = [
      declaration({ name: 'flag', type: 'bool' }),
      declaration({
        name: 'kind',
        type: 'enum',
        choices: [
          { type: 'str', text: 'a' },
          { type: 'str', text: 'b' }
        ]
      }),
      declaration({ name: 'day', type: 'date' }),
      declaration({ name: 'items', type: 'list' }),
      declaration({ name: 'n', type: 'int' })
    ];
    world.parameters = [
      parameter({ name: 'flag', type: 'bool', text: 'true' }),
      parameter({ name: 'kind', type: 'enum', text: 'a' }),
      parameter({ name: 'day', type: 'date', text: '2026-11-23' }),
      parameter({ name: 'items', type: 'list', text: '[1]' }),
      parameter({ name: 'n', type: 'int', text: '3' })
    ];
    await openReady();
    fireEvent.click(field('flag'));
    fireEvent.change(field('kind'), { target: { value: 'b' } });
    fireEvent.change(field('day'), {
      target: { value: '2026-12-24' }
    });
    fireEvent.change(field('items'), {
      target: { value: '[1, 2]' }
    });
    fireEvent.change(field('n'), { target: { value: '4' } });
    fireEvent.click(submit());
    expect(await opened).not.toBeNull();
    expect(sent().overrides).toEqual({
      flag: 'false',
      kind: 'b',
      day: '2026-12-24',
      items: '[1, 2]',
      n: '4'
    });
  });

  it('keeps everything when the server refuses, and says what to do', async () => {
    wire.answer('launch', () =>
      refuse('disk_full', 'Free some space in /work, then submit again.')
    );
    await openReady();
    await userEvent.type(screen.getByLabelText('Label'), 'mine');
    await userEvent.click(submit());
    const alert = await screen.findByRole('alert');
    expect(alert.dataset.code).toBe('disk_full');
    expect(alert.textContent).toContain('Free some space in /work');
    expect(screen.getByLabelText<HTMLInputElement>('Label').value).toBe('mine');
  });

  it('says in its row what changed meanwhile', async () => {
    wire.answer('launch', () => {
      world = prepared();
      world.parameters[1] = parameter({ name: 'WID', text: '21.0' });
      return refuse('values_changed', 'WID is 21.0 now.');
    });
    await openReady();
    await userEvent.click(submit());
    const row = rowOf('WID');
    expect(
      await within(row).findByText(
        'Changed: was 20.0 (cell 2), now 21.0 (cell 2)'
      )
    ).toBeTruthy();
  });

  it('leaves for a cell and comes back as it was', async () => {
    world.inspection.lints = [
      {
        code: 'input_call',
        severity: 'warning',
        message: 'Cell 5 calls input().',
        cell: 4,
        line: 1,
        parameter: null
      }
    ];
    await openReady();
    await userEvent.type(field('AMP'), '1');
    await userEvent.click(screen.getByRole('button', { name: 'Show cell' }));
    expect(await opened).toBeNull();
    expect(shown).toEqual([4]);
    await openReady();
    expect(field('AMP').value).toBe('3.51');
  });

  it('keeps what was typed when it is left by Escape, and can begin anew', async () => {
    const leave = () =>
      fireEvent.keyDown(document.querySelector('.jp-Dialog')!, {
        key: 'Escape'
      });
    const kept = 'What you chose the last time is here again.';
    await openReady();
    expect(screen.queryByText(kept)).toBeNull();
    await userEvent.type(field('AMP'), '1');
    leave();
    expect(await opened).toBeNull();
    const [said] = Notification.manager.notifications;
    expect(said.message).toContain('What you chose for wave.ipynb is kept');

    await openReady();
    expect(screen.getByText(kept)).toBeTruthy();
    expect(field('AMP').value).toBe('3.51');
    await userEvent.click(screen.getByRole('button', { name: 'Begin anew' }));
    expect(field('AMP').value).toBe('3.5');
    expect(screen.queryByText(kept)).toBeNull();

    // Nothing of one's own: nothing to keep, and nothing to say.
    Notification.dismiss();
    leave();
    expect(await opened).toBeNull();
    expect(Notification.manager.count).toBe(0);
  });

  it('throws away what was typed when Cancel says so', async () => {
    await openReady();
    await userEvent.type(field('AMP'), '1');
    await userEvent.click(
      document.querySelector('.jp-Dialog-footer .jp-mod-reject')!
    );
    expect(await opened).toBeNull();
    await openReady();
    expect(field('AMP').value).toBe('3.5');
  });

  it('lets Submit say why it waits, whatever the notebook risks', async () => {
    world.inspection.lints = [
      {
        code: 'input_call',
        severity: 'error',
        message: 'Cell 5 calls input().',
        cell: 4,
        line: 1,
        parameter: null
      }
    ];
    await openReady();
    await userEvent.type(field('AMP'), '1');
    expect(submit().hasAttribute('disabled')).toBe(false);
  });

  it('is not closed by a slip of the mouse beside it', async () => {
    await openReady();
    const backdrop = document.querySelector('.jp-Dialog');
    fireEvent.mouseDown(backdrop ?? document);
    fireEvent.click(backdrop ?? document);
    expect(document.querySelector('.jp-Dialog')).not.toBeNull();
  });

  it('says why there is nothing to show, and looks again', async () => {
    wire.answer('prepare', () =>
      refuse('nothing_to_run', 'Add a code cell to wave.ipynb.')
    );
    await open();
    expect((await screen.findByRole('alert')).textContent).toContain(
      'Add a code cell'
    );
    wire.answer('prepare', () => world);
    await userEvent.click(screen.getByRole('button', { name: 'Look again' }));
    await waitFor(() => expect(field('AMP')).toBeTruthy());
  });

  it('says the plan in one line and asks before a large one', async () => {
    world.plan = {
      ...world.plan,
      linked: [{ path: 'data/bathy.h5', bytes: 9e9 }],
      ask: 'too_many'
    };
    await openReady();
    expect(
      screen.getByText(
        'snapshot of project "waves": 14 files, 3.4 MB; bathy.h5 9 GB linked'
      )
    ).toBeTruthy();
    await userEvent.click(submit());
    expect(wire.of('launch')).toHaveLength(0);
    await userEvent.click(screen.getByLabelText(/Copy 14 files/));
    await userEvent.click(submit());
    expect(await opened).not.toBeNull();
    expect(sent().confirmed).toBe(true);
  });
});
