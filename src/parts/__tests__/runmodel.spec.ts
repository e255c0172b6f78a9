import { waitFor } from '@testing-library/dom';

import { detail, refuse, run, Wire } from '../../__tests__/world';
import { Runs } from '../../runs/runs';
import { RunModel } from '../runmodel';

describe('one run', () => {
  let runs: Runs;
  let model: RunModel;

  afterEach(() => {
    model.dispose();
    runs.dispose();
  });

  it('says where its files are, for links', () => {
    const { api } = new Wire();
    runs = new Runs(api);
    model = new RunModel(api, runs, 'x');
    expect(model.link('a b/é&.txt', 'files')).toBe(
      `${api.root}/runs/x/file?path=a%20b%2F%C3%A9%26.txt&of=files`
    );
  });

  it('is looked for until its deletion, which was accepted, is done', async () => {
    const wire = new Wire().answer('show', () => detail(run(1)));
    runs = new Runs(wire.api);
    model = new RunModel(wire.api, runs, run(1).id);
    await model.refresh();
    expect(model.gone).toBe(false);
    runs.drop(run(1).id);
    await waitFor(() => expect(wire.of('show')).toHaveLength(2));
    expect(model.gone).toBe(false);
    wire.answer('show', () => refuse('not_found', 'There is no such run.'));
    await waitFor(() => expect(model.gone).toBe(true), { timeout: 3000 });
  });
});
