import { describe, expect, it } from 'vitest';

import {
  Crash,
  crashPoints,
  FailPoint
} from '../../src/lifecycle/failpoints.ts';
import { CRASH_PHASES, INTENT_KINDS } from '../../src/lifecycle/types.ts';

const die = () => {
  throw new Crash();
};

describe('crashPoints', () => {
  it('has every kind in every phase, once', () => {
    const names = crashPoints().map(({ kind, phase }) => `${kind}:${phase}`);
    expect(new Set(names).size).toBe(INTENT_KINDS.length * CRASH_PHASES.length);
    expect(names).toHaveLength(new Set(names).size);
    expect(names).toContain('mint:after_effect');
  });
});

describe('FailPoint', () => {
  it('dies at its point and nowhere else', () => {
    const point = new FailPoint('mint:after_effect', die);
    point.hit('mint', 'before_commit');
    point.hit('revoke', 'after_effect');
    expect(() => point.hit('mint', 'after_effect')).toThrow(Crash);
  });

  it('dies the second time if told so, and only then', () => {
    const point = new FailPoint('mint:after_effect#2', die);
    point.hit('mint', 'after_effect');
    expect(() => point.hit('mint', 'after_effect')).toThrow(Crash);
    point.hit('mint', 'after_effect');
  });

  it.each([null, ''])('is nowhere for %j', text => {
    const point = new FailPoint(text, die);
    crashPoints().forEach(({ kind, phase }) => point.hit(kind, phase));
  });

  it.each(['mint', 'mint:never', 'dance:after_effect', 'mint:after_effect#0'])(
    'refuses %j, and says what there is',
    text => {
      expect(() => new FailPoint(text, die)).toThrow(
        /names no crash point.*kind:phase.*mint.*after_effect/s
      );
    }
  );
});
