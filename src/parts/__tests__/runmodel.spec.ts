import { Wire } from '../../__tests__/world';
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
});
