import { BrokerClock } from '../clock';

const MINUTE = 60_000;

describe("the broker's clock", () => {
  const at = 1_800_000_000_000;
  const ours = (told: number) => {
    const clock = new BrokerClock(() => at);
    clock.heard(told, at - 40, at);
    return clock.now().getTime() - at;
  };

  it('is taken to be ours until something is heard, and as long as it may be', () => {
    expect(new BrokerClock(() => at).now().getTime()).toBe(at);
    expect(ours(at - 40)).toBe(0);
    expect(ours(at)).toBe(0);
    expect(ours(at - 20)).toBe(0);
  });

  it.each([5 * MINUTE, -120 * MINUTE])(
    'is followed where ours is %i ms beside it',
    beside => {
      const found = ours(at - 20 + beside);
      expect(Math.abs(found - beside)).toBeLessThanOrEqual(20);
    }
  );

  it('is known better with each answer', () => {
    const clock = new BrokerClock(() => at);
    // One took nine seconds on its way here, one as long on its way there.
    clock.heard(at + 5 * MINUTE, at, at + 9000);
    expect(clock.now().getTime()).toBe(at + 5 * MINUTE - 4500);
    clock.heard(at + 5 * MINUTE + 9000, at, at + 9000);
    expect(clock.now().getTime()).toBe(at + 5 * MINUTE);
  });

  it('is learned anew when one of the two was set', () => {
    const clock = new BrokerClock(() => at);
    clock.heard(at + 5 * MINUTE, at - 10, at);
    clock.heard(at - 5, at - 10, at);
    expect(clock.now().getTime()).toBe(at);
  });
});
