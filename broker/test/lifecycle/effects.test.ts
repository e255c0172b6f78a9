import { BatchError, problem } from '@jupyterlab-batch/protocol';
import { beforeEach, describe, expect, it } from 'vitest';

import type { IIntent, Outcome } from '../../src/lifecycle/types.ts';
import { did, event, gate, go, settle, toy, World } from './world.ts';

describe('effects', () => {
  let world: World;

  beforeEach(async () => {
    world = new World();
  });

  it('performs again after the pause that a retry asks for', async () => {
    const interpreter = world.process();
    const at: number[] = [];
    world.act = async intent => {
      at.push(world.clock.now);
      return intent.tries < 2
        ? { kind: 'retry', afterMs: 300, event: { type: 'poke' } }
        : did(intent.kind);
    };
    await interpreter.start();
    await interpreter.create('run', 'r', toy('r'));
    const start = world.clock.now;
    await interpreter.dispatch('run', 'r', go('mint'));
    await world.clock.finish();
    expect(at.map(time => time - start)).toEqual([0, 300, 600]);
    expect(await world.state('r')).toMatchObject({ label: 'idle', pokes: 2 });
    await interpreter.stop();
  });

  it('waits out a delay', async () => {
    const interpreter = world.process();
    await interpreter.start();
    await interpreter.create('run', 'r', toy('r'));
    await interpreter.dispatch(
      'run',
      'r',
      event({ type: 'go', kinds: ['probe'], delay: 5000 })
    );
    await world.clock.pass(4999);
    expect(world.count('probe')).toBe(0);
    await world.clock.pass(1);
    expect(world.count('probe')).toBe(1);
    await interpreter.stop();
  });

  it('feeds the event of a timer when it is due', async () => {
    const interpreter = world.process();
    await interpreter.start();
    await interpreter.create('run', 'r', toy('r'), {
      intents: [
        { kind: 'timer', payload: { event: { type: 'poke' } }, delay: 100 }
      ]
    });
    await world.clock.pass(99);
    expect(await world.state('r')).toMatchObject({ pokes: 0 });
    await world.clock.pass(1);
    expect(await world.state('r')).toMatchObject({ pokes: 1 });
    await interpreter.stop();
  });

  it('logs an effect that throws, and performs it again', async () => {
    const interpreter = world.process();
    world.act = async intent => {
      if (intent.tries < 3) {
        throw new Error('a defect');
      }
      return did(intent.kind);
    };
    await interpreter.start();
    await interpreter.create('run', 'r', toy('r'));
    await interpreter.dispatch('run', 'r', go('sweep'));
    await world.clock.finish();
    expect(world.count('sweep')).toBe(4);
    expect(world.errors).toHaveLength(3);
    expect(await world.state('r')).toMatchObject({ label: 'idle' });
    await interpreter.stop();
  });

  it('keeps offering an outcome while the disk is full, without doing it again', async () => {
    const full = { left: 0 };
    const { store } = world;
    const interpreter = world.process({
      store: {
        read: (machine, id) => store.read(machine, id),
        findKey: key => store.findKey(key),
        recover: () => store.recover(),
        commit: async commit => {
          if (full.left > 0) {
            full.left -= 1;
            throw new BatchError(problem('disk_full', 'full'));
          }
          await store.commit(commit);
        }
      }
    });
    const { promise, open } = gate<Outcome>();
    world.act = () => promise;
    await interpreter.start();
    await interpreter.create('run', 'r', toy('r'));
    await interpreter.dispatch('run', 'r', go('mint'));
    await settle();
    full.left = 4;
    open(did('mint'));
    await world.clock.finish();
    expect(full.left).toBe(0);
    expect(world.count('mint')).toBe(1);
    expect(await world.state('r')).toMatchObject({ label: 'idle' });
    await interpreter.stop();
  });

  it('aborts what is dropped, and records its late outcome as not fitting', async () => {
    const interpreter = world.process();
    const { promise, open } = gate<Outcome>();
    const signals: AbortSignal[] = [];
    world.act = (_, signal) => {
      signals.push(signal);
      return promise;
    };
    await interpreter.start();
    await interpreter.create('run', 'r', toy('r'));
    await interpreter.dispatch('run', 'r', go('copy'));
    await settle();
    expect(signals[0]?.aborted).toBe(false);
    await interpreter.dispatch('run', 'r', { type: 'never_mind' });
    expect(signals[0]?.aborted).toBe(true);
    // The same kind is wanted again: the old outcome must not stand for it.
    world.act = async () => ({ kind: 'retry', afterMs: 1e9 });
    await interpreter.dispatch('run', 'r', go('copy'));
    open(did('copy'));
    await settle();
    expect(await world.state('r')).toMatchObject({ wants: ['copy'] });
    expect((await world.store.history('r')).at(-1)).toMatchObject({
      event: 'did',
      fits: false,
      detail: 'came after it was no longer wanted'
    });
    await interpreter.stop();
  });

  it('bounds how many of a kind are performed at once, in due order', async () => {
    world.parallel = 2;
    const interpreter = world.process();
    const gates: (() => void)[] = [];
    const begun: string[] = [];
    world.act = async intent => {
      begun.push(intent.subject);
      const { promise, open } = gate<void>();
      gates.push(() => open());
      await promise;
      return did(intent.kind);
    };
    await interpreter.start();
    for (const id of ['a', 'b', 'c', 'd']) {
      await interpreter.create('run', id, toy(id));
      await interpreter.dispatch('run', id, go('copy'));
    }
    await settle();
    expect(begun).toEqual(['a', 'b']);
    gates[1]?.();
    await settle();
    expect(begun).toEqual(['a', 'b', 'c']);
    gates.forEach(open => open());
    await settle();
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    gates.forEach(open => open());
    await interpreter.stop();
  });

  it('asks ready in due order, again after every commit, and on wake', async () => {
    const interpreter = world.process();
    const ready = new Set<string>();
    const asked: string[] = [];
    world.ready = (intent: IIntent) => {
      asked.push(intent.subject);
      return ready.has(intent.subject);
    };
    await interpreter.start();
    for (const id of ['a', 'b']) {
      await interpreter.create('run', id, toy(id));
      await interpreter.dispatch('run', id, go('submit'));
    }
    await settle();
    expect(world.performed).toEqual([]);
    asked.length = 0;
    ready.add('b');
    await interpreter.dispatch('run', 'a', { type: 'poke' });
    await settle();
    expect(asked.slice(0, 2)).toEqual(['a', 'b']);
    expect(world.performed.map(({ subject }) => subject)).toEqual(['b']);
    ready.add('a');
    interpreter.wake();
    await settle();
    expect(world.performed.map(({ subject }) => subject)).toEqual(['b', 'a']);
    await interpreter.stop();
  });
});
