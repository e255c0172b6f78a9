import {
  type Prepared,
  type PrepareRequest,
  type SubmitRequest
} from '@jupyterlab-batch/protocol';
import { waitFor } from '@testing-library/dom';

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
import { Session } from '../session';

const source: INotebookSource = {
  name: 'wave.ipynb',
  path: 'waves/wave.ipynb',
  content: () => ({ cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 }),
  showCell: null,
  edits: null
};

describe('Session', () => {
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

  it('looks again when what was wrong is taken back', async () => {
    const wrong: Prepared = {
      ...world,
      problems: [
        {
          code: 'invalid_value',
          severity: 'error',
          message: 'AMP is no number',
          parameter: 'AMP',
          origin: null
        }
      ]
    };
    wire.answer('prepare', ({ body }) =>
      (body as PrepareRequest).overrides.AMP === 'abc' ? wrong : world
    );
    session.setText('AMP', 'abc');
    await session.prepare();
    expect(session.state.prepared).toEqual(wrong);
    session.reset('AMP');
    await waitFor(() => expect(session.state.prepared).toEqual(world));
    const looks = wire.of('prepare').length;
    session.note({ outputs: [] });
    await waitFor(() => expect(wire.of('prepare')).toHaveLength(looks + 1));
  });

  it('sends exactly what is on screen', async () => {
    session.setText('AMP', '4');
    session.note({ label: ' study ' });
    session.choose({ timeLimit: '90m' });
    expect(await session.submit()).toMatchObject({ id: run(1).id });
    expect(sent()).toMatchObject({
      path: 'waves/wave.ipynb',
      overrides: { AMP: '4' },
      kernel: 'python3',
      target: 'local',
      files_mode: 'snapshot',
      label: 'study',
      time_limit: 5400,
      plan_id: 'plan-1',
      confirmed: false
    });
    // Canonical: the server resolves `4` to `4.0`, and must not find a change.
    expect(sent().shown).toEqual([
      { name: 'AMP', text: '4.0' },
      { name: 'WID', text: '20.0' },
      { name: 'steps', text: '200' }
    ]);
  });

  it('sends where results go, and waits for a folder that does', async () => {
    session.choose({ deliverTo: ' ../out ' });
    await session.prepare();
    expect(wire.of('prepare').at(-1)?.body).toMatchObject({
      deliver_to: '../out'
    });
    world = prepared({
      problems: [
        {
          code: 'delivery_unwritable',
          severity: 'error',
          message: 'there is no such folder',
          parameter: null,
          origin: '../out'
        }
      ]
    });
    await session.prepare();
    expect(session.state.attention).toEqual([
      { field: 'deliver-to', message: 'there is no such folder', lang: 'en' }
    ]);
    expect(await session.submit()).toBeNull();
    expect(wire.of('launch')).toEqual([]);
    world = prepared();
    session.choose({ deliverTo: '' });
    await session.submit();
    expect(sent().deliver_to).toBeNull();
  });

  it('forgets an edit that is the value of the chain again', () => {
    session.setText('AMP', '4');
    expect(row('AMP').edited).toBe(true);
    session.setText('AMP', '3.5');
    expect(row('AMP').edited).toBe(false);
  });

  it('goes back to the chain, below an edit that the server saw', async () => {
    session.setText('AMP', '4');
    world = prepared({
      parameters: [
        parameter({
          name: 'AMP',
          text: '4.0',
          layer: 'override',
          origin: 'dialog',
          shadowed: [
            { text: '3.5', layer: 'environment', origin: 'FUNWAVE_AMP' },
            { text: '3.0', layer: 'notebook', origin: 'cell 2' }
          ]
        })
      ]
    });
    await session.prepare();
    session.reset('AMP');
    expect(row('AMP').text).toBe('3.5');
    expect(row('AMP').chain).toMatchObject({
      layer: 'environment',
      shadowed: [{ text: '3.0' }]
    });
  });

  it.each([
    ['AMP', '9', /not above 5/],
    ['AMP', 'four', /number/],
    ['AMP', '', /number/],
    ['WID', '1e400', /number/]
  ])('holds back %s = %j', async (name, text, why) => {
    session.setText(name, text);
    expect(await session.submit()).toBeNull();
    expect(wire.of('launch')).toHaveLength(0);
    expect(session.state.attention[0].field).toBe(`parameter:${name}`);
    expect(session.state.attention[0].message).toMatch(why);
    expect(session.state.held).toBe(true);
  });

  it('takes a suggested name when it is edited', async () => {
    session.setText('steps', '300');
    expect(row('steps').included).toBe(true);
    await session.submit();
    expect(sent()).toMatchObject({
      ticked: ['steps'],
      overrides: { steps: '300' }
    });
  });

  it('does not check a suggested name that is not ticked', () => {
    world.parameters[2].text = 'not a number';
    session.note({});
    expect(session.state.attention).toEqual([]);
  });

  it('asks for a type, and then for a value', async () => {
    world.inspection.parameters = [declaration({ name: 'X', type: null })];
    world.parameters = [];
    await session.prepare();
    expect(session.state.attention[0].message).toContain('pick a type');
    session.setType('X', 'int');
    expect(session.state.attention[0].message).toContain('needs a value');
    session.setText('X', '3');
    await session.submit();
    expect(sent()).toMatchObject({
      types: { X: 'int' },
      overrides: { X: '3' }
    });
  });

  it('leaves an expression alone until it is edited', async () => {
    world.parameters[1] = parameter({
      name: 'WID',
      text: 'AMP * 2',
      expression: true
    });
    await session.prepare();
    expect(session.state.attention).toEqual([]);
    session.setText('WID', 'AMP * 2');
    expect(session.state.attention).toHaveLength(1);
  });

  it('does not edit what the site has set', async () => {
    world.parameters[0] = parameter({
      text: '1.0',
      layer: 'admin',
      origin: '/etc/jupyter'
    });
    await session.prepare();
    session.setText('AMP', '2.0');
    expect(row('AMP')).toMatchObject({ text: '1.0', edited: false });
  });

  it('is one submission however often it is pressed', async () => {
    const both = await Promise.all([session.submit(), session.submit()]);
    expect(both[0]).toBe(both[1]);
    expect(wire.of('launch')).toHaveLength(1);
  });

  it('keeps its key and what was typed when the answer is lost', async () => {
    session.setText('AMP', '4');
    wire.answer('launch', () => refuse('broker_unreachable', 'Try again.'));
    expect(await session.submit()).toBeNull();
    expect(session.state.problem?.code).toBe('broker_unreachable');
    expect(row('AMP').text).toBe('4');
    wire.answer('launch', () => run(1));
    expect(await session.submit()).not.toBeNull();
    const keys = wire
      .of('launch')
      .map(({ headers }) => headers['Idempotency-Key']);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[1]).toBe(keys[0]);
  });

  it('shows in place what changed, and submits that the next time', async () => {
    session.setText('AMP', '4');
    wire.answer('launch', () => {
      world = prepared({
        parameters: [
          world.parameters[0],
          parameter({
            name: 'WID',
            text: '21.0',
            layer: 'local_file',
            origin: 'wave.params.toml:4'
          }),
          world.parameters[2]
        ],
        plan: { ...world.plan, id: 'plan-2' }
      });
      return refuse('values_changed', 'WID is 21.0 now.');
    });
    expect(await session.submit()).toBeNull();
    expect(session.state.differences).toEqual([
      {
        name: 'WID',
        before: { text: '20.0', origin: 'cell 2' },
        after: { text: '21.0', origin: 'wave.params.toml:4' }
      }
    ]);
    expect(row('AMP').text).toBe('4');
    wire.answer('launch', () => run(1));
    expect(await session.submit()).not.toBeNull();
    expect(sent().plan_id).toBe('plan-2');
    expect(sent().shown).toContainEqual({ name: 'WID', text: '21.0' });
  });

  it('asks to confirm a plan, and again when the plan is another', async () => {
    world.plan = { ...world.plan, ask: 'too_large' };
    await session.prepare();
    expect(session.state.attention[0].field).toBe('confirm');
    session.confirm(true);
    expect(session.state.attention).toEqual([]);
    world.plan = { ...world.plan, id: 'plan-2' };
    await session.prepare();
    expect(session.state.attention[0].field).toBe('confirm');
    session.confirm(true);
    await session.submit();
    expect(sent()).toMatchObject({ plan_id: 'plan-2', confirmed: true });
  });

  it('looks again before it submits when a choice is still on its way', async () => {
    const before = wire.of('prepare').length;
    session.choose({ target: 'cluster' });
    await session.submit();
    const asked = wire.of('prepare').slice(before);
    expect((asked[0].body as PrepareRequest).target).toBe('cluster');
  });

  it('submits nothing that was looked at before the last choice', async () => {
    const late: ((value: Prepared) => void)[] = [];
    const cluster = { ...world, target: { ...world.target, name: 'cluster' } };
    const last = { ...cluster, plan: { ...world.plan, id: 'without it' } };
    wire.answer('prepare', () =>
      late.length === 2 ? last : new Promise(resolve => late.push(resolve))
    );
    // the look for it is under way when Submit is pressed
    session.choose({ target: 'cluster' });
    await waitFor(() => expect(late).toHaveLength(1));
    const submitted = session.submit();
    // and is overtaken by another one
    session.exclude('secret.csv', true);
    late[0]({ ...cluster, plan: { ...world.plan, id: 'with the secret' } });
    await waitFor(() => expect(late).toHaveLength(2));
    expect(wire.of('launch')).toHaveLength(0);
    late[1](last);
    expect(await submitted).not.toBeNull();
    expect(sent()).toMatchObject({ target: 'cluster', plan_id: 'without it' });
  });

  it('submits nothing when the last look failed', async () => {
    session.choose({ target: 'cluster' });
    wire.answer('prepare', () => refuse('broker_unreachable', 'Away.'));
    expect(await session.submit()).toBeNull();
    expect(session.state.problem?.code).toBe('broker_unreachable');
    expect(wire.of('launch')).toHaveLength(0);
    wire.answer('prepare', () => world);
    expect(await session.submit()).not.toBeNull();
  });

  it('looks once at a time, and believes the last answer only', async () => {
    const late: ((value: Prepared) => void)[] = [];
    wire.answer('prepare', () => new Promise(resolve => late.push(resolve)));
    const before = wire.of('prepare').length;
    const first = session.prepare();
    const others = ['a', 'b', 'c'].map(text => {
      session.setText('AMP', text);
      return session.prepare();
    });
    await waitFor(() => expect(late).toHaveLength(1));
    late[0](prepared({ name: 'first.ipynb' }));
    await first;
    await waitFor(() => expect(late).toHaveLength(2));
    expect(session.state.prepared?.name).not.toBe('first.ipynb');
    expect(session.state.phase).toBe('preparing');
    late[1](prepared({ name: 'last.ipynb' }));
    await Promise.all(others);
    expect(session.state.prepared?.name).toBe('last.ipynb');
    const asked = wire.of('prepare').slice(before);
    expect(
      asked.map(({ body }) => (body as PrepareRequest).overrides.AMP)
    ).toEqual([undefined, 'c']);
  });

  it('waits for a kernel that is here', async () => {
    world.kernel = null;
    await session.prepare();
    expect(session.state.attention.map(({ field }) => field)).toEqual([
      'kernel'
    ]);
  });

  it.each(['3 h', '3:00:00', '1 h 30', 'soon'])(
    'refuses the time limit %s',
    limit => {
      session.choose({ timeLimit: limit });
      expect(session.state.attention[0].field).toBe('time-limit');
    }
  );

  it('lets an edit mend an error of a file below it', async () => {
    world.problems = [
      {
        code: 'invalid_value',
        severity: 'error',
        message: 'wave.params.toml:2: AMP is not a number.',
        parameter: 'AMP',
        origin: 'wave.params.toml:2'
      }
    ];
    await session.prepare();
    expect(session.state.attention).toHaveLength(1);
    session.setText('AMP', '4');
    expect(session.state.attention).toEqual([]);
  });
});
