import { framesOf, originalOf } from '../frames';
import { asTerminal } from '../terminal';

describe('the frames of a traceback', () => {
  it('are cells and files, with their lines', () => {
    const traceback = [
      '\x1b[0;31m-----\x1b[0m',
      'ValueError                Traceback (most recent call last)',
      'Cell \x1b[0;32mIn[3], line 2\x1b[0m\n\x1b[1;32m      1\x1b[0m x = 1\n----> 2 solve(x)',
      'File \x1b[0;32m/work/run/files/model.py:12\x1b[0m, in \x1b[0;36msolve\x1b[0;34m(x)\x1b[0m\n     11 ...',
      '  File "/usr/lib/python3/json/decoder.py", line 355, in raw_decode',
      'Cell In[2], line 7, in step(n)',
      'ValueError: File is not there'
    ];
    expect(framesOf(traceback)).toEqual([
      { count: 3, file: null, line: 2, name: null },
      {
        count: null,
        file: '/work/run/files/model.py',
        line: 12,
        name: 'solve'
      },
      {
        count: null,
        file: '/usr/lib/python3/json/decoder.py',
        line: 355,
        name: 'raw_decode'
      },
      { count: 2, file: null, line: 7, name: 'step' }
    ]);
  });

  it('of an endless recursion are the last fifty', () => {
    const line = 'Cell In[1], line 1, in f(x)';
    expect(framesOf(Array<string>(3000).fill(line))).toHaveLength(50);
  });

  it('lead to the original of a copied file', () => {
    const of = (file: string, contents: string | null = 'waves/sub/n.ipynb') =>
      originalOf(
        file,
        '/work/run',
        '/home/me/waves',
        '/home/me/waves/sub/n.ipynb',
        contents
      );
    expect(of('/work/run/files/sub/model.py')).toBe('waves/sub/model.py');
    expect(of('/home/me/waves/other.py')).toBe('waves/other.py');
    expect(of('/usr/lib/python3/json/decoder.py')).toBeNull();
    expect(of('/work/run/files/sub/model.py', null)).toBeNull();
  });
});

describe('text of a terminal', () => {
  it.each([
    ['10 %\r20 %\rdone\n', 'done\n'],
    ['a\r\nb\r\n', 'a\nb\n'],
    ['wait\b\b\b\bdone', 'done'],
    ['\b\bx\ny\b', '\b\bx\n'],
    ['50 %\r', '50 %\r']
  ])('%j shows %j', (text, shown) => {
    expect(asTerminal(text)).toBe(shown);
  });

  // Where a look at each character began a look at all that follow, a line of
  // 50 kB held the page for seconds, and these hold this test for hours.
  it.each([
    ['without any', 'x'.repeat(500_000), 500_000],
    ['with one', `${'x'.repeat(500_000)}\rdone`, 4],
    ['of nothing else', '\r'.repeat(500_000), 1],
    ['with a backspace for each character', 'x\b'.repeat(250_000), 0],
    ['and back', 'x'.repeat(250_000) + '\b'.repeat(250_000), 0]
  ])('takes no time for a long line, %s', (_, text, length) => {
    expect(asTerminal(text)).toHaveLength(length);
  });
});
