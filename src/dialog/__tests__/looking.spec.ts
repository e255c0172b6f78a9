import { Looking } from '../looking';

/** A server that answers when it is told to, and counts what is under way. */
class Slow {
  readonly asked: string[] = [];
  readonly open: ((answer: string) => void)[] = [];
  most = 0;
  wish = '';
  private _underWay = 0;

  readonly ask = async (): Promise<string> => {
    this.asked.push(this.wish);
    this.most = Math.max(this.most, ++this._underWay);
    const answer = await new Promise<string>(resolve =>
      this.open.push(resolve)
    );
    this._underWay--;
    return answer;
  };

  /** Answers the question of this turn with what was wished in it. */
  answer(turn: number): void {
    this.open[turn](this.asked[turn]);
  }
}

describe('Looking', () => {
  let server: Slow;
  let shown: string[];
  let failures: unknown[];
  let looking: Looking<string>;

  const wish = (text: string) => {
    server.wish = text;
    looking.outdate();
    return looking.now();
  };

  beforeEach(() => {
    jest.useFakeTimers();
    server = new Slow();
    shown = [];
    failures = [];
    looking = new Looking<string>({
      ask: server.ask,
      taken: answer => shown.push(answer),
      failed: reason => failures.push(reason),
      hung: 1000
    });
  });

  afterEach(() => {
    looking.dispose();
    jest.useRealTimers();
  });

  it('asks one after the other, of many wishes the last', async () => {
    const first = wish('1');
    const last = [2, 3, 4, 5, 6, 7, 8, 9].map(n => wish(String(n))).at(-1);
    expect(server.asked).toEqual(['1']);
    server.answer(0);
    // Overtaken: its answer is to a question that nobody has any more.
    expect(await first).toBeNull();
    await jest.advanceTimersByTimeAsync(0);
    expect(server.asked).toEqual(['1', '9']);
    server.answer(1);
    expect(await last).toBe(true);
    expect([shown, server.most]).toEqual([['9'], 1]);
    expect(await looking.settle()).toBe(true);
    expect(server.asked).toHaveLength(2);
  });

  it('overtakes a question that hangs, and never goes back to it', async () => {
    void wish('hangs');
    const next = wish('next');
    await jest.advanceTimersByTimeAsync(999);
    expect(server.asked).toEqual(['hangs']);
    await jest.advanceTimersByTimeAsync(1);
    expect(server.asked).toEqual(['hangs', 'next']);
    server.answer(1);
    expect(await next).toBe(true);
    server.answer(0);
    await jest.advanceTimersByTimeAsync(0);
    expect(shown).toEqual(['next']);
  });

  it('asks the next when the one before it failed', async () => {
    const refused = jest.fn(() => Promise.reject<string>(new Error('Away.')));
    looking = new Looking<string>({
      ask: refused,
      taken: answer => shown.push(answer),
      failed: reason => failures.push(reason)
    });
    const both = [looking.now(), looking.now()];
    expect(await Promise.all(both)).toEqual([null, false]);
    expect(refused).toHaveBeenCalledTimes(2);
    expect(failures).toHaveLength(1);
  });

  it('asks nothing more once it is disposed', async () => {
    void wish('1');
    const waiting = wish('2');
    const settled = looking.settle();
    looking.dispose();
    server.answer(0);
    expect([await waiting, await settled]).toEqual([null, false]);
    expect(server.asked).toEqual(['1']);
    expect(shown).toEqual([]);
  });
});
