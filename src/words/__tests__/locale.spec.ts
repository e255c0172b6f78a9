import { trans } from '../../__tests__/world';
import { bytes } from '../bytes';
import { cellName } from '../cells';
import { clock } from '../duration';
import { count, decimal, locale, speak } from '../locale';
import { fullTime, hourAndMinute, shortTime } from '../time';

const noon = new Date(2026, 10, 23, 14, 3, 11);
const iso = noon.toISOString();

describe('numbers and times', () => {
  afterEach(() => {
    speak('default');
  });

  it('are written as the language of JupyterLab has them', () => {
    speak('de_DE');
    expect(hourAndMinute(noon)).toBe('14:03');
    expect(fullTime(iso)).toBe('23.11.2026, 14:03:11');
    expect(shortTime(iso, new Date(2026, 10, 25))).toBe('23. Nov., 14:03');
    expect(count(12_345)).toBe('12.345');
    expect(bytes(3_400_000)).toBe('3,4 MB');
    expect(decimal(0.84, 1)).toBe('0,8');
    speak('en_US');
    expect(hourAndMinute(noon)).toMatch(/^2:03\sPM$/);
    expect(count(12_345)).toBe('12,345');
    expect(bytes(3_400_000)).toBe('3.4 MB');
    expect(decimal(0.84, 1)).toBe('0.8');
  });

  it('have the digits of the language', () => {
    speak('ar_EG');
    expect(count(12_345)).toBe('١٢٬٣٤٥');
    expect(clock(3_723_000)).toBe('١:٠٢:٠٣');
    expect(clock(1234 * 3_600_000)).toBe('١٢٣٤:٠٠:٠٠');
    expect(decimal(0.84, 1)).toBe('٠٫٨');
    expect(cellName(trans, { number: 3, title: null, index: 4 })).toBe(
      'cell ٣'
    );
  });

  it('name the day where it is not today, and the year where it is not this', () => {
    speak('en_GB');
    expect(shortTime(iso, noon)).toBe('14:03');
    expect(shortTime(iso, new Date(2026, 11, 1))).toBe('23 Nov, 14:03');
    expect(shortTime(iso, new Date(2027, 0, 1))).toBe('23 Nov 2026, 14:03');
  });

  it.each(['default', 'en', 'tlh', 'no tag at all', ''])(
    'are left to the browser for %j',
    code => {
      speak('de_DE');
      speak(code);
      expect(locale()).toBeUndefined();
    }
  );
});
