import { trans } from '../../__tests__/world';
import { clock, parseDuration, writeDuration } from '../duration';

describe('parseDuration', () => {
  it.each([
    ['2 h', 7200],
    ['90m', 5400],
    ['1h30min', 5400],
    ['1 h 30 min', 5400],
    ['1 hour, 30 minutes', 5400],
    ['1.5 d', 129_600],
    ['45 s', 45],
    ['2 H', 7200]
  ])('reads %s', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each(['', '90', '2 x', '30m 1h', '1h 1h', '-2 h', '0 h', '1:30', 'h'])(
    'refuses %j',
    text => {
      expect(parseDuration(text)).toBeNull();
    }
  );

  it.each([1, 59, 60, 3600, 5400, 86_400, 90_061])(
    'reads back what is written for %d s',
    seconds => {
      expect(parseDuration(writeDuration(trans, seconds))).toBe(seconds);
    }
  );
});

test.each([
  [7000, '0:07'],
  [72_000, '1:12'],
  [7_389_000, '2:03:09'],
  [-5, '0:00']
])('clock(%d) is %s', (milliseconds, shown) => {
  expect(clock(milliseconds)).toBe(shown);
});
