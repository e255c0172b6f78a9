import { Extensions } from '../extensions';

describe('extensions', () => {
  it('come by rank, equal ones as they came, and go again', () => {
    const extensions = new Extensions();
    let told = 0;
    extensions.changed.connect(() => (told += 1));
    extensions.addAction({ command: 'late' });
    const first = extensions.addAction({ command: 'first', rank: 1 });
    extensions.addAction({ command: 'later' });
    const names = () => extensions.actions.map(({ command }) => command);
    expect(names()).toEqual(['first', 'late', 'later']);
    first.dispose();
    expect(names()).toEqual(['late', 'later']);
    const column = extensions.addColumn({
      id: 'k',
      label: 'Kernel',
      text: ({ kernel }) => kernel
    });
    expect(extensions.columns).toHaveLength(1);
    column.dispose();
    column.dispose();
    expect(extensions.columns).toHaveLength(0);
    const form = extensions.addForm({ id: 'f', rank: 2, mount: () => null });
    extensions.addForm({ id: 'g', rank: 1, mount: () => null });
    expect(extensions.forms.map(({ id }) => id)).toEqual(['g', 'f']);
    form.dispose();
    expect(extensions.forms.map(({ id }) => id)).toEqual(['g']);
    expect(told).toBe(9);
  });
});
