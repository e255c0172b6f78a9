import { BatchError, problem } from '@jupyterlab-batch/protocol';
import { beforeEach, describe, expect, it } from 'vitest';

import type { ICommit, ILifecycleStore } from '../../src/lifecycle/ports.ts';
import type { Outcome } from '../../src/lifecycle/types.ts';
import { did, event, gate, go, settle, toy, World } from './world.ts';

/** A store on a disk that is full for so many commits. */
function fullFor(commits: number, store: ILifecycleStore): ILifecycleStore {
  let left = commits;
  return {
    read: (machine, id) => store.read(machine, id),
    findKey: key => store.findKey(key),
    recover: () => store.recover(),
    commit: async (commit: ICommit) => {
      if (left > 0) {
        left -= 1;
        throw new BatchError(problem('disk_full', 'full'));
      }
      await store.commit(commit);
    }
  };
}

describe('dispatch', () => {
  let world: World;

  beforeEach(() => {
    world = new World();
  });

  it('answers what became of the event', async () => {
    const interpreter = world.process();
    await interpreter.start();
    await interpreter.create('run', 'r', toy('r'));
    const now = world.clock.now;
    expect(await interpreter.dispatch('run', 'r', { type: 'poke' })).toEqual({
      state: { ...toy('r'), pokes: 1 },
      fits: true,
      detail: `at ${now}`
    });
    await interpreter.stop();
  });

  it('records an event that does not fit, and changes nothing', async () => {
    const interpreter = world.process();
    await interpreter.start();
    await interpreter.create('run', 'r', toy('r'));
    const before = await world.state('r');
    const revision = await world.store.revision();
    const answer = await interpreter.dispatch('run', 'r', { type: 'sing' });
    expect(answer).toMatchObject({ fits: false, state: before });
    expect(await world.state('r')).toEqual(before);
    expect(await world.store.revision()).toBe(revision);
    expect((await world.store.history('r')).at(-1)).toMatchObject({
      event: 'sing',
      from: 'idle',
      to: 'idle',
      fits: false
    });
    await interpreter.stop();
  });

  it('records an event for nobody', async () => {
    const interpreter = world.process();
    await interpreter.start();
    expect(
      await interpreter.dispatch('run', 'nobody', { type: 'poke' })
    ).toEqual({ state: null, fits: false, detail: 'there is no such subject' });
    expect(await world.store.history('nobody')).toHaveLength(1);
    await interpreter.stop();
  });

  it('commits what is sent on in the same transaction', async () => {
    const commits: ICommit[] = [];
    const { store } = world;
    const watching: ILifecycleStore = {
      read: (machine, id) => store.read(machine, id),
      findKey: key => store.findKey(key),
      recover: () => store.recover(),
      commit: async commit => {
        commits.push(commit);
        await store.commit(commit);
      }
    };
    const interpreter = world.process({ store: watching });
    await interpreter.start();
    await interpreter.create('run', 'r', toy('r'), {
      also: [{ machine: 'lease', id: 'l', state: toy('l') }]
    });
    await interpreter.dispatch('run', 'r', event({ type: 'tell', to: 'l' }));
    expect(commits).toHaveLength(2);
    const last = commits[1]?.subjects.map(({ machine, state }) => [
      machine,
      state
    ]);
    expect(last).toEqual([
      ['run', { ...toy('r'), told: 1 }],
      ['lease', { ...toy('l'), pokes: 1 }]
    ]);
    await interpreter.stop();
  });

  it('keeps the order of one subject and loses no update', async () => {
    const interpreter = world.process();
    await interpreter.start();
    await interpreter.create('run', 'r', toy('r'));
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        interpreter.dispatch('run', 'r', { type: 'poke' })
      )
    );
    expect(
      answers.map(({ state }) => (state as { pokes: number }).pokes)
    ).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    await interpreter.stop();
  });

  it('lets a step that breaks take nobody with it', async () => {
    const interpreter = world.process();
    await interpreter.start();
    await interpreter.create('run', 'r', toy('r'));
    const answers = await Promise.allSettled([
      interpreter.dispatch('run', 'r', { type: 'poke' }),
      interpreter.dispatch('run', 'r', { type: 'break' }),
      interpreter.dispatch('run', 'r', { type: 'poke' })
    ]);
    expect(answers.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled'
    ]);
    expect(await world.state('r')).toMatchObject({ pokes: 2 });
    await interpreter.stop();
  });

  it('tells each caller of a full disk, and goes on when there is room', async () => {
    const interpreter = world.process({ store: fullFor(3, world.store) });
    await interpreter.start();
    // A group of two fails together, then one by one.
    const answers = await Promise.allSettled([
      interpreter.create('run', 'a', toy('a')),
      interpreter.create('run', 'b', toy('b'))
    ]);
    expect(answers).toMatchObject([
      { reason: { code: 'disk_full' } },
      { reason: { code: 'disk_full' } }
    ]);
    expect(await world.state('a')).toBeNull();
    expect(await interpreter.create('run', 'a', toy('a'))).toEqual({
      created: true
    });
    await interpreter.stop();
  });

  it('wakes for what is asked while it goes to sleep', async () => {
    const interpreter = world.process();
    await interpreter.start();
    await interpreter.create('run', 'r', toy('r'));
    for (let turn = 0; turn < 50; turn += 1) {
      await interpreter.dispatch('run', 'r', { type: 'poke' });
      for (let tick = 0; tick < turn % 7; tick += 1) {
        await Promise.resolve();
      }
    }
    expect(await world.state('r')).toMatchObject({ pokes: 50 });
    await interpreter.stop();
  });

  it('does what became due while the machine slept, soon after it woke', async () => {
    const interpreter = world.process();
    await interpreter.start();
    await interpreter.create('run', 'r', toy('r'));
    const delay = 3_600_000;
    await interpreter.dispatch('run', 'r', {
      ...go('copy'),
      ...{ delay }
    });
    await settle();
    // No alarm goes by the wall clock: this one would ring in an hour from now.
    await world.clock.suspend(delay);
    expect(world.count('copy')).toBe(0);
    await world.clock.pass(10_000);
    expect(world.count('copy')).toBe(1);
    await interpreter.stop();
  });
});

describe('create', () => {
  it('makes one run for one idempotency key, also of two at once', async () => {
    const world = new World();
    const interpreter = world.process();
    await interpreter.start();
    const extra = { idempotency: { key: 'k', hash: 'h' } };
    const answers = await Promise.all([
      interpreter.create('run', 'a', toy('a'), { extra }),
      interpreter.create('run', 'b', toy('b'), { extra })
    ]);
    expect(answers).toEqual([
      { created: true },
      { created: false, run: 'a', hash: 'h' }
    ]);
    expect(await world.state('b')).toBeNull();
    await interpreter.stop();
  });

  it('erases the rows of a subject whose projection is null', async () => {
    const world = new World();
    const interpreter = world.process();
    const { promise, open } = gate<Outcome>();
    world.act = () => promise;
    await interpreter.start();
    await interpreter.create('run', 'gone', toy('gone'));
    await interpreter.dispatch('run', 'gone', go('copy'));
    await settle();
    await interpreter.dispatch('run', 'gone', { type: 'quit' });
    expect(await world.state('gone')).toBeNull();
    expect(await world.store.run('gone')).toBeNull();
    open(did('copy'));
    await settle();
    const history = await world.store.history('gone');
    expect(history.map(({ event: name, fits }) => [name, fits])).toEqual([
      ['created', true],
      ['go', true],
      ['quit', true],
      ['did', false]
    ]);
    await interpreter.stop();
  });
});

describe('start and stop', () => {
  it('takes up what an earlier process left, and says that it was begun', async () => {
    const world = new World();
    const first = world.process();
    world.act = () => new Promise(() => undefined);
    await first.start();
    await first.create('run', 'r', toy('r'));
    await first.dispatch('run', 'r', go('submit'));
    await settle();
    expect(world.performed.map(({ tries }) => tries)).toEqual([0]);
    const second = world.process();
    world.act = async intent => did(intent.kind);
    await second.start();
    await settle();
    expect(world.performed.map(({ tries }) => tries)).toEqual([0, 1]);
    expect(await world.state('r')).toMatchObject({ label: 'idle' });
    await second.stop();
  });

  it('keeps what was asked before the start', async () => {
    const world = new World();
    const interpreter = world.process();
    const asked = interpreter.create('run', 'r', toy('r'));
    await interpreter.start();
    expect(await asked).toEqual({ created: true });
    await interpreter.stop();
  });

  it('commits the outcomes of what is being performed when it stops', async () => {
    const world = new World();
    const interpreter = world.process();
    const { promise, open } = gate<Outcome>();
    world.act = () => promise;
    await interpreter.start();
    await interpreter.create('run', 'r', toy('r'));
    await interpreter.dispatch('run', 'r', go('deliver'));
    await settle();
    const stopped = interpreter.stop();
    open(did('deliver'));
    await stopped;
    expect(await world.state('r')).toMatchObject({ label: 'idle' });
    await expect(
      interpreter.dispatch('run', 'r', { type: 'poke' })
    ).rejects.toThrow('stopped');
  });

  it('aborts after the grace, and leaves the deaf for the next start', async () => {
    const world = new World();
    const interpreter = world.process();
    const signals: AbortSignal[] = [];
    world.act = (_, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    await interpreter.start();
    await interpreter.create('run', 'r', toy('r'));
    await interpreter.dispatch('run', 'r', go('copy'));
    await settle();
    const stopped = interpreter.stop(100);
    await world.clock.pass(99);
    expect(signals[0]?.aborted).toBe(false);
    await world.clock.pass(1);
    expect(signals[0]?.aborted).toBe(true);
    await world.clock.finish();
    await stopped;
    expect((await world.store.recover()).intents).toHaveLength(1);
    expect(world.clock.next).toBeNull();
  });
});
