import type { PrepareRequest } from '@jupyterlab-batch/protocol';
import { Signal } from '@lumino/signaling';
import { configure, fireEvent, screen } from '@testing-library/dom';

import { prepared, refuse, trans, Wire } from '../../__tests__/world';
import { DEFAULTS } from '../../settings/settings';
import type { IBatchSettings, INotebookSource } from '../../tokens';
import { beginning } from '../beginning';
import { NO_CHOICES } from '../choices';
import { RunDialog } from '../rundialog';
import { Session } from '../session';
import { workbench } from './bench';

// jsdom has no top layer: a modal dialog counts as hidden there.
configure({ asyncUtilTimeout: 8000, defaultHidden: true });
jest.setTimeout(60_000);

const settings = (target: string | null): IBatchSettings => ({
  current: {
    ...DEFAULTS,
    target,
    filesMode: 'in-place',
    deliverTo: '~/results'
  },
  ready: Promise.resolve(),
  changed: new Signal<IBatchSettings, void>({} as IBatchSettings)
});

const source: INotebookSource = {
  name: 'wave.ipynb',
  path: 'waves/wave.ipynb',
  content: () => null,
  showCell: null,
  edits: null
};

describe('a new dialog', () => {
  let wire: Wire;
  let session: Session | null;

  /** Of a site that has only this machine and a cluster. */
  beforeEach(() => {
    session = null;
    wire = new Wire().answer('prepare', ({ body }) => {
      const { target } = body as PrepareRequest;
      return target === 'moon'
        ? refuse('unknown_target', 'There is local and cluster.')
        : prepared();
    });
  });

  afterEach(() => session?.dispose());

  const asked = () =>
    wire.of('prepare').map(({ body }) => (body as PrepareRequest).target);

  const open = async (target: string | null) => {
    const fresh = beginning(settings(target));
    session = new Session({ api: wire.api, source, trans, fresh });
    await session.prepare();
    return { session, fresh };
  };

  it('begins with what the user set, and asks for nothing else', async () => {
    const { session } = await open('cluster');
    expect(session.state.choices).toEqual({
      ...NO_CHOICES,
      target: 'cluster',
      filesMode: 'in-place',
      deliverTo: '~/results'
    });
    expect(session.state.resumed).toBe(false);
    expect(wire.requests.map(({ name }) => name)).toEqual(['prepare']);
    expect(beginning(null).choices).toEqual(NO_CHOICES);
  });

  it('passes over a target that was in the configuration once', async () => {
    const { session, fresh } = await open('moon');
    expect(asked()).toEqual(['moon', null]);
    expect(session.state.prepared).not.toBeNull();
    expect(session.state.problem).toBeNull();
    // Nothing that the user has changed, and would find again.
    expect(session.state.choices).toEqual(fresh.choices);
  });

  it('moves no run to another target behind the user', async () => {
    const { session } = await open('cluster');
    wire.answer('prepare', () => refuse('unknown_target', 'There is local.'));
    await session.prepare();
    expect(session.state.problem?.code).toBe('unknown_target');
    expect(session.state.choices.target).toBe('cluster');
    expect(await session.submit()).toBeNull();
  });

  it('bears a lost server', async () => {
    wire.answer('prepare', () => refuse('broker_unreachable', 'Away.'));
    const { session } = await open('cluster');
    expect(session.state.problem?.code).toBe('broker_unreachable');
    expect(session.state.choices.target).toBe('cluster');
  });

  it('shows at once, whatever the server takes its time for', async () => {
    const never = () => new Promise<never>(() => undefined);
    wire.answer('prepare', never).answer('targets', never);
    const dialog = new RunDialog(
      wire.api,
      workbench(),
      trans,
      settings('cluster')
    );
    const opened = dialog.open(source);
    expect(await screen.findByText('Looking at the notebook…')).toBeTruthy();
    fireEvent.keyDown(document.querySelector('.jp-Dialog')!, { key: 'Escape' });
    expect(await opened).toBeNull();
  });
});
