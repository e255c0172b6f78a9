import { RenderMimeRegistry } from '@jupyterlab/rendermime';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import { fireEvent, screen } from '@testing-library/dom';
import { act } from '@testing-library/react';

import { detail, outline, run, trans, Wire } from '../../__tests__/world';
import { RunModel } from '../../parts/runmodel';
import { Runs } from '../../runs/runs';
import { RunDocument } from '../document';

class Unseeing {
  observe(): void {
    return;
  }
  disconnect(): void {
    return;
  }
}

describe('a run of which something is out of sight', () => {
  let wire: Wire;
  let runs: Runs;
  let view: RunDocument;

  const wait = (ms: number) =>
    act(async () => {
      await jest.advanceTimersByTimeAsync(ms);
    });

  beforeEach(async () => {
    jest.useFakeTimers();
    Object.assign(window, {
      IntersectionObserver: Unseeing,
      ResizeObserver: Unseeing
    });
    wire = new Wire()
      .answer('show', () => detail(run(1)))
      .answer('outline', () => outline(0))
      .answer('log', () => ({ text: 'log line', offset: 8, ended: false }));
    runs = new Runs(wire.api);
    view = new RunDocument({
      model: new RunModel(wire.api, runs, run(1).id),
      rendermime: new RenderMimeRegistry(),
      commands: new CommandRegistry(),
      trans
    });
    act(() => Widget.attach(view, document.body));
    await wait(3500);
  });

  afterEach(() => {
    act(() => {
      view.dispose();
      runs.dispose();
    });
    jest.useRealTimers();
  });

  it('is not asked for while its view is hidden', async () => {
    const looks = () => wire.of('outline').length;
    const seen = looks();
    expect(seen).toBeGreaterThanOrEqual(3);
    view.hide();
    await wait(5000);
    expect(looks()).toBe(seen);
    view.show();
    await wait(1500);
    expect(looks()).toBeGreaterThan(seen);
  });

  it('has its cells as they were left, after another tab', async () => {
    const column = screen.getByRole('group', { name: 'Cells and outputs' });
    const follow = screen.getByLabelText<HTMLInputElement>('Follow the output');
    fireEvent.click(follow);
    column.scrollTop = 120;
    const choose = async (name: string) => {
      fireEvent.click(screen.getByRole('tab', { name }));
      await wait(100);
    };
    await choose('Log');
    const panel = () => screen.getByRole('tabpanel').textContent;
    expect(panel()).toContain('log line');
    const asked = wire.of('log').length;
    await choose('Cells');
    // The log is asked for in its own tab only.
    await wait(5000);
    expect(wire.of('log')).toHaveLength(asked);
    const again = screen.getByRole('group', { name: 'Cells and outputs' });
    expect([again.isSameNode(column), again.scrollTop]).toEqual([true, 120]);
    expect(follow.isConnected && !follow.checked).toBe(true);
  });
});
