import { CommandIDs } from '../../tokens';
import { addressOf, askedFor } from '../address';

const ids = [1, 2].map(n => `01940000-0000-7000-8000-00000000000${n}`);
const query = (address: string) => new URL(address).search;

describe('the address of the file page', () => {
  const base = 'https://hub.example.org/user/me/';

  it('shows one run, or compares some', () => {
    const one = addressOf(base, ids.slice(0, 1));
    expect(one).toContain('/user/me/tree?');
    expect(askedFor(query(one))).toEqual({
      command: CommandIDs.openRun,
      args: { id: ids[0] }
    });
    expect(askedFor(query(addressOf(base, ids)))).toEqual({
      command: CommandIDs.compareRuns,
      args: { ids }
    });
  });

  it('shows the list when it names no run, and nothing when it is not ours', () => {
    const list = { command: CommandIDs.showRuns, args: {} };
    expect(askedFor('?batch-runs=')).toEqual(list);
    expect(askedFor('?batch-runs=../../x,javascript:1')).toEqual(list);
    expect(askedFor('?path=a')).toBeNull();
    expect(askedFor('')).toBeNull();
  });
});
