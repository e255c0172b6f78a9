import type { CellPage, Outline } from '@jupyterlab-batch/protocol';
import type { IOutput } from '@jupyterlab/nbformat';

import golden from '../../../protocol/cells/golden.json';
import { takeIn, type IShownCell } from '../screen';

interface IFolded {
  source: string;
  execution_count: number | null;
  outputs: IOutput[];
}

const pages = golden.pages as { outline: Outline; cells: CellPage }[];
const folded = golden.folded as unknown as IFolded[];

function shown(cell: IShownCell): IFolded {
  return {
    source: cell.source,
    execution_count: cell.executionCount,
    outputs: cell.outputs.map(({ output }) => output)
  };
}

describe('what is on screen', () => {
  it('is what the fold makes of the same events', () => {
    const screen = new Map<number, IShownCell>();
    for (const { cells } of pages) {
      for (const news of cells.cells) {
        const cell = takeIn(screen.get(news.index), news, cells.seq);
        expect(cell).not.toBeNull();
        screen.set(news.index, cell as IShownCell);
      }
    }
    expect([...screen.values()].map(shown)).toEqual(folded);
  });

  it('is asked for anew when a page builds on what is not known', () => {
    const [{ cells }] = pages.slice(-2);
    const news = cells.cells.find(({ outputs }) =>
      outputs.some(({ output }) => output === null)
    );
    expect(news).toBeDefined();
    expect(takeIn(undefined, news as CellPage['cells'][0], 1)).toBeNull();
  });
});
