import type {
  Prepared,
  PrepareRequest,
  ResourceProblem,
  Run,
  Runtime,
  SubmitRequest
} from '@jupyterlab-batch/protocol';
import { configure, fireEvent, screen, waitFor } from '@testing-library/dom';
import userEvent from '@testing-library/user-event';

import { prepared, run, trans, Wire } from '../../__tests__/world';
import { startOf } from '../../runview/again';
import { choicesOf, NO_CHOICES } from '../choices';
import { remembered } from '../remembered';
import { RunDialog } from '../rundialog';
import { left, loaded, WAVE, workbench } from './bench';

configure({ asyncUtilTimeout: 8000, defaultHidden: true });
jest.setTimeout(60_000);

const VENV: Runtime = { kind: 'virtualenv', path: '/home/me/waves/.venv' };
const CONDA: Runtime = { kind: 'conda', path: '/opt/conda/envs/science' };

describe('whose Python a run has', () => {
  let wire: Wire;
  let world: Prepared;
  let opened: Promise<Run | null>;

  /** As server and broker: an environment without a `v` in its path is none. */
  const answer = ({ runtime }: PrepareRequest): Prepared => {
    const wanted = runtime === undefined ? world.runtime.wanted : runtime;
    const good = wanted?.path.includes('v') === true;
    const problem: ResourceProblem = {
      code: 'unusable_runtime',
      severity: 'error',
      message: `There is no ${wanted?.path}.`,
      resource: null
    };
    return {
      ...world,
      kernel: wanted && !good ? null : 'python3',
      kernels: good
        ? [{ name: 'torch', display_name: 'Torch', language: 'python' }]
        : world.kernels,
      runtime: {
        wanted,
        used:
          wanted && good
            ? {
                ...wanted,
                version: '3.12.1',
                python: `${wanted.path}/bin/python`
              }
            : null,
        known: [VENV, CONDA]
      },
      preflight: {
        ...world.preflight,
        problems: wanted && !good ? [problem] : []
      }
    };
  };

  beforeEach(() => {
    world = prepared();
    wire = new Wire()
      .answer('prepare', ({ body }) => answer(body as PrepareRequest))
      .answer('launch', () => run(1, { state: 'staged' }));
  });
  beforeAll(loaded, 240_000);
  afterEach(() => left(opened));

  const open = async () => {
    opened = new RunDialog(wire.api, workbench(), trans).open(WAVE);
    await screen.findByRole('group', { name: 'Parameters' });
  };
  const asked = () => wire.of('prepare').at(-1)?.body as PrepareRequest;
  const from = () => screen.getByLabelText<HTMLSelectElement>('Comes from');
  const choose = (value: string) =>
    fireEvent.change(from(), { target: { value } });
  const submit = () => screen.getByRole('button', { name: /Submit/ });

  it('is that of the server where nobody says otherwise', async () => {
    await open();
    expect(from().value).toBe('');
    expect(
      screen.getByText('the one that this is submitted from')
    ).toBeTruthy();
    fireEvent.click(submit());
    await opened;
    const order = wire.of('launch')[0].body as SubmitRequest;
    expect(order.runtime).toBeNull();
  });

  it('of an environment is one press away, with its kernels', async () => {
    await open();
    choose('virtualenv');
    expect(
      await screen.findByText('3.12.1 of /home/me/waves/.venv')
    ).toBeTruthy();
    const folder = screen.getByLabelText<HTMLInputElement>('Folder');
    expect(folder.value).toBe(VENV.path);
    expect([...folder.list!.options].map(({ value }) => value)).toEqual([
      VENV.path
    ]);
    const kernel = screen.getByLabelText<HTMLSelectElement>('Kernel');
    expect([...kernel.options].map(({ text }) => text)).toContain('Torch');
    fireEvent.click(submit());
    await opened;
    const order = wire.of('launch')[0].body as SubmitRequest;
    expect([order.runtime, order.target]).toEqual([VENV, 'local']);
  });

  it('that is not there is said beside it, and nothing is sent', async () => {
    await open();
    choose('conda');
    const name =
      await screen.findByLabelText<HTMLInputElement>('Folder or name');
    await userEvent.clear(name);
    await userEvent.type(name, 'sience');
    await waitFor(() => expect(name.getAttribute('aria-invalid')).toBe('true'));
    const told = document.getElementById(
      name.getAttribute('aria-describedby')!
    );
    expect([told?.textContent, told?.lang]).toEqual([
      'There is no sience.',
      'en'
    ]);
    // once, and nothing of kernels that nobody can know
    expect(screen.getAllByText('There is no sience.')).toHaveLength(1);
    fireEvent.click(submit());
    await waitFor(() => expect(document.activeElement).toBe(name));
    expect(wire.of('launch')).toHaveLength(0);
  });

  it('is what the notebook remembers, until it is said otherwise', async () => {
    world.inspection.runtime = { local: VENV, other: CONDA };
    world.runtime = { ...world.runtime, wanted: VENV };
    await open();
    expect(from().value).toBe('virtualenv');
    expect(asked()).not.toHaveProperty('runtime');
    choose('');
    await waitFor(() => expect(asked().runtime).toBeNull());
  });

  it('is that of the target where it has one, and as-is is then said', async () => {
    world.target = { ...world.target, runtime: CONDA };
    await open();
    expect(from().value).toBe('conda');
    choose('');
    await waitFor(() => expect(asked().runtime).toBeNull());
    const kept = (runtime: Record<string, Runtime | null>) =>
      remembered(undefined, world, { ...NO_CHOICES, runtime }, []).runtime;
    expect(kept({})).toBeUndefined();
    expect(kept({ local: null })).toEqual({ local: null });
  });

  it('is remembered by target, and forgotten by as-is', () => {
    const inspection = {
      ...prepared().inspection,
      runtime: { local: CONDA, other: CONDA }
    };
    const section = (runtime: Record<string, Runtime | null>) =>
      remembered(
        { runtime: inspection.runtime },
        prepared({ inspection }),
        { ...NO_CHOICES, runtime },
        []
      ).runtime;
    expect(section({})).toEqual(inspection.runtime);
    expect(section({ local: { kind: 'virtualenv', path: ' .venv ' } })).toEqual(
      { local: { kind: 'virtualenv', path: '.venv' }, other: CONDA }
    );
    expect(section({ local: null })).toEqual({ other: CONDA });
    expect(section({ local: { kind: 'conda', path: ' ' } })).toEqual({
      other: CONDA
    });
  });

  it('goes along with a re-run', () => {
    const used = { ...VENV, python: '/p', version: '3.9.1' };
    const chosen = { kernel: 'torch', exclude: [], include: [], outputs: [] };
    const start = (runtime: Run['runtime']) =>
      choicesOf(trans, startOf(run(1, { runtime }), chosen)).runtime;
    expect(start(used)).toEqual({ local: VENV });
    expect(start(null)).toEqual({ local: null });
  });
});
