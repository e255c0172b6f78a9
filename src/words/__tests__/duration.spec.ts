import golden from '../../../protocol/grammar/durations.json';
import { trans } from '../../__tests__/world';
import { clock, parseDuration, writeDuration } from '../duration';

describe('parseDuration', () => {
  it.each(golden.rows)('reads $text as every reader does', row => {
    expect(parseDuration(row.text)).toBe(row.seconds || null);
  });

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
