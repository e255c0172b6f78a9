import { RenderMimeRegistry } from '@jupyterlab/rendermime';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import { fireEvent, screen } from '@testing-library/dom';
import { act } from '@testing-library/react';

import { detail, outline, run, trans, Wire } from '../../__tests__/world';
import { RunModel } from '../../parts/runmodel';
import { Runs } from '../../runs/runs';
import { CompareDocument } from '../document';

describe('runs side by side', () => {
  let wire: Wire;
  let runs: Runs;
  let view: CompareDocument;
  let total: number;

  const wait = (ms: number) =>
    act(async () => {
      await jest.advanceTimersByTimeAsync(ms);
    });

  beforeEach(() => {
    jest.useFakeTimers();
    total = 3;
    wire = new Wire()
      .answer('show', ({ id }) => detail(id === run(1).id ? run(1) : run(2)))
      .answer('outline', () => outline(total, { status: 'ok', outputs: 1 }));
    runs = new Runs(wire.api);
    view = new CompareDocument({
      models: [1, 2].map(n => new RunModel(wire.api, runs, run(n).id)),
      rendermime: new RenderMimeRegistry(),
      commands: new CommandRegistry(),
      trans
    });
  });

  afterEach(() => {
    act(() => {
      view.dispose();
      runs.dispose();
    });
    jest.useRealTimers();
  });

  it('are asked for while somebody sees them, and no longer', async () => {
    const looks = () => wire.of('outline').length;
    act(() => Widget.attach(view, document.body));
    await wait(3500);
    const seen = looks();
    expect(seen).toBeGreaterThanOrEqual(6);
    view.hide();
    await wait(5000);
    expect(looks()).toBe(seen);
    view.show();
    await wait(1500);
    expect(looks()).toBeGreaterThan(seen);
  });

  it('show as many cells as a page bears, and more on demand', async () => {
    total = 1200;
    act(() => Widget.attach(view, document.body));
    await wait(100);
    const cells = () =>
      view.node.querySelectorAll('[data-compared-cell]').length;
    expect(cells()).toBe(500);
    fireEvent.click(screen.getByText('Show 500 more cells of 1,200'));
    await wait(0);
    expect(cells()).toBe(1000);
    fireEvent.click(screen.getByText('Show 200 more cells of 1,200'));
    await wait(0);
    expect(cells()).toBe(1200);
    expect(screen.queryByText(/more cells/)).toBeNull();
  });
});
