import {
  beginning,
  EVERYTHING,
  filterOf,
  hidden,
  narrows,
  readWish
} from '../wish';

const now = new Date(2026, 10, 23, 15, 30);

describe('a wish', () => {
  it('asks for everything at first', () => {
    expect(filterOf(EVERYTHING, '/a.ipynb', now)).toEqual({});
    expect(narrows(EVERYTHING)).toBe(false);
  });

  it('begins as it was left, or with what is set', () => {
    const left = { ...EVERYTHING, search: 'storm', order: 'oldest' } as const;
    const as = { panelShows: null, panelGrouped: true };
    expect(beginning(left, as)).toEqual(left);
    expect(beginning(null, as)).toEqual({ ...EVERYTHING, grouped: true });
    expect(
      (['all', 'active', 'here'] as const).map(panelShows =>
        beginning(left, { panelShows, panelGrouped: false })
      )
    ).toEqual([
      { ...EVERYTHING, order: 'oldest' },
      { ...EVERYTHING, order: 'oldest', state: 'active' },
      { ...EVERYTHING, order: 'oldest', here: true }
    ]);
  });

  it('is told in the words of the contract', () => {
    const wish = {
      ...EVERYTHING,
      search: ' storm ',
      state: 'ended',
      here: true,
      target: 'local',
      label: 'study',
      order: 'oldest'
    } as const;
    expect(filterOf(wish, '/a.ipynb', now)).toEqual({
      q: 'storm',
      state: 'ended',
      notebook: '/a.ipynb',
      target: 'local',
      label: 'study',
      order: 'oldest'
    });
    expect(hidden(wish)).toBe(2);
  });

  it('means days as the user lives them, the last one included', () => {
    const between = {
      ...EVERYTHING,
      span: 'between',
      from: '2026-11-20',
      to: '2026-11-21'
    } as const;
    expect(filterOf(between, null, now)).toEqual({
      after: new Date(2026, 10, 20).toISOString(),
      before: new Date(2026, 10, 22).toISOString()
    });
    expect(filterOf({ ...EVERYTHING, span: 'week' }, null, now)).toEqual({
      after: new Date(2026, 10, 17).toISOString()
    });
    expect(filterOf({ ...between, from: '', to: '' }, null, now)).toEqual({});
  });

  it('asks for nothing that the contract refuses', () => {
    const book = 'a wave '.repeat(9000);
    const { q, label } = filterOf(
      { ...EVERYTHING, search: book, label: book },
      null,
      now
    );
    expect(q).toHaveLength(500);
    expect(label).toHaveLength(200);
    const between = { ...EVERYTHING, span: 'between' } as const;
    for (const day of ['12026-01-01', '9999-12-31', '275760-09-13']) {
      const wish = { ...between, from: day, to: day };
      expect(filterOf(wish, null, now)).toEqual({});
    }
  });

  it('survives what another version has saved', () => {
    const other = { state: 'paused', span: 'decade', order: 'random' };
    expect(readWish(other)).toEqual(EVERYTHING);
    expect(readWish({ search: 7, state: 'ended', moon: 1 })).toEqual({
      ...EVERYTHING,
      state: 'ended'
    });
    expect(readWish(null)).toEqual(EVERYTHING);
  });
});
