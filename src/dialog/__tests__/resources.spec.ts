import type {
  Preflight,
  Prepared,
  PrepareRequest,
  ResourceField,
  Run,
  SubmitRequest
} from '@jupyterlab-batch/protocol';
import { configure, fireEvent, screen, waitFor } from '@testing-library/dom';
import userEvent from '@testing-library/user-event';

import { prepared, run, trans, Wire } from '../../__tests__/world';
import { shortTime } from '../../words/time';
import { RunDialog } from '../rundialog';
import { left, loaded, WAVE, workbench } from './bench';

configure({ asyncUtilTimeout: 8000, defaultHidden: true });
jest.setTimeout(60_000);

const field = (more: Partial<ResourceField>): ResourceField => ({
  name: 'nodes',
  kind: 'count',
  choices: [],
  default: null,
  max: null,
  ...more
});
const FIELDS: ResourceField[] = [
  field({
    name: 'partition',
    kind: 'choice',
    default: 'main',
    choices: ['main', 'gpu'].map(value => ({
      value,
      available: value === 'main',
      limits: { nodes: 2, cpus: 8, memory: 4000, gpus: 0, time: 3600 }
    }))
  }),
  field({ max: 2 }),
  field({ name: 'memory', kind: 'size', max: 4096 })
];

describe('the resources of a cluster in the dialog', () => {
  let wire: Wire;
  let world: Prepared;
  let opened: Promise<Run | null>;

  /** As the broker: it finds three nodes too many. */
  const preflight = ({ resources = {} }: PrepareRequest): Preflight => ({
    fields: FIELDS,
    resources,
    time_limit: 3600,
    starts_at: null,
    problems:
      resources.nodes === '3'
        ? [
            {
              code: 'resource_unavailable',
              severity: 'error',
              message: 'The partition main has 2 nodes at most.',
              resource: 'nodes'
            }
          ]
        : []
  });

  beforeEach(() => {
    const target = { ...prepared().target, name: 'cluster' };
    world = prepared({ target });
    wire = new Wire()
      .answer('prepare', ({ body }) => ({
        ...world,
        preflight: preflight(body as PrepareRequest)
      }))
      .answer('launch', () => run(1, { state: 'staged' }));
  });
  beforeAll(loaded, 240_000);
  afterEach(() => left(opened));

  const open = async () => {
    opened = new RunDialog(wire.api, workbench(), trans).open(WAVE);
    await screen.findByRole('group', { name: 'Parameters' });
  };
  const asked = () =>
    (wire.of('prepare').at(-1)?.body as PrepareRequest).resources;
  const submit = () => screen.getByRole('button', { name: /Submit/ });

  it('are chosen, checked as they are typed, and go with the run', async () => {
    await open();
    const partition = screen.getByLabelText<HTMLSelectElement>('Partition');
    expect([...partition.options].map(({ text }) => text)).toEqual([
      'the default: main',
      'main (2 nodes, 8 CPUs, 4,000 MiB, at most 1 h)',
      'gpu (2 nodes, 8 CPUs, 4,000 MiB, at most 1 h, starts no jobs now)'
    ]);
    // jsdom has no ranges to select by the mouse
    fireEvent.change(partition, { target: { value: 'gpu' } });
    const nodes = screen.getByLabelText('Nodes');
    expect(nodes.getAttribute('inputmode')).toBe('numeric');
    await userEvent.type(nodes, '3');
    await waitFor(() =>
      expect(nodes.getAttribute('aria-invalid')).toBe('true')
    );
    const told = document.getElementById(
      nodes.getAttribute('aria-describedby')!
    );
    expect(told?.textContent).toBe('The partition main has 2 nodes at most.');
    expect(told?.lang).toBe('en');

    fireEvent.click(submit());
    await waitFor(() => expect(document.activeElement).toBe(nodes));
    expect(wire.of('launch')).toHaveLength(0);

    await userEvent.clear(nodes);
    await userEvent.type(nodes, '2');
    await waitFor(() =>
      expect(asked()).toEqual({ partition: 'gpu', nodes: '2' })
    );
    fireEvent.click(submit());
    expect(await opened).not.toBeNull();
    const order = wire.of('launch')[0].body as SubmitRequest;
    expect(order.resources).toEqual({ partition: 'gpu', nodes: '2' });
    expect(order.target).toBe('cluster');
  });

  it('begin with what the notebook remembers of this target', async () => {
    world.inspection.resources = {
      cluster: { memory: '2G' },
      other: { nodes: '9' }
    };
    await open();
    expect(
      screen.getByLabelText<HTMLInputElement>('Memory per node').value
    ).toBe('2G');
    expect(screen.getByText('Memory per node: 2G')).toBeTruthy();
    // taken back: said, or the notebook's own would count
    await userEvent.clear(screen.getByLabelText('Memory per node'));
    await waitFor(() => expect(asked()).toEqual({ memory: '' }));
  });

  it('leave no more time than the partition does', async () => {
    await open();
    const limit = screen.getByLabelText<HTMLInputElement>('Time limit');
    expect(limit.placeholder).toBe('1 h');
    await userEvent.type(limit, '2h');
    expect(await screen.findByText('At most 1 h here.')).toBeTruthy();
  });

  it('say when the cluster would start the run, and what it refuses', async () => {
    const told = {
      code: 'target_refused',
      severity: 'error',
      message: 'The cluster would refuse the run: no.',
      resource: null
    } as const;
    const startsAt = new Date(Date.now() + 3_600_000);
    wire.answer('prepare', ({ body }) => ({
      ...world,
      preflight: {
        ...preflight(body as PrepareRequest),
        starts_at: startsAt.toISOString(),
        problems: (body as PrepareRequest).time_limit === 60 ? [told] : []
      }
    }));
    await open();
    expect(
      screen.getByText(
        `would start at about ${shortTime(startsAt.toISOString(), new Date())}`,
        {
          exact: false
        }
      )
    ).toBeTruthy();
    await userEvent.type(screen.getByLabelText('Time limit'), '1m');
    expect(await screen.findByText(told.message)).toBeTruthy();
    fireEvent.click(submit());
    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByLabelText('Run on'))
    );
    expect(wire.of('launch')).toHaveLength(0);
  });

  it('are not there where there is nothing to choose', async () => {
    wire.answer('prepare', () => prepared());
    await open();
    expect(document.querySelector('[data-fold="resources"]')).toBeNull();
  });
});
