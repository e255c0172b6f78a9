import { type Prepared, type SubmitRequest } from '@jupyterlab-batch/protocol';

import {
  parameter,
  prepared,
  refuse,
  run,
  trans,
  Wire
} from '../../__tests__/world';
import type { INotebookSource } from '../../tokens';
import { Session } from '../session';

const source: INotebookSource = {
  name: 'wave.ipynb',
  path: 'waves/wave.ipynb',
  content: () => ({ cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 }),
  showCell: null,
  edits: null
};

describe('Session, beyond values', () => {
  let wire: Wire;
  let session: Session;
  let world: Prepared;

  beforeEach(async () => {
    world = prepared();
    wire = new Wire()
      .answer('prepare', () => world)
      .answer('launch', () => run(1, { state: 'staged' }));
    session = new Session({ api: wire.api, source, trans, patience: 0 });
    await session.prepare();
  });

  afterEach(() => {
    session.dispose();
  });

  const sent = () => wire.of('launch').at(-1)?.body as SubmitRequest;
  const row = (name: string) => {
    const found = session.state.rows.find(
      each => each.declaration.name === name
    );
    if (!found) {
      throw new Error(`no row ${name}`);
    }
    return found;
  };

  it('takes the values of an earlier run, each as an edit', async () => {
    wire.answer('list', request => {
      expect(request.query.get('notebook')).toBe('/home/me/waves/wave.ipynb');
      return {
        runs: [
          run(1, {
            parameters: [
              parameter({ name: 'AMP', text: '4.5' }),
              parameter({ name: 'WID', text: '20.0' }),
              parameter({ name: 'steps', type: 'int', text: '200' }),
              parameter({ name: 'GONE', text: '1.0' }),
              parameter({ name: 'E', text: 'AMP * 2', expression: true })
            ]
          })
        ],
        next: null
      };
    });
    const [earlier] = await session.filling.earlierRuns();
    session.filling.takeValues(earlier);
    // What is the chain's own value is no edit; what was a parameter is one again.
    expect(session.state.choices).toMatchObject({
      edits: { AMP: '4.5' },
      ticked: ['steps']
    });
    expect(session.state.filled).toEqual({
      taken: ['AMP', 'WID', 'steps'],
      pinned: [],
      unknown: ['GONE'],
      remarks: []
    });
    session.resetAll();
    expect(session.state.choices.edits).toEqual({});
    expect(session.state.filled).toBeNull();
  });

  it('takes lines as the server reads them, but nothing that is pinned', async () => {
    world.parameters[1] = parameter({ name: 'WID', layer: 'admin' });
    await session.prepare();
    wire.answer('values', request => {
      expect(request.body).toMatchObject({ name: 'lines', text: 'AMP=4\nX=1' });
      return {
        values: [
          { name: 'AMP', text: '4', origin: 'lines:1' },
          { name: 'WID', text: '9', origin: 'lines:2' }
        ],
        problems: [
          {
            code: 'unknown_parameter',
            severity: 'warning',
            message: 'no X',
            parameter: 'X',
            origin: 'lines:2'
          }
        ]
      };
    });
    await session.filling.readValues('lines', 'AMP=4\nX=1');
    expect(session.state.choices.edits).toEqual({ AMP: '4' });
    expect(session.state.filled).toEqual({
      taken: ['AMP'],
      pinned: ['WID'],
      unknown: [],
      remarks: ['no X']
    });
  });

  it('says what is wrong with a file, and keeps what was typed', async () => {
    session.setText('AMP', '4');
    wire.answer('values', () =>
      refuse('malformed_file', 'a.toml:1 is not TOML')
    );
    await session.filling.importFile('a.toml', () => Promise.resolve('AMP ='));
    expect(session.state.filled?.remarks).toEqual(['a.toml:1 is not TOML']);
    expect(session.state.choices.edits).toEqual({ AMP: '4' });
  });

  it('leaves a file behind, takes it back, and takes along what was ignored', async () => {
    session.exclude('data', true);
    session.exclude('notes.txt', true);
    session.exclude('notes.txt', false);
    session.include('data/small.csv');
    session.include('run.log');
    session.exclude('big.h5', true);
    await session.submit();
    expect(sent()).toMatchObject({
      exclude: ['big.h5'],
      include: ['data/small.csv', 'run.log']
    });
  });

  it('sends the outputs that were edited, and no line that is still empty', async () => {
    await session.submit();
    expect(sent().outputs).toBeNull();
    session.note({
      outputs: [
        { glob: 'eta.npy', min_bytes: 1 },
        { glob: ' ', min_bytes: 1 }
      ]
    });
    await session.submit();
    expect(sent().outputs).toEqual([{ glob: 'eta.npy', min_bytes: 1 }]);
  });

  it('asks again by itself while the server is away, and loses no edit', async () => {
    session.dispose();
    session = new Session({
      api: wire.api,
      source,
      trans,
      patience: 0,
      comeback: 1
    });
    await session.prepare();
    session.setText('AMP', '4');
    wire.answer('prepare', () => refuse('broker_unreachable', 'Nobody there.'));
    await session.prepare();
    expect(session.state.problem?.code).toBe('broker_unreachable');
    expect(session.state.awaySince).toBeInstanceOf(Date);
    expect(row('AMP').text).toBe('4');

    const back = new Promise<void>(resolve => {
      session.changed.connect(() => {
        if (session.state.problem === null && session.state.phase === 'ready') {
          resolve();
        }
      });
    });
    wire.answer('prepare', () => world);
    await back;
    expect(session.state.awaySince).toBeNull();
    expect(session.state.choices.edits).toEqual({ AMP: '4' });
  });

  it('says that a run may have been accepted, until it is known', async () => {
    const keys = () =>
      wire.of('launch').map(({ headers }) => headers['Idempotency-Key']);
    wire.answer('launch', () => refuse('broker_unreachable', 'Lost.'));
    await session.submit();
    expect(session.state.uncertain).toBe(true);

    // Edited since: the broker knows that it was accepted as it was.
    session.setText('AMP', '4');
    wire.answer('launch', () => refuse('idempotency_mismatch', 'Twice.'));
    await session.submit();
    expect(session.state.uncertain).toBe(false);
    wire.answer('launch', () => run(2));
    expect(await session.submit()).toMatchObject({ id: run(2).id });
    expect(keys()[1]).toBe(keys()[0]);
    expect(keys()[2]).not.toBe(keys()[0]);
  });
});
