import { RUN_CHANGED } from '../event';
import { readHint } from '../hints';

const change = { id: 'x', state: 'running', revision: 3 };

describe('readHint', () => {
  it('reads ours, whatever Jupyter adds', () => {
    const emission = {
      schema_id: RUN_CHANGED,
      schema_version: '1',
      __timestamp__: 'now',
      ...change
    };
    expect(readHint(emission)).toEqual(change);
  });

  it.each([
    { schema_id: 'https://events.jupyter.org/other/v1', ...change },
    { schema_id: RUN_CHANGED, ...change, state: 'dancing' },
    { schema_id: RUN_CHANGED, ...change, revision: 'three' },
    { schema_id: RUN_CHANGED }
  ])('passes over %j', emission => {
    expect(readHint(emission)).toBeNull();
  });
});
