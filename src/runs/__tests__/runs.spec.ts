import type { Change, Run } from '@jupyterlab-batch/protocol';
import { waitFor } from '@testing-library/dom';

import { detail, refuse, run, Wire } from '../../__tests__/world';
import { Runs } from '../runs';

const health = (since: string) => ({
  ok: true,
  version: '0.1.0',
  pid: 1,
  data: '/data',
  since,
  now: since,
  active_runs: 0,
  open_leases: 0,
  revision: 0,
  config_files: [],
  problems: []
});

/** A broker with runs and a log of changes, as the contract describes it. */
class Broker {
  readonly wire = new Wire();
  readonly runs = new Map<string, Run>();
  changes: Change[] = [];
  reset = false;
  next: string | null = null;

  constructor(...runs: Run[]) {
    runs.forEach(each => this.runs.set(each.id, each));
    this.wire
      .answer('list', () => ({
        runs: [...this.runs.values()].sort((a, b) => (a.id < b.id ? 1 : -1)),
        next: this.next
      }))
      .answer('changes', ({ query }) => {
        const after = Number(query.get('after'));
        const changes = this.changes.filter(each => each.revision > after);
        const revision = changes.at(-1)?.revision ?? after;
        return { revision, changes, reset: this.reset };
      })
      .answer('show', ({ id }) => {
        const found = this.runs.get(id);
        return found ? detail(found) : refuse('not_found', 'It is gone.');
      });
  }

  change(changed: Run): Change {
    this.runs.set(changed.id, changed);
    const { id, state, revision } = changed;
    const change = { id, state, revision };
    this.changes.push(change);
    return change;
  }
}

describe('Runs', () => {
  let model: Runs;
  const start = async (broker: Broker) => {
    model = new Runs(broker.wire.api);
    await model.refresh();
    return model;
  };

  afterEach(() => {
    model.dispose();
  });

  it('lists newest first and is live', async () => {
    await start(new Broker(run(1), run(2)));
    expect(model.runs.map(({ revision }) => revision)).toEqual([2, 1]);
    expect(model.connection.state).toBe('live');
    await expect(model.ready).resolves.toBeUndefined();
  });

  it('fetches the run that a hint names, and no other', async () => {
    const broker = new Broker(run(1), run(2));
    await start(broker);
    const told = new Promise<Run>(resolve => {
      model.observed.connect((_, observed) => resolve(observed));
    });
    model.hint(broker.change(run(1, { revision: 3, state: 'finishing' })));
    expect((await told).state).toBe('finishing');
    expect(broker.wire.of('show').map(({ id }) => id)).toEqual([run(1).id]);
  });

  it('ignores a hint of what it knows already', async () => {
    const broker = new Broker(run(5));
    await start(broker);
    model.hint({ id: run(5).id, state: 'running', revision: 5 });
    await model.refresh();
    expect(broker.wire.of('show')).toHaveLength(0);
  });

  it('makes one request of many hints, and one more for a later one', async () => {
    const broker = new Broker(run(1));
    await start(broker);
    let open: () => void = () => undefined;
    const gate = new Promise<void>(resolve => {
      open = resolve;
    });
    broker.wire.answer('show', async () => {
      const seen = broker.runs.get(run(1).id) ?? run(1);
      await gate;
      return detail(seen);
    });
    model.hint(broker.change(run(1, { revision: 2 })));
    await waitFor(() => expect(broker.wire.of('show')).toHaveLength(1));
    model.hint(broker.change(run(1, { revision: 3 })));
    model.hint(broker.change(run(1, { revision: 4 })));
    open();
    await model.refresh();
    expect(broker.wire.of('show')).toHaveLength(2);
    expect(model.get(run(1).id)?.revision).toBe(4);
  });

  it('never goes back to an older revision', async () => {
    const broker = new Broker(run(1, { revision: 9, state: 'succeeded' }));
    await start(broker);
    model.put(run(1, { revision: 8, state: 'running' }));
    expect(model.get(run(1).id)?.state).toBe('succeeded');
  });

  it('catches up with what the hints missed, once', async () => {
    const broker = new Broker(run(1), run(2));
    await start(broker);
    broker.change(run(3));
    broker.change(run(1, { revision: 4, state: 'succeeded' }));
    broker.changes.push({ id: run(2).id, state: null, revision: 5 });
    broker.runs.delete(run(2).id);
    await model.refresh();
    expect(model.runs.map(({ id }) => id)).toEqual([run(3).id, run(1).id]);
    expect(model.revision).toBe(5);
    const asked = broker.wire.of('show').length;
    await model.refresh();
    expect(broker.wire.of('show')).toHaveLength(asked);
    expect(broker.wire.of('changes').at(-1)?.query.get('after')).toBe('5');
  });

  it('learns of a run beyond the lists that changed among many', async () => {
    const broker = new Broker(...Array.from({ length: 40 }, (_, n) => run(n)));
    broker.wire.answer('list', () => ({
      runs: [run(39), run(38)],
      next: 'more'
    }));
    await start(broker);
    // as a document shows one, whatever the list holds
    model.put(run(1));
    broker.runs.forEach(each =>
      broker.change({
        ...each,
        state: 'succeeded',
        revision: each.revision + 99
      })
    );
    await model.refresh();
    expect(model.get(run(1).id)?.state).toBe('succeeded');
    const lists = broker.wire.of('list').length;
    await model.refresh();
    expect(broker.wire.of('list')).toHaveLength(lists);
  });

  it('learns of all that changed since a revision, page by page', async () => {
    const broker = new Broker();
    for (let n = 0; n < 1000; n += 1) {
      broker.change(run(n, { revision: n + 1, state: 'succeeded' }));
    }
    broker.wire.answer('list', ({ query }) => {
      const all = [...broker.runs.values()].reverse();
      const from = Number(query.get('cursor') ?? 0);
      const to = from + Number(query.get('limit'));
      return {
        runs: all.slice(from, to),
        next: to < all.length ? String(to) : null
      };
    });
    await start(broker);
    const seen = new Set<string>();
    model.runs.forEach(({ id }) => seen.add(id));
    expect(seen.size).toBe(50);
    model.observed.connect((_, { id }) => seen.add(id));
    await model.since(500);
    expect([...seen].filter(id => id >= run(500).id)).toHaveLength(500);
    expect(broker.wire.of('show')).toHaveLength(0);
  });

  it('loads anew when the broker does not know the revision', async () => {
    const broker = new Broker(run(7));
    await start(broker);
    broker.runs.clear();
    broker.runs.set(run(1).id, run(1));
    broker.reset = true;
    await model.refresh();
    expect(model.runs.map(({ id }) => id)).toEqual([run(1).id]);
  });

  it('keeps its runs while the server is away, and says since when', async () => {
    const broker = new Broker(run(1));
    await start(broker);
    const seen = model.connection.lastSeen;
    broker.wire.down = true;
    await model.refresh();
    expect(model.connection.state).toBe('reconnecting');
    expect(model.connection.lastSeen).toBe(seen);
    expect(model.runs).toHaveLength(1);
    broker.wire.down = false;
    broker.change(run(1, { revision: 2, state: 'succeeded' }));
    await model.refresh();
    expect(model.connection.state).toBe('live');
    expect(model.runs[0].state).toBe('succeeded');
  });

  it('starts when the server comes only later', async () => {
    const broker = new Broker(run(1));
    broker.wire.down = true;
    await start(broker);
    expect(model.connection.state).toBe('connecting');
    expect(model.connection.problem).not.toBeNull();
    broker.wire.down = false;
    await model.refresh();
    expect(model.runs).toHaveLength(1);
  });

  it('says who took over when the broker was restarted', async () => {
    const broker = new Broker(run(1));
    let since = '2026-11-23T12:00:00Z';
    broker.wire.answer('health', () => health(since));
    await start(broker);
    expect(model.connection.restarted).toBeNull();
    since = '2026-11-23T12:05:00Z';
    await model.refresh();
    expect(model.connection.restarted).toEqual(new Date(since));
    expect(model.connection.state).toBe('live');
  });

  it('tells the time as the broker has it', async () => {
    const broker = new Broker(run(1));
    const beside = -2 * 3600_000;
    broker.wire.answer('health', () => ({
      ...health('2026-11-23T12:00:00Z'),
      now: new Date(Date.now() + beside).toISOString()
    }));
    await start(broker);
    const found = model.now().getTime() - Date.now();
    expect(Math.abs(found - beside)).toBeLessThan(1000);
  });

  it('passes on what the broker warns of, as long as it does', async () => {
    const broker = new Broker(run(1));
    const warning = {
      name: 'credentials',
      message: '1 quarantined',
      fix: 'Ask the provider.'
    };
    let problems = [
      { name: 'configuration', message: 'no such key', fix: null },
      warning
    ];
    broker.wire.answer('health', () => ({
      ...health('2026-11-23T12:00:00Z'),
      problems
    }));
    await start(broker);
    // The rest is for whoever keeps the broker.
    expect(model.alarms).toEqual([warning]);
    problems = [];
    await model.refresh();
    expect(model.alarms).toEqual([]);
  });

  it('says that nobody is signed in, and goes on once somebody is', async () => {
    const broker = new Broker(run(1));
    await start(broker);
    broker.wire.answer('changes', () => refuse('signed_out', 'Sign in again.'));
    await model.refresh();
    expect(model.connection.state).toBe('signed-out');
    expect(model.connection.problem?.detail).toBe('Sign in again.');
    expect(model.runs).toHaveLength(1);
    broker.wire.answer('changes', ({ query }) => ({
      revision: Number(query.get('after')),
      changes: [],
      reset: false
    }));
    await model.refresh();
    expect(model.connection.state).toBe('live');
  });

  it('notices that events do not arrive, and that they do again', async () => {
    jest.useFakeTimers();
    try {
      const broker = new Broker(run(1));
      await start(broker);
      // Nobody hints at this one: it is found by asking.
      broker.change(run(1, { revision: 2, state: 'finishing' }));
      await model.refresh();
      expect(model.connection.state).toBe('live');
      await jest.advanceTimersByTimeAsync(6000);
      expect(model.connection.state).toBe('polling');
      model.hint(broker.change(run(1, { revision: 3, state: 'succeeded' })));
      expect(model.connection.state).toBe('live');
    } finally {
      jest.useRealTimers();
    }
  });

  it('asks again soon, whoever found that it was lost', async () => {
    const broker = new Broker(run(1));
    await start(broker);
    jest.useFakeTimers();
    try {
      broker.wire.down = true;
      await model.refresh();
      expect(model.connection.state).toBe('reconnecting');
      await jest.advanceTimersByTimeAsync(7000);
      broker.wire.down = false;
      await jest.advanceTimersByTimeAsync(3500);
      expect(model.connection.state).toBe('live');
      // JupyterLab's socket for events comes back later: until then it is asked.
      broker.change(run(1, { revision: 2, state: 'finishing' }));
      await jest.advanceTimersByTimeAsync(3500);
      expect(model.runs[0].state).toBe('finishing');
      // From an event on it is quiet again.
      model.hint(broker.change(run(1, { revision: 3, state: 'succeeded' })));
      await jest.advanceTimersByTimeAsync(3500);
      const asked = broker.wire.requests.length;
      await jest.advanceTimersByTimeAsync(20_000);
      expect(broker.wire.requests).toHaveLength(asked);
      expect(model.connection.state).toBe('live');
    } finally {
      jest.useRealTimers();
    }
  });

  it('does not ask for ever where nothing changes after a loss', async () => {
    const broker = new Broker(run(1));
    await start(broker);
    jest.useFakeTimers();
    try {
      broker.wire.down = true;
      await model.refresh();
      broker.wire.down = false;
      await jest.advanceTimersByTimeAsync(65_000);
      const asked = broker.wire.requests.length;
      await jest.advanceTimersByTimeAsync(20_000);
      expect(broker.wire.requests).toHaveLength(asked);
    } finally {
      jest.useRealTimers();
    }
  });

  it('is patient with an event that is only late', async () => {
    jest.useFakeTimers();
    try {
      const broker = new Broker(run(1));
      await start(broker);
      const change = broker.change(run(1, { revision: 2 }));
      await model.refresh();
      model.hint(change);
      await jest.advanceTimersByTimeAsync(6000);
      expect(model.connection.state).toBe('live');
    } finally {
      jest.useRealTimers();
    }
  });

  it('forgets a run that is gone when it asks for it', async () => {
    const broker = new Broker(run(1));
    await start(broker);
    const change = broker.change(run(1, { revision: 2 }));
    broker.runs.delete(run(1).id);
    const gone = new Promise<void>(resolve => {
      model.changed.connect(() => {
        if (!model.get(run(1).id)) {
          resolve();
        }
      });
    });
    model.hint(change);
    await gone;
  });
});
