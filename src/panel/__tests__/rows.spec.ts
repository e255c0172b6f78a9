import { run } from '../../__tests__/world';
import type { IRunView } from '../../tokens';
import { flatRows } from '../rows';

const idOf = (n: number) => run(n).id;

/** A view of so many runs that counts how many of them are looked at. */
function counted(
  ids: readonly string[],
  order: IRunView['filter']['order'] = 'newest'
) {
  const looks = { count: 0 };
  const runs = ids.map(id =>
    Object.defineProperty(run(1), 'id', {
      get: () => {
        looks.count++;
        return id;
      }
    })
  );
  const view = { filter: { order }, runs, hasMore: true, loading: false };
  return { looks, rows: flatRows(view as unknown as IRunView) };
}

describe('the line of a run', () => {
  const oldest = Array.from({ length: 1000 }, (_, n) => idOf(n + 1));

  it.each([
    ['oldest first', oldest],
    ['newest first', [...oldest].reverse()]
  ])('is found among many, %s, in a few looks', (_, ids) => {
    const { looks, rows } = counted(ids);
    for (const at of [0, 1, 499, 998, 999]) {
      looks.count = 0;
      expect(rows.indexOf(ids[at])).toBe(at);
      expect(looks.count).toBeLessThan(20);
    }
    expect(rows.indexOf(idOf(1001))).toBe(-1);
    expect(rows.indexOf(idOf(0))).toBe(-1);
    expect(rows.indexOf('more')).toBe(1000);
  });

  it('is found where the notebooks are in their order', () => {
    const ids = [9, 5, 1, 8, 7].map(idOf);
    const { rows } = counted(ids, 'notebook');
    expect(ids.map(id => rows.indexOf(id))).toEqual([0, 1, 2, 3, 4]);
    expect(rows.indexOf(idOf(6))).toBe(-1);
  });

  it('is none where there are none, and the only one of one', () => {
    expect(counted([]).rows.indexOf(idOf(1))).toBe(-1);
    const { rows } = counted([idOf(2)]);
    expect([1, 2, 3].map(n => rows.indexOf(idOf(n)))).toEqual([-1, 0, -1]);
  });
});
