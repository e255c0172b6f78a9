import { prepared, run, trans, Wire } from '../../__tests__/world';
import type { INotebookSource } from '../../tokens';
import { Session } from '../session';

const source: INotebookSource = {
  name: 'wave.ipynb',
  path: 'waves/wave.ipynb',
  content: () => ({ cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 }),
  showCell: null,
  edits: null
};

describe('a submission', () => {
  it('sends no value that came with a look under way', async () => {
    const world = prepared();
    const wire = new Wire()
      .answer('prepare', () => world)
      .answer('launch', () => run(1, { state: 'staged' }));
    const session = new Session({ api: wire.api, source, trans, patience: 0 });
    await session.prepare();
    session.setText('AMP', '4');
    const now = {
      ...world,
      parameters: world.parameters.map(each =>
        each.name === 'AMP' ? { ...each, text: '4.5' } : each
      )
    };
    wire.answer('prepare', () => now);
    session.reset('AMP');
    expect(await session.submit()).toBeNull();
    expect(session.state.problem?.code).toBe('values_changed');
    expect(session.state.differences.map(({ name }) => name)).toEqual(['AMP']);
    expect(wire.of('launch')).toHaveLength(0);
    expect(await session.submit()).toMatchObject({ id: run(1).id });
    session.dispose();
  });
});
